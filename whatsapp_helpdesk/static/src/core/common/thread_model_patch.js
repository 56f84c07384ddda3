import {fields} from "@mail/core/common/record";
import {Thread} from "@mail/core/common/thread_model";
import {formatMoment, formatSpan} from "@whatsapp_helpdesk/core/common/time_format";

import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

const {DateTime} = luxon;

/** Below this, the time left to answer freely is shown as a warning. */
export const WINDOW_WARNING = 2 * 60 * 60 * 1000;

/**
 * What the server broadcasts is in the language of who caused it. These are said here,
 * in the language of who reads them.
 */
const LOCK_TEXTS = {
    blocked: _t("This customer is blocked."),
    case_closed: _t("This case is closed. Reopen it to write to the customer."),
    no_identity: _t("There is no address of this customer to write to."),
};

/**
 * @typedef {Object} HelpdeskLock Why the current user cannot write to the customer.
 * @property {string} code
 * @property {string} text a sentence
 * @property {string} [detail] a second sentence, when two reasons hold
 * @property {"take_over"|"reopen"} [action] what would lift it
 */

/**
 * @typedef {Object} Sender What holds for the channel that an answer goes by.
 * @property {boolean} hasTemplates
 * @property {boolean} hasWindow
 * @property {number} hours length of the window
 * @property {string} icon
 * @property {string} label
 * @property {string} lock
 * @property {string} lockText
 * @property {luxon.DateTime|false|undefined} windowEnd
 */

