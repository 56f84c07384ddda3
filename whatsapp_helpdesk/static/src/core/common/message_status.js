import {
    MESSAGING_STATES,
    describePart,
} from "@whatsapp_helpdesk/core/common/messaging_states";

import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";

const NO_RECEIPTS = _t(
    "This channel does not tell whether messages were delivered or read."
);

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
        const {messaging_parts: parts = [], messaging_without_receipts: isLast} =
            this.props.message;
        const title =
            parts.length > 1
                ? parts.map(describePart).join("\n")
                : this.state.label.toString();
        return isLast ? `${title}\n${NO_RECEIPTS}` : title;
    }
}
