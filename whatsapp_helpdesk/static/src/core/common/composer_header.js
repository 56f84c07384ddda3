import {ReplyChannelPicker} from "@whatsapp_helpdesk/core/common/reply_channel_picker";
import {measureText} from "@whatsapp_helpdesk/core/common/text_length";
import {WINDOW_WARNING} from "@whatsapp_helpdesk/core/common/thread_model_patch";

import {Component, toRaw, useEffect, useState} from "@odoo/owl";

import {_t} from "@web/core/l10n/translation";

/** From this share of a text's limit on, what is left is counted. */
const COUNT_FROM = 0.85;

/**
 * Above the composer of a customer conversation: reply or note, how long free text may
 * be sent, or why nothing can be sent and what to do about it.
 *
 * @typedef {Object} Props
 * @property {import("models").Composer} composer
 * @property {import("models").Thread} thread
 * @property {boolean} isNote
 * @property {boolean} [noteOnly] a note is answered, so only a note can be written
 * @extends {Component<Props, Env>}
 */
export class ComposerHeader extends Component {
    static components = {ReplyChannelPicker};
    static props = ["composer", "thread", "isNote", "noteOnly?"];
    static template = "whatsapp_helpdesk.ComposerHeader";

    setup() {
        super.setup();
        this.state = useState({busy: false});
        useEffect(
            () => {
                toRaw(this.thread).fetchHelpdeskReplyChannels();
            },
            () => this.replyChannelsDependencies
        );
    }

    /** What makes windows, locks and costs other than they were. */
    get replyChannelsDependencies() {
        const {thread} = this;
        const lastInbound = thread.messages.findLast(
            (message) => message.messaging_direction === "in"
        );
        return [
            thread.localId,
            lastInbound?.id,
            thread.helpdeskChannelIds,
            thread.helpdesk_consent,
            thread.helpdesk_lock,
            thread.helpdesk_window_end?.ts,
        ];
    }

    get thread() {
        return this.props.thread;
    }

    get lock() {
        return this.thread.helpdeskLock;
    }

    get lockIcon() {
        switch (this.lock.code) {
            case "not_assigned":
                return "fa fa-user-o";
            case "case_closed":
                return "fa fa-archive";
            case "window_closed":
                return "fa fa-clock-o";
        }
        return "fa fa-lock";
    }

    get windowIsEnding() {
        return this.thread.helpdeskWindowLeft < WINDOW_WARNING;
    }

    get actionName() {
        if (this.lock.action === "reopen") {
            return _t("Reopen");
        }
        return this.thread.helpdesk_agent_id ? _t("Take over") : _t("Take it");
    }

    /** Outside of the window a template is the way to go on. */
    get offersTemplate() {
        return (
            this.lock.code === "window_closed" &&
            this.thread.helpdeskSender.hasTemplates
        );
    }

    get quoteText() {
        return this.thread.getHelpdeskQuoteText(this.props.composer.replyToMessage);
    }

    /** How much of one message the text takes, once it is nearly all of it. */
    get textCount() {
        const limit = this.thread.helpdeskReplyChannel?.text_limit;
        const text = this.props.composer.composerText;
        if (!limit || !text) {
            return undefined;
        }
        const length = measureText(text.trim(), limit.unit);
        if (length < limit.size * COUNT_FROM) {
            return undefined;
        }
        return {
            isOver: length > limit.size,
            text: `${length} / ${limit.size}`,
            title:
                length > limit.size
                    ? _t("Too long for one message: it is sent in parts.")
                    : this.getLimitText(limit),
        };
    }

    getLimitText({size, unit}) {
        return unit === "utf8"
            ? _t("One message has room for %(size)s bytes.", {size})
            : _t("One message has room for %(size)s characters.", {size});
    }

    setMode(isNote) {
        const composer = toRaw(this.props.composer);
        composer.helpdeskNoteMode = isNote;
        composer.autofocus++;
    }

    /** The message comes by itself; the case may be another one afterwards. */
    onClickTemplate() {
        this.env.services.action.doAction(
            "whatsapp_helpdesk.action_messaging_template_send",
            {
                additionalContext: {
                    default_chosen_identity:
                        this.thread.helpdeskReplyChannel?.identity_id ?? 0,
                    default_conversation_id: this.thread.id,
                },
                onClose: () => this.env.onHelpdeskCaseChanged?.(),
            }
        );
    }

    async onClickAction() {
        const method =
            this.lock.action === "reopen" ? "helpdesk_reopen" : "helpdesk_take_over";
        this.state.busy = true;
        try {
            await toRaw(this.thread).helpdeskCall(method);
            this.env.onHelpdeskCaseChanged?.();
        } finally {
            this.state.busy = false;
        }
    }
}
