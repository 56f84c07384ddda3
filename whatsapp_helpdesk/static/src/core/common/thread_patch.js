import {Thread} from "@mail/core/common/thread";
import {patch} from "@web/core/utils/patch";

/** @type {Thread} */
const threadPatch = {
    /** A reply of a person is not run together with one that was sent automatically. */
    isSquashed(msg, prevMsg) {
        if (
            msg.isHelpdesk &&
            prevMsg &&
            (prevMsg.isNote ||
                msg.messaging_direction !== prevMsg.messaging_direction ||
                msg.helpdesk_author_kind !== prevMsg.helpdesk_author_kind)
        ) {
            return false;
        }
        return super.isSquashed(msg, prevMsg);
    },
};
patch(Thread.prototype, threadPatch);
