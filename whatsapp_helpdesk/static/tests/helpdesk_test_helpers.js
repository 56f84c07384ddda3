import {mailModels} from "@mail/../tests/mail_test_helpers";
import {mailDataHelpers} from "@mail/../tests/mock_server/mail_mock_server";
import {
    Command,
    defineModels,
    fields,
    makeKwArgs,
    MockServer,
    models,
    serverState,
} from "@web/../tests/web_test_helpers";
import {serializeDateTime} from "@web/core/l10n/dates";

const {DateTime} = luxon;

const CHANNEL_FIELDS = [
    "helpdesk_has_templates",
    "helpdesk_has_window",
    "helpdesk_is_private",
    "helpdesk_lock",
    "helpdesk_lock_text",
    "helpdesk_waiting_since",
    "helpdesk_window_end",
    "messaging_channel",
    "messaging_icon",
    "messaging_label",
];

export class DiscussChannel extends mailModels.DiscussChannel {
    helpdesk_agent_id = fields.Many2one({relation: "res.users"});
    helpdesk_has_templates = fields.Boolean();
    helpdesk_has_window = fields.Boolean();
    helpdesk_is_private = fields.Boolean();
    helpdesk_leader_id = fields.Many2one({relation: "res.users"});
    helpdesk_lock = fields.Char();
    helpdesk_lock_text = fields.Char();
    helpdesk_partner_id = fields.Many2one({relation: "res.partner"});
    helpdesk_ticket_id = fields.Many2one({relation: "helpdesk.ticket"});
    helpdesk_waiting_since = fields.Datetime();
    helpdesk_window_end = fields.Datetime();
    messaging_channel = fields.Char();
    messaging_icon = fields.Char();
    messaging_label = fields.Char();
    helpdesk_channels = fields.Json();
    helpdesk_merged_into_id = fields.Integer();
    /** What `helpdesk_get_reply_channels` answers. */
    reply_channels = fields.Json();

    helpdesk_get_reply_channels([channelId]) {
        return this.browse(channelId)[0].reply_channels || [];
    }

    helpdesk_get_panel() {
        return {
            can_reply: true,
            cases: [],
            customer: {},
            identities: [],
            ticket: false,
        };
    }

    _channel_basic_info_fields() {
        return [...super._channel_basic_info_fields(), ...CHANNEL_FIELDS];
    }

    _to_store(store) {
        super._to_store(...arguments);
        for (const channel of this.filter((c) => c.channel_type === "helpdesk")) {
            store._add_record_fields(this.browse(channel.id), {
                helpdesk_channels: channel.helpdesk_channels || [],
                helpdesk_merged_into_id: channel.helpdesk_merged_into_id || false,
            });
        }
        const one = (model, id, names) =>
            mailDataHelpers.Store.one(
                this.env[model].browse(id || []),
                makeKwArgs({fields: names})
            );
        for (const channel of this.filter((c) => c.channel_type === "helpdesk")) {
            for (const userId of [
                channel.helpdesk_agent_id,
                channel.helpdesk_leader_id,
            ].filter(Boolean)) {
                const [user] = this.env["res.users"].browse(userId);
                store._add_record_fields(this.env["res.users"].browse(userId), {
                    partner_id: one("res.partner", user.partner_id, ["name"]),
                });
            }
            store._add_record_fields(this.browse(channel.id), {
                helpdesk_agent_id: channel.helpdesk_agent_id || false,
                helpdesk_leader_id: channel.helpdesk_leader_id || false,
                helpdesk_partner_id: one("res.partner", channel.helpdesk_partner_id, [
                    "name",
                    "email",
                    "phone",
                ]),
                helpdesk_ticket_id: one("helpdesk.ticket", channel.helpdesk_ticket_id, [
                    "number",
                    "name",
                    "stage_name",
                    "priority",
                    "closed",
                ]),
            });
        }
    }
}

const MESSAGE_FIELDS = [
    "helpdesk_author_kind",
    "helpdesk_late",
    "helpdesk_occurred_at",
    "messaging_can_retry",
    "messaging_direction",
    "messaging_failure",
    "messaging_state",
    "messaging_without_receipts",
];

export class MailMessage extends mailModels.MailMessage {
    helpdesk_author_kind = fields.Char();
    helpdesk_late = fields.Boolean();
    helpdesk_occurred_at = fields.Datetime();
    messaging_can_retry = fields.Boolean();
    messaging_direction = fields.Char();
    messaging_failure = fields.Char();
    messaging_parts = fields.Json();
    messaging_state = fields.Char();
    messaging_without_receipts = fields.Boolean();
    messaging_via = fields.Json();

    get _to_store_defaults() {
        return [
            ...super._to_store_defaults,
            ...MESSAGE_FIELDS,
            mailDataHelpers.Store.attr(
                "messaging_parts",
                (m) => m.messaging_parts || []
            ),
            mailDataHelpers.Store.attr(
                "messaging_via",
                (m) => m.messaging_via || false
            ),
        ];
    }
}

export class HelpdeskTicket extends models.Model {
    _name = "helpdesk.ticket";
    _inherit = ["mail.thread"];

