import {Thread} from "@mail/core/common/thread_model";

import {_t} from "@web/core/l10n/translation";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {patch} from "@web/core/utils/patch";

import "@whatsapp_helpdesk/core/common/thread_model_patch";

/**
 * @typedef {Object} HelpdeskChannel What names one of the customer's channels.
 * @property {number} identity_id
 * @property {string} account our number or page
 * @property {string} address of the customer
 * @property {string} channel
 * @property {string} icon
 * @property {string} label
 */

/**
 * @typedef {HelpdeskChannel} HelpdeskReplyChannel A way to answer.
 * @property {string} cost_text
 * @property {boolean} has_templates
 * @property {boolean} has_window
 * @property {boolean} is_current the customer wrote here last
 * @property {string} lock why not; "window_closed" leaves the way of a template
 * @property {string} lock_text
 * @property {boolean} quotes
 * @property {{size: number, unit: string}} text_limit
 * @property {string|false} window_end
 * @property {number} window_hours
 */

/** @type {import("models").Thread} */
const threadPatch = {
    setup() {
        super.setup(...arguments);
        /** @type {HelpdeskChannel[]} */
        this.helpdesk_channels = [];
        /** @type {HelpdeskReplyChannel[]|undefined} as the server said last */
        this.helpdeskReplyChannels = undefined;
        /** @type {number|undefined} the agent's choice, until the customer moves */
        this.helpdeskPickedId = undefined;
        /** @type {string|undefined} where the customer moved, until it was seen */
        this.helpdeskMovedTo = undefined;
    },

    get helpdeskHasChannels() {
        return this.isHelpdesk && (this.helpdesk_channels?.length ?? 0) > 1;
    },
    /** The same for the same channels, in whatever order. */
    get helpdeskChannelIds() {
        const ids = (this.helpdesk_channels ?? []).map((c) => c.identity_id);
        return ids.sort((a, b) => a - b).join();
    },
    /** @returns {HelpdeskReplyChannel|undefined} where the customer wrote last */
    get helpdeskCurrentChannel() {
        return this.helpdeskReplyChannels?.find((channel) => channel.is_current);
    },
    /** @returns {HelpdeskReplyChannel|undefined} chosen, and not the current one */
    get helpdeskPickedChannel() {
        return this.helpdeskReplyChannels?.find(
            (channel) =>
                channel.identity_id === this.helpdeskPickedId && !channel.is_current
        );
    },
    /** @returns {HelpdeskReplyChannel|undefined} where an answer goes now */
    get helpdeskReplyChannel() {
        return this.helpdeskPickedChannel ?? this.helpdeskCurrentChannel;
    },
    /** @returns {HelpdeskChannel|undefined} of an identity, else the one answered on */
    getHelpdeskChannel(identityId) {
        const wanted = identityId ?? this.helpdeskReplyChannel?.identity_id;
        return this.helpdesk_channels?.find((c) => c.identity_id === wanted);
    },
    pickHelpdeskChannel(identityId) {
        this.helpdeskPickedId = identityId;
        this.helpdeskMovedTo = undefined;
    },

    /** Ask for windows, locks and costs; they change with every message. */
    async fetchHelpdeskReplyChannels() {
        const number = (this.helpdeskReplyFetch = (this.helpdeskReplyFetch ?? 0) + 1);
        let channels;
        try {
            channels = await this.store.env.services.orm.silent.call(
                "discuss.channel",
                "helpdesk_get_reply_channels",
                [[this.id]]
            );
        } catch {
            return; // What is known stays; the server checks again when it is sent
        }
        if (number === this.helpdeskReplyFetch && this.exists()) {
            this.setHelpdeskReplyChannels(channels);
            this.checkHelpdeskChannels();
        }
    },
    /** Without any, it may have been joined with another one while nobody told us. */
    checkHelpdeskChannels() {
        if (!this.helpdeskReplyChannels.length && !this.isHelpdeskChecked) {
            this.isHelpdeskChecked = true;
            this.store.fetchChannel(this.id);
        }
    },
    /** @param {HelpdeskReplyChannel[]} channels */
    setHelpdeskReplyChannels(channels) {
        const before = this.helpdeskReplyChannel;
        const beforeCurrent = this.helpdeskCurrentChannel;
        this.helpdeskReplyChannels = channels;
        const current = this.helpdeskCurrentChannel;
        const hasMoved =
            beforeCurrent && current?.identity_id !== beforeCurrent.identity_id;
        const isGone = !channels.some((c) => c.identity_id === this.helpdeskPickedId);
        if (hasMoved || isGone) {
            this.helpdeskPickedId = undefined;
        }
        if (before && current && before.identity_id !== current.identity_id) {
            this.helpdeskMovedTo = this.helpdeskPickedId ? undefined : current.label;
        }
    },

    // -- what holds for the channel that an answer goes by ----------------------------

    /** @returns {import("@whatsapp_helpdesk/core/common/thread_model_patch").Sender} */
    get helpdeskSender() {
        const picked = this.helpdeskPickedChannel;
        return picked ? this.describeHelpdeskSender(picked) : this.helpdeskOwnSender;
    },
    /** Where the customer wrote last, with what the server found against it since. */
    get helpdeskOwnSender() {
        const sender = this.helpdeskBaseSender;
        const {lock, lock_text} = this.helpdeskCurrentChannel ?? {};
        const isNews = !sender.lock && lock && lock !== "window_closed";
        return isNews ? {...sender, lock, lockText: lock_text} : sender;
    },
    /** @param {HelpdeskReplyChannel} channel */
    describeHelpdeskSender(channel) {
        const isClosed = !this.helpdesk_ticket_id || this.helpdesk_ticket_id.closed;
        const ownLock = channel.lock === "window_closed" ? "" : channel.lock;
        return {
            hasTemplates: channel.has_templates,
            hasWindow: channel.has_window,
            hours: channel.window_hours,
            icon: channel.icon,
            label: channel.label,
            lock: ownLock || (isClosed ? "case_closed" : ""),
            lockText: channel.lock_text,
            windowEnd: channel.window_end && deserializeDateTime(channel.window_end),
        };
    },
    /**
     * What the customer will see of a message that is answered.
     *
     * @param {import("models").Message} quoted
     * @returns {string} a sentence, when it is not simply quoted
     */
    getHelpdeskQuoteText(quoted) {
        const channel = this.helpdeskReplyChannel;
        const via = quoted?.messaging_via;
        if (!channel || !via) {
            return "";
        }
        if (via.identity_id !== channel.identity_id) {
            return quoted.isBodyEmpty
                ? _t(
                      "The customer does not see which message you answer: it came by another channel and has no text."
                  )
                : _t("Quoted as text: the message was not exchanged on %(channel)s.", {
                      channel: channel.label,
                  });
        }
        return channel.quotes
            ? ""
            : _t(
                  "The customer does not see which message you answer: %(channel)s shows no quotes.",
                  {channel: channel.label}
              );
    },
};
patch(Thread.prototype, threadPatch);
