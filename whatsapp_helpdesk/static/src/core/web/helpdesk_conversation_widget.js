import {HelpdeskConversation} from "@whatsapp_helpdesk/core/web/helpdesk_conversation";

import {Component} from "@odoo/owl";

import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** Shows the conversation that a many2one of the record points to. */
class ConversationOfRecord extends Component {
    static components = {HelpdeskConversation};
    static template = "whatsapp_helpdesk.ConversationOfRecord";

    get fieldName() {
        throw new Error("Not implemented");
    }

    get record() {
        return this.props.record;
    }

    get conversationProps() {
        const isTicket = this.record.resModel === "helpdesk.ticket";
        return {
            channelId: this.record.data[this.fieldName]?.id ?? false,
            onCaseChanged: isTicket ? () => this.reload() : undefined,
            readonly: this.props.historyOnly,
            ticketId: isTicket ? this.record.resId : undefined,
        };
    }

    /** Show the new agent or stage; what the person is typing elsewhere stays. */
    async reload() {
        if (!(await this.record.isDirty())) {
            await this.record.load();
        }
    }
}

class HelpdeskConversationWidget extends ConversationOfRecord {
    static props = {
        ...standardWidgetProps,
        fieldName: String,
        historyOnly: {type: Boolean, optional: true},
    };

    get fieldName() {
        return this.props.fieldName;
    }
}

class HelpdeskConversationField extends ConversationOfRecord {
    static props = {
        ...standardFieldProps,
        historyOnly: {type: Boolean, optional: true},
    };

    get fieldName() {
        return this.props.name;
    }
}

function isHistoryOnly({attrs, options}) {
    return Boolean(options.readonly) || ["1", "True", "true"].includes(attrs.readonly);
}

registry.category("view_widgets").add("helpdesk_conversation", {
    component: HelpdeskConversationWidget,
    extractProps: (node) => ({
        fieldName: node.attrs.field,
        historyOnly: isHistoryOnly(node),
    }),
    fieldDependencies: ({attrs}) => [
        {name: attrs.field, relation: "discuss.channel", type: "many2one"},
    ],
});

registry.category("fields").add("helpdesk_conversation", {
    component: HelpdeskConversationField,
    extractProps: (node) => ({historyOnly: isHistoryOnly(node)}),
    supportedTypes: ["many2one"],
});