/** @type {import("models").Thread} */
const threadPatch = {
    setup() {
        super.setup(...arguments);
        this.storeAsHelpdeskThreads = fields.One("Store", {
            compute() {
                return this.isHelpdesk ? this.store : undefined;
            },
            eager: true,
        });
        /** @type {string|false} */
        this.messaging_channel = undefined;
        /** @type {string} */
        this.messaging_icon = undefined;
        /** @type {string} */
        this.messaging_label = undefined;
        this.helpdesk_partner_id = fields.One("res.partner");
        this.helpdesk_ticket_id = fields.One("helpdesk.ticket", {
            inverse: "conversations",
        });
        this.helpdesk_agent_id = fields.One("res.users");
        this.helpdesk_leader_id = fields.One("res.users");
        /** @type {boolean} */
        this.helpdesk_has_window = undefined;
        this.helpdesk_window_end = fields.Datetime();
        this.helpdesk_consent = undefined;
        /** @type {string} why it is uncertain who writes */
        this.helpdesk_doubt_text = undefined;
        /** @type {number} length of the window, when it is not a day */
        this.helpdesk_window_hours = undefined;
        /** @type {boolean} */
        this.helpdesk_has_templates = undefined;
        /** @type {string} */
        this.helpdesk_lock = undefined;
        /** @type {string} */
        this.helpdesk_lock_text = undefined;
        this.helpdesk_waiting_since = fields.Datetime();
        /** @type {boolean} */
        this.helpdesk_is_private = undefined;
        /** How many views outside of Discuss show this conversation now. */
        this.helpdeskEmbeds = 0;
    },

    get isHelpdesk() {
        return this.channel_type === "helpdesk";
    },

    // -- who and when -----------------------------------------------------------------

    /** Whether the current user holds the case or leads its team. */
    get helpdeskIsMine() {
        const user = this.store.self_partner?.main_user_id;
        return Boolean(
            user &&
                (user.eq(this.helpdesk_agent_id) || user.eq(this.helpdesk_leader_id))
        );
    },
    /** @returns {Sender} where the customer wrote last, as far as all are told */
    get helpdeskBaseSender() {
        return {
            hasTemplates: this.helpdesk_has_templates,
            hasWindow: this.helpdesk_has_window,
            hours: this.helpdesk_window_hours || 24,
            icon: this.messaging_icon,
            label: this.messaging_label,
            lock: this.helpdesk_lock,
            lockText: this.helpdesk_lock_text,
            windowEnd: this.helpdesk_window_end,
        };
    },
    /** Milliseconds in which free text may be sent; undefined when there is no limit. */
    get helpdeskWindowLeft() {
        void this.store.helpdeskNow; // Recomputed with the clock
        const {hasWindow, windowEnd} = this.helpdeskSender;
        if (!this.isHelpdesk || !hasWindow) {
            return undefined;
        }
        if (!windowEnd) {
            return 0;
        }
        return Math.max(0, windowEnd - DateTime.now());
    },
    get helpdeskWindowText() {
        const left = this.helpdeskWindowLeft;
        if (left === undefined) {
            return "";
        }
        const {hours, label: channel, windowEnd} = this.helpdeskSender;
        if (!windowEnd) {
            return _t(
                "The customer has not written yet. %(channel)s only allows an approved template now.",
                {channel}
            );
        }
        if (!left) {
            return _t(
                "The customer last wrote more than %(hours)s hours ago. %(channel)s only allows an approved template now.",
                {channel, hours}
            );
        }
        return _t("You can answer freely until %(time)s (%(span)s left)", {
            span: formatSpan(left),
            time: formatMoment(windowEnd),
        });
    },
    get helpdeskWindowTextShort() {
        const left = this.helpdeskWindowLeft;
        return left ? _t("%(span)s left", {span: formatSpan(left)}) : "";
    },
    /** Milliseconds the customer has been waiting for a person; undefined if not. */
    get helpdeskWaitingTime() {
        void this.store.helpdeskNow; // Recomputed with the clock
        if (!this.isHelpdesk || !this.helpdesk_waiting_since) {
            return undefined;
        }
        return Math.max(0, DateTime.now() - this.helpdesk_waiting_since);
    },
    /** @returns {HelpdeskLock|undefined} */
    get helpdeskLock() {
        if (!this.isHelpdesk) {
            return undefined;
        }
        const closedWindow = this.helpdeskWindowLeft === 0 && this.helpdeskWindowText;
        const lock = this.helpdeskCaseLock;
        if (!lock) {
            return closedWindow
                ? {code: "window_closed", text: closedWindow}
                : undefined;
        }
        return {...lock, detail: (lock.action && closedWindow) || undefined};
    },
    /** Why not, as long as the window is open. */
    get helpdeskCaseLock() {
        const {lock: code, lockText} = this.helpdeskSender;
        if (code) {
            const action = code === "case_closed" ? "reopen" : undefined;
            const text = LOCK_TEXTS[code] ?? lockText;
            return {action, code, text};
        }
        if (this.helpdeskIsMine) {
            return undefined;
        }
        const name = this.helpdesk_agent_id?.name;
        const text = name
            ? _t("%(name)s holds this case.", {name})
            : _t("Nobody holds this case yet.");
        return {action: "take_over", code: "not_assigned", text};
    },
    /** Take the case over, close or reopen it. */
    async helpdeskCall(method) {
        const data = await this.store.env.services.orm.call("discuss.channel", method, [
            [this.id],
        ]);
        if (data && typeof data === "object") {
            this.store.insert(data);
        }
    },

    // -- how core treats this type ----------------------------------------------------

    get isChatChannel() {
        return this.isHelpdesk || super.isChatChannel;
    },
    get supportsCustomChannelName() {
        return !this.isHelpdesk && super.supportsCustomChannelName;
    },
    get avatarUrl() {
        if (this.isHelpdesk && this.helpdesk_partner_id) {
            return this.helpdesk_partner_id.avatarUrl;
        }
        return super.avatarUrl;
    },
    /** Members are agents; the customer is none, so nobody here is "the other one". */
    computeCorrespondent() {
        return this.isHelpdesk ? undefined : super.computeCorrespondent();
    },
    /** There is no way in but assignment. */
    get invitationLink() {
        return this.isHelpdesk ? undefined : super.invitationLink;
    },
    /** An agent keeps their cases listed; one who only looked in can put it away. */
    get canUnpin() {
        if (this.isHelpdesk) {
            return this.isLocallyPinned && !this.self_member_id;
        }
        return super.canUnpin;
    },
    computeIsDisplayed() {
        return this.helpdeskEmbeds > 0 || super.computeIsDisplayed();
    },
    get shouldSubscribeToBusChannel() {
        return (
            super.shouldSubscribeToBusChannel ||
            Boolean(
                this.isHelpdesk &&
                    !this.isTransient &&
                    !this.self_member_id &&
                    this.helpdeskEmbeds
            )
        );
    },
};
patch(Thread.prototype, threadPatch);
