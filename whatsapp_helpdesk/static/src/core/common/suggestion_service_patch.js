import {SuggestionService} from "@mail/core/common/suggestion_service";
import {patch} from "@web/core/utils/patch";

/** @type {SuggestionService} */
const suggestionServicePatch = {
    /** Mentions belong in notes; commands such as "/leave" do not exist for this type. */
    getSupportedDelimiters(thread) {
        const delimiters = super.getSupportedDelimiters(...arguments);
        if (!thread?.isHelpdesk) {
            return delimiters;
        }
        const {helpdeskNoteMode, replyToMessage} = thread.composer;
        const isNote = helpdeskNoteMode || replyToMessage?.isNote;
        const leftOut = isNote ? ["/"] : ["/", "@", "#"];
        return delimiters.filter(([delimiter]) => !leftOut.includes(delimiter));
    },
    /** Any colleague can be mentioned, not only the one member. */
    async fetchPartnersRoles(term, thread, options) {
        return super.fetchPartnersRoles(
            term,
            thread?.isHelpdesk ? undefined : thread,
            options
        );
    },
    isSuggestionValid(partner, thread) {
        return (
            super.isSuggestionValid(...arguments) &&
            (!thread?.isHelpdesk ||
                (partner.main_user_id?.share === false &&
                    partner.notEq(this.store.odoobot)))
        );
    },
};
patch(SuggestionService.prototype, suggestionServicePatch);
