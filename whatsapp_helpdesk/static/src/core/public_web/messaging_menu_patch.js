import {ThreadIcon} from "@mail/core/common/thread_icon";
import {MessagingMenu} from "@mail/core/public_web/messaging_menu";

import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

patch(MessagingMenu, {
    components: {...MessagingMenu.components, ThreadIcon},
});

/** @type {MessagingMenu} */
const messagingMenuPatch = {
    get helpdeskThreads() {
        return this.store.helpdeskThreads.filter((thread) => thread.displayToSelf);
    },
    get _tabs() {
        const tabs = super._tabs;
        const threads = this.helpdeskThreads;
        if (threads.length) {
            tabs.push({
                activeIcon: "fa fa-comments",
                counter: threads.filter((thread) => thread.isUnread).length,
                icon: "fa fa-comments-o",
                id: "helpdesk",
                label: _t("Conversations"),
                sequence: 15,
            });
        }
        return tabs;
    },
};
patch(MessagingMenu.prototype, messagingMenuPatch);
