import {Thread} from "@mail/core/common/thread";
import {patch} from "@web/core/utils/patch";

/** @param {import("models").Message} message */
function getKind({helpdesk_author_kind, messaging_direction, messaging_via}) {
    return [
        messaging_direction,
        helpdesk_author_kind,
        (messaging_via || undefined)?.identity_id,
    ].join();
}

/** @type {Thread} */
const threadPatch = {
    /**
     * A reply of a person is not run together with one that was sent automatically, nor
     * what came by different channels.
     */
    isSquashed(msg, prevMsg) {
        if (
            msg.isHelpdesk &&
            prevMsg &&
            (prevMsg.isNote || getKind(msg) !== getKind(prevMsg))
        ) {
            return false;
        }
        return super.isSquashed(msg, prevMsg);
    },
};
patch(Thread.prototype, threadPatch);
