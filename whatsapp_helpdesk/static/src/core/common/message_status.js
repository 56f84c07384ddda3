import {
    MESSAGING_STATES,
    describePart,
} from "@whatsapp_helpdesk/core/common/messaging_states";

import {Component} from "@odoo/owl";

/**
 * The ticks of a message: how far it got on its way to the customer.
 *
 * @typedef {Object} Props
 * @property {import("models").Message} message
 * @extends {Component<Props, Env>}
 */
export class MessageStatus extends Component {
    static props = ["message"];
    static template = "whatsapp_helpdesk.MessageStatus";

    get state() {
        return MESSAGING_STATES[this.props.message.messaging_state];
    }

    get title() {
        const parts = this.props.message.messaging_parts ?? [];
        return parts.length > 1
            ? parts.map(describePart).join("\n")
            : this.state.label.toString();
    }
}
