import {Composer} from "@mail/core/common/composer";
import {ComposerHeader} from "@whatsapp_helpdesk/core/common/composer_header";
import {readDraft, writeDraft} from "@whatsapp_helpdesk/core/common/draft";

import {toRaw} from "@odoo/owl";

import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

patch(Composer, {
    components: {...Composer.components, HelpdeskComposerHeader: ComposerHeader},
});

/** @type {Composer} */
const composerPatch = {
    /** The customer conversation that a new message goes to, if it goes to one. */
    get helpdeskThread() {
        return !this.message && this.thread?.isHelpdesk ? this.thread : undefined;
    },
    /** What answers a note is a note: it must not leave by accident. */
    get isHelpdeskNoteOnly() {
        return (
            this.props.type === "note" ||
            Boolean(this.props.composer.replyToMessage?.isNote)
        );
    },
    get isHelpdeskNote() {
        return (
            Boolean(this.helpdeskThread) &&
            (this.isHelpdeskNoteOnly || this.props.composer.helpdeskNoteMode)
        );
    },
    get isHelpdeskLocked() {
        return Boolean(this.helpdeskThread?.helpdeskLock) && !this.isHelpdeskNote;
    },
    get helpdeskClass() {
        return {
            "o-helpdesk-Composer": this.helpdeskThread,
            "o-helpdesk-locked": this.isHelpdeskLocked,
            "o-helpdesk-note": this.isHelpdeskNote,
        };
    },

    get areAllActionsDisabled() {
        return super.areAllActionsDisabled || this.isHelpdeskLocked;
    },
    get allowUpload() {
        return super.allowUpload && !this.isHelpdeskLocked;
    },
    get isSendButtonDisabled() {
        return super.isSendButtonDisabled || this.isHelpdeskLocked;
    },
    get placeholder() {
        if (this.isHelpdeskNote) {
            return _t("Internal note: the customer never sees this");
        }
        if (this.isHelpdeskLocked) {
            return _t("You cannot write to the customer now");
        }
        if (this.helpdeskThread) {
            return _t("Reply to %(name)s…", {name: this.thread.displayName});
        }
        return super.placeholder;
    },
    get SEND_TEXT() {
        return this.isHelpdeskNote ? _t("Add note") : super.SEND_TEXT;
    },
    get postData() {
        const postData = super.postData;
        if (!this.helpdeskThread) {
            return postData;
        }
        const isNote = this.isHelpdeskNote;
        return {
            ...postData,
            helpdeskIdentityId: this.getHelpdeskIdentityId(isNote),
            isNote,
        };
    },
    /** What the person saw when they pressed the button, though it may change by then. */
    getHelpdeskIdentityId(isNote) {
        const {helpdeskReplyChannel, helpdeskReplyChannels} = this.helpdeskThread;
        const hasChoice = !isNote && helpdeskReplyChannels?.length > 1;
        return hasChoice ? helpdeskReplyChannel?.identity_id : undefined;
    },
    /** A note that was not sent yet is still one when the page is opened again. */
    saveContent() {
        super.saveContent();
        const {composer} = this.props;
        const draft = composer.thread?.isHelpdesk && readDraft(composer);
        if (draft) {
            writeDraft(composer, {
                ...draft,
                helpdeskNoteMode: composer.helpdeskNoteMode,
            });
        }
    },
    restoreContent() {
        super.restoreContent();
        const {composer} = this.props;
        if (composer.thread?.isHelpdesk && readDraft(composer)?.helpdeskNoteMode) {
            composer.helpdeskNoteMode = true;
        }
    },
    onDropFile(ev) {
        if (!this.isHelpdeskLocked) {
            super.onDropFile(ev);
        }
    },
    async sendMessage() {
        if (!this.isHelpdeskLocked) {
            const {helpdeskThread} = this;
            await super.sendMessage(...arguments);
            if (helpdeskThread) {
                toRaw(helpdeskThread).helpdeskMovedTo = undefined;
            }
        }
    },
    /** Only members may say that they type; notes are nobody's business. */
    notifyIsTyping(isTyping = true) {
        const thread = this.helpdeskThread;
        if (thread && (!thread.self_member_id || (isTyping && this.isHelpdeskNote))) {
            return;
        }
        super.notifyIsTyping(isTyping);
    },
};
patch(Composer.prototype, composerPatch);
