import {Thread} from "@mail/core/common/thread_model";
import {patch} from "@web/core/utils/patch";

/** @type {import("models").Thread} */
const threadPatch = {
    /** Show this conversation in Discuss, wherever the person is now. */
    openInDiscuss() {
        if (this.store.discuss.isActive) {
            this.open({focus: true});
            return;
        }
        this.store.env.services.action.doAction({
            context: {active_id: `discuss.channel_${this.id}`},
            tag: "mail.action_discuss",
            type: "ir.actions.client",
        });
    },
};
patch(Thread.prototype, threadPatch);
