import {Component, toRaw, useState} from "@odoo/owl";

/**
 * What became of a message, where a person should read it or do something: it failed,
 * it is in doubt, the server refused it, or it came late.
 *
 * @typedef {Object} Props
 * @property {import("models").Message} message
 * @extends {Component<Props, Env>}
 */
export class MessageOutcome extends Component {
    static props = ["message"];
    static template = "whatsapp_helpdesk.MessageOutcome";

    setup() {
        super.setup();
        this.state = useState({busy: false});
    }

    get message() {
        return this.props.message;
    }

    /** Who may answer the customer decides about what did not arrive. */
    get canAct() {
        return Boolean(this.message.thread?.helpdeskIsMine);
    }

    get isFailed() {
        return ["failed", "expired"].includes(this.message.messaging_state);
    }

    get isInDoubt() {
        return this.message.messaging_state === "unknown";
    }

    get isPartlyFailed() {
        const parts = this.message.messaging_parts ?? [];
        return parts.some(({state}) => !["failed", "expired"].includes(state));
    }

    async run(action) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await action(toRaw(this.message));
        } finally {
            this.state.busy = false;
        }
    }

    onClickRetry() {
        return this.run((message) => message.helpdeskRetry());
    }

    onClickDecide(outcome) {
        return this.run((message) => message.helpdeskDecide(outcome));
    }

    onClickPostAgain() {
        return this.run((message) => message.postFailRedo?.());
    }

    onClickTakeBack() {
        toRaw(this.message).helpdeskTakeBack();
    }
}
