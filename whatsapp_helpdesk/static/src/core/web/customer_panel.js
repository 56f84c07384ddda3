import {ActionPanel} from "@mail/discuss/core/common/action_panel";
import {formatMoment, formatSpan} from "@whatsapp_helpdesk/core/common/time_format";

import {Component, toRaw, useEffect, useState} from "@odoo/owl";

import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {user} from "@web/core/user";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {imageUrl} from "@web/core/utils/urls";

const PRIORITIES = [_t("Low"), _t("Medium"), _t("High"), _t("Very high")];

/**
 * Beside a conversation: who writes, by which ways they can be reached, the current case
 * and the earlier ones.
 *
 * @typedef {Object} Props
 * @property {import("models").Thread} thread
 * @extends {Component<Props, Env>}
 */
export class CustomerPanel extends Component {
    static components = {ActionPanel};
    static props = ["thread"];
    static template = "whatsapp_helpdesk.CustomerPanel";

    setup() {
        super.setup();
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.store = useService("mail.store");
        this.ui = useService("ui");
        this.keepLast = new KeepLast();
        this.state = useState({busy: false, failed: false, panel: undefined});
        useEffect(
            () => {
                this.state.panel = undefined;
            },
            () => [this.thread.localId]
        );
        useEffect(
            () => {
                this.load();
            },
            () => this.freshness
        );
    }

    get thread() {
        return this.props.thread;
    }

    /** What, when it changes, makes the panel out of date. */
    get freshness() {
        const {helpdesk_ticket_id: ticket} = this.thread;
        return [
            this.thread.localId,
            this.thread.helpdesk_agent_id?.id,
            this.thread.helpdesk_partner_id?.id,
            this.thread.helpdesk_window_end?.ts,
            this.thread.helpdesk_consent,
            this.thread.helpdesk_doubt_text,
            this.thread.helpdesk_joins_at,
            ticket?.id,
            ticket?.closed,
            ticket?.name,
            ticket?.priority,
            ticket?.stage_name,
        ];
    }

    async load() {
        this.state.failed = false;
        try {
            this.state.panel = await this.keepLast.add(
                this.orm.silent.call("discuss.channel", "helpdesk_get_panel", [
                    [this.thread.id],
                ])
            );
        } catch (error) {
            this.state.failed = true;
            throw error;
        }
    }

    get customer() {
        return this.state.panel.customer;
    }

    get customerAvatar() {
        return imageUrl("res.partner", this.customer.id, "avatar_128");
    }

    /** The customer's language in words: "ar_001" is "Arabic". */
    get customerLanguage() {
        const code = this.customer.lang?.replace(/[_-].*/, "");
        try {
            return new Intl.DisplayNames([user.lang], {type: "language"}).of(code);
        } catch {
            return this.customer.lang;
        }
    }

    get ticket() {
        return this.state.panel.ticket;
    }

    get ticketPriority() {
        return Number(this.ticket.priority) || 0;
    }

    get ticketPriorityText() {
        return PRIORITIES[this.ticketPriority] ?? "";
    }

    get canTakeOver() {
        const {main_user_id: user} = this.store.self_partner;
        return !this.ticket.closed && user.notEq(this.thread.helpdesk_agent_id);
    }

    get olderCases() {
        return (this.state.panel.cases ?? []).filter(({id}) => id !== this.ticket?.id);
    }

    formatDate(value) {
        return value ? formatMoment(deserializeDateTime(value)) : "";
    }

    getWindowText(identity) {
        if (!identity.window_end) {
            return "";
        }
        void this.store.helpdeskNow; // Recomputed with the clock
        const left = deserializeDateTime(identity.window_end) - luxon.DateTime.now();
        return left > 0
            ? _t("%(span)s left", {span: formatSpan(left)})
            : _t("template only");
    }

    openRecord(model, id) {
        if (this.env.inChatWindow && this.ui.isSmall) {
            this.store.ChatWindow.get({thread: this.thread})?.fold();
        }
        this.action.doAction({
            res_id: id,
            res_model: model,
            type: "ir.actions.act_window",
            views: [[false, "form"]],
        });
    }

    recordConsent() {
        this.action.doAction("whatsapp_helpdesk.action_messaging_consent_record", {
            additionalContext: {default_partner_id: this.customer.id},
        });
    }

    // -- who else this may be -------------------------------------------------------------

    /**
     * @param {string} model
     * @param {string} method a button of the server that may answer with an action
     * @param {number} id
     */
    async press(model, method, id) {
        this.state.busy = true;
        try {
            const action = await this.orm.call(model, method, [[id]]);
            if (action?.tag === "display_notification") {
                // What follows would load the whole page again; the panel is enough.
                const {message, sticky, title, type} = action.params;
                this.notification.add(message, {sticky, title: title || "", type});
            } else if (action?.type) {
                await this.action.doAction(action, {
                    onClose: () => {
                        // Not awaited: the form would stay open while it lasts
                        this.load();
                    },
                });
            }
            this.load();
        } finally {
            this.state.busy = false;
        }
    }

    split(identity) {
        return this.press("messaging.identity", "action_split", identity.id);
    }

    join() {
        return this.press("res.partner", "action_messaging_join", this.customer.id);
    }

    getUndoText(join) {
        return _t("Joined %(date)s; it can be undone until %(until)s.", {
            date: this.formatDate(join.date),
            until: this.formatDate(join.until),
        });
    }

    async callAndReload(method) {
        this.state.busy = true;
        try {
            await toRaw(this.thread).helpdeskCall(method);
            this.env.onHelpdeskCaseChanged?.();
            this.load(); // Not awaited: what the bus tells may overtake it
        } finally {
            this.state.busy = false;
        }
    }
}
