import {Thread} from "@mail/core/common/thread_model";
import {patch} from "@web/core/utils/patch";

/** @type {import("models").Thread} */
const threadPatch = {
    setup() {
        super.setup(...arguments);
        /** @type {string} changes when somebody is suggested, joined or split */
        this.helpdesk_joins_at = undefined;
    },
    /**
     * Whose case is closed or handed over is no longer a member. What they have in front
     * of them stays there, until they go elsewhere or put it away.
     */
    onPinStateUpdated() {
        const {discuss} = this.store;
        if (
            this.isHelpdesk &&
            discuss.isActive &&
            this.eq(discuss.thread) &&
            !this.displayToSelf &&
            !this.isLocallyPinned &&
            !this.helpdeskIsPutAway
        ) {
            this.isLocallyPinned = true;
            return;
        }
        super.onPinStateUpdated();
    },
    async unpin() {
        this.helpdeskIsPutAway = true;
        try {
            await super.unpin();
        } finally {
            this.helpdeskIsPutAway = false;
        }
    },
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
