import {Thread} from "@mail/core/common/thread_model";
import {patch} from "@web/core/utils/patch";

/** @type {import("models").Thread} */
const threadPatch = {
    _computeDiscussAppCategory() {
        return this.isHelpdesk
            ? this.store.discuss.helpdeskCategory
            : super._computeDiscussAppCategory();
    },
    /** No chat bubble for what is already in front of the person. */
    get inChathubOnNewMessage() {
        return !(this.isHelpdesk && this.helpdeskEmbeds) && super.inChathubOnNewMessage;
    },
    setAsDiscussThread() {
        super.setAsDiscussThread(...arguments);
        if (this.isHelpdesk && this.store.env.services.ui.isSmall) {
            this.store.discuss.activeTab = "helpdesk";
        }
    },
};
patch(Thread.prototype, threadPatch);
