import {Chatter} from "@mail/chatter/web_portal/chatter";
import {patch} from "@web/core/utils/patch";

/** @type {Chatter} */
const chatterPatch = {
    /** A case with a conversation is answered there; its chatter is for notes. */
    get helpdeskNotesOnly() {
        const {record, threadModel} = this.props;
        return (
            threadModel === "helpdesk.ticket" && Boolean(record?.data.conversation_id)
        );
    },
    toggleComposer(mode, ...args) {
        const isMessage = mode === "message" && this.helpdeskNotesOnly;
        return super.toggleComposer(isMessage ? "note" : mode, ...args);
    },
};
patch(Chatter.prototype, chatterPatch);
