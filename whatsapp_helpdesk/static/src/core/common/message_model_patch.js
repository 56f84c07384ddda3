import {fields} from "@mail/core/common/record";
import {Message} from "@mail/core/common/message_model";
import {convertBrToLineBreak} from "@mail/utils/common/format";
import {formatMoment} from "@whatsapp_helpdesk/core/common/time_format";

import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

/** @type {import("models").Message} */
const messagePatch = {
    setup() {
        super.setup(...arguments);
        /** @type {"in"|"out"|false} */
        this.messaging_direction = undefined;
        /** @type {string|false} state of the worst part */
        this.messaging_state = undefined;
        /** @type {string} */
        this.messaging_failure = undefined;
        /** @type {boolean} */
        this.messaging_can_retry = undefined;
        /** @type {boolean} the channel tells nothing after it took the message */
        this.messaging_without_receipts = undefined;
        /** @type {{id: number, kind: string, state: string, text: string}[]} */
        this.messaging_parts = [];
        /** @type {import("@whatsapp_helpdesk/core/common/reply_channel_model_patch").HelpdeskChannel|false} */
        this.messaging_via = undefined;
        /** @type {boolean} */
        this.helpdesk_late = undefined;
        this.helpdesk_occurred_at = fields.Datetime();
        /** @type {"customer"|"agent"|"phone_app"|"automatic"} */
        this.helpdesk_author_kind = undefined;
        /** @type {string|undefined} why the server refused this pending message */
        this.helpdeskPostError = undefined;
        const hasLink = this.hasLink;
        this.hasLink = {
            ...hasLink,
            /** No preview is fetched for what a customer sends. */
            compute() {
                return !this.thread?.isHelpdesk && hasLink.compute.call(this);
            },
        };
    },

    get isHelpdesk() {
        return Boolean(this.thread?.isHelpdesk) && !this.isNotification;
    },
    /** What we wrote stands on one side, what the customer wrote on the other. */
    get helpdeskIsOurs() {
        return this.isHelpdesk && this.messaging_direction !== "in";
    },
    /** Where all come by one channel, nobody needs to be told by which. */
    get helpdeskShowsChannel() {
        return Boolean(
            this.isHelpdesk && this.messaging_via && this.thread.helpdeskHasChannels
        );
    },
    get helpdeskChannelText() {
        const {account, address, label: channel} = this.messaging_via;
        return this.messaging_direction === "in"
            ? _t("Came by %(channel)s from %(address)s to %(account)s", {
                  account,
                  address,
                  channel,
              })
            : _t("Sent by %(channel)s from %(account)s to %(address)s", {
                  account,
                  address,
                  channel,
              });
    },
    get helpdeskLateText() {
        if (!this.helpdesk_late || !this.helpdesk_occurred_at) {
            return "";
        }
        return _t("Arrived late, written %(time)s", {
            time: formatMoment(this.helpdesk_occurred_at),
        });
    },
    async helpdeskRetry() {
        await this.store.env.services.orm.call("mail.message", "messaging_retry", [
            [this.id],
        ]);
    },
    /** @param {"sent"|"resend"} outcome what a person decided about a send in doubt */
    async helpdeskDecide(outcome) {
        await this.store.env.services.orm.call("mail.message", "messaging_decide", [
            [this.id],
            outcome,
        ]);
    },
    /** Put the text of a refused message back into the composer. */
    helpdeskTakeBack() {
        const {composer} = this.thread;
        const text = convertBrToLineBreak(this.body);
        composer.composerText = [text, composer.composerText]
            .filter(Boolean)
            .join("\n");
        composer.attachments.add(...this.attachment_ids);
        composer.helpdeskNoteMode = this.isNote;
        composer.autofocus++;
        this.delete();
    },

    // -- how core treats these messages -----------------------------------------------

    get bubbleColor() {
        if (!this.isHelpdesk) {
            return super.bubbleColor;
        }
        if (this.isNote) {
            return "orange";
        }
        return this.helpdeskIsOurs ? "green" : "blue";
    },
    /** What we add to the customer's message is sent to them, so it needs no lock. */
    canAddReaction(thread) {
        const isAllowed =
            !this.isHelpdesk ||
            this.isNote ||
            (!this.helpdeskIsOurs && !this.thread.helpdeskLock);
        return isAllowed && super.canAddReaction(thread);
    },
    isTranslatable(thread) {
        return (
            super.isTranslatable(thread) ||
            Boolean(
                this.store.hasMessageTranslationFeature &&
                    this.isHelpdesk &&
                    !this.isEmpty &&
                    !this.isBodyEmpty
            )
        );
    },
    get notificationIcon() {
        if (this.notificationType === "helpdesk_gap") {
            return "fa fa-exclamation-triangle";
        }
        return super.notificationIcon;
    },
};
patch(Message.prototype, messagePatch);
