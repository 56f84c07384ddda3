import {fields, Record} from "@mail/core/common/record";

/** The current case of a conversation, as far as the messaging views show it. */
export class HelpdeskTicket extends Record {
    static _name = "helpdesk.ticket";
    static id = "id";

    /** @type {number} */
    id;
    /** @type {string} */
    number;
    /** @type {string} */
    name;
    /** @type {string} */
    stage_name;
    /** @type {string} */
    priority;
    /** @type {boolean} */
    closed;
    conversations = fields.Many("Thread", {inverse: "helpdesk_ticket_id"});
}

HelpdeskTicket.register();