    closed = fields.Boolean();
    conversation_id = fields.Many2one({relation: "discuss.channel"});
    name = fields.Char();
    number = fields.Char();
    priority = fields.Char({default: "1"});
    stage_name = fields.Char({default: "In Progress"});
    user_id = fields.Many2one({relation: "res.users"});

    _views = {
        form: /* xml */ `
            <form>
                <sheet>
                    <field name="number"/>
                    <field name="name"/>
                    <field name="user_id"/>
                    <widget name="helpdesk_conversation" field="conversation_id"/>
                </sheet>
                <chatter/>
            </form>`,
    };
}

export const helpdeskModels = {
    ...mailModels,
    DiscussChannel,
    HelpdeskTicket,
    MailMessage,
};

export function defineHelpdeskModels() {
    return defineModels(helpdeskModels);
}

/** A moment as the server writes it, so many hours (or minutes, ...) from now. */
export function fromNow(duration) {
    return serializeDateTime(DateTime.now().plus(duration));
}

/**
 * Create a WhatsApp conversation that the current user holds, with an open window.
 *
 * @param {Object} pyEnv
 * @param {Object} [values] of the conversation
 * @param {boolean} [values.isMember] of the current user, true unless said otherwise
 * @param {string} [values.name] of the customer
 * @returns {{channelId: number, partnerId: number, ticketId: number}}
 */
export function createConversation(pyEnv, {isMember = true, name, ...values} = {}) {
    const partnerId = pyEnv["res.partner"].create({
        email: "ali@example.com",
        name: name || "Ali Hassan",
        phone: "+964 770 123 4567",
    });
    const ticketId = pyEnv["helpdesk.ticket"].create({
        name: "Parcel is late",
        number: "HT00042",
    });
    const channelId = pyEnv["discuss.channel"].create({
        channel_member_ids: isMember
            ? [Command.create({partner_id: serverState.partnerId})]
            : [],
        channel_type: "helpdesk",
        helpdesk_agent_id: serverState.userId,
        helpdesk_has_window: true,
        helpdesk_lock: "",
        helpdesk_partner_id: partnerId,
        helpdesk_ticket_id: ticketId,
        helpdesk_window_end: fromNow({hours: 20}),
        messaging_channel: "whatsapp",
        messaging_icon: "fa-whatsapp",
        messaging_label: "WhatsApp",
        name: name || "Ali Hassan",
        ...values,
    });
    pyEnv["helpdesk.ticket"].write([ticketId], {conversation_id: channelId});
    return {channelId, partnerId, ticketId};
}

/** What names one of a customer's channels. */
export function makeChannel(identityId, values = {}) {
    return {
        account: `Number ${identityId}`,
        address: `+96477010000${identityId}`,
        channel: "whatsapp",
        icon: "fa-whatsapp",
        identity_id: identityId,
        label: "WhatsApp",
        ...values,
    };
}

/** A way to answer, as the server describes it. */
export function makeReplyChannel(identityId, values = {}) {
    return {
        ...makeChannel(identityId),
        cost_text: "free",
        has_templates: true,
        has_window: true,
        is_current: false,
        lock: "",
        lock_text: "",
        quotes: true,
        text_limit: {size: 100, unit: "characters"},
        window_end: fromNow({hours: 20}),
        window_hours: 24,
        ...values,
    };
}

const CHAT = {channel: "chat", icon: "fa-paper-plane", label: "Chat"};

/**
 * Create a conversation with a customer of two channels: WhatsApp (1), where they wrote
 * last, and one without a window (2).
 */
export function createTwoChannels(pyEnv, {first, second, ...values} = {}) {
    const reply_channels = [
        makeReplyChannel(1, {is_current: true, ...first}),
        makeReplyChannel(2, {
            ...CHAT,
            address: "@ali",
            has_templates: false,
            has_window: false,
            window_end: false,
            ...second,
        }),
    ];
    return createConversation(pyEnv, {
        helpdesk_channels: [makeChannel(1), makeChannel(2, {...CHAT, address: "@ali"})],
        reply_channels,
        ...values,
    });
}

/** Create a message exchanged with the customer, from us unless said otherwise. */
export function createMessage(pyEnv, channelId, values = {}) {
    return pyEnv["mail.message"].create({
        author_id: serverState.partnerId,
        body: "It is on its way.",
        helpdesk_author_kind: "agent",
        message_type: "helpdesk_message",
        messaging_direction: "out",
        messaging_state: "sent",
        model: "discuss.channel",
        res_id: channelId,
        subtype_id: pyEnv["mail.message.subtype"]._filter([
            ["subtype_xmlid", "=", "mail.mt_comment"],
        ])[0].id,
        ...values,
    });
}

/** Create a colleague and return the user's id. */
export function createColleague(pyEnv, name = "Sara") {
    const partner_id = pyEnv["res.partner"].create({name});
    return pyEnv["res.users"].create({name, partner_id});
}

/** Send new values of records over the bus of a conversation, as the server does. */
export function broadcast(channelId, values) {
    const {env} = MockServer;
    const [channel] = env["discuss.channel"].browse(channelId);
    env["bus.bus"]._sendone(channel, "mail.record/insert", values);
}
