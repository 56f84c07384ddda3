import {DiscussContent} from "@mail/core/public_web/discuss_content";
import {patch} from "@web/core/utils/patch";

/** @type {DiscussContent} */
const discussContentPatch = {
    actionPanelAutoOpenFn() {
        if (!this.thread?.isHelpdesk) {
            return super.actionPanelAutoOpenFn();
        }
        if (!this.ui.isSmall && this.store.discuss.isHelpdeskPanelOpenByDefault) {
            this.threadActions.actions
                .find(({id}) => id === "helpdesk-customer")
                ?.open();
        }
    },
};
patch(DiscussContent.prototype, discussContentPatch);
