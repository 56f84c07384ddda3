import {Component} from "@odoo/owl";

import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** The icon of a messaging channel; its record has the fields "icon" and "channel". */
export class ChannelIconField extends Component {
    static props = {...standardFieldProps};
    static template = "whatsapp_helpdesk.ChannelIconField";

    get channel() {
        return this.props.record.data.channel || "";
    }

    get icon() {
        return this.props.record.data[this.props.name] || "fa-comments";
    }

    /** The channel's name as the selection has it. */
    get label() {
        const {selection = []} = this.props.record.fields.channel ?? {};
        const option = selection.find(([code]) => code === this.channel);
        return option ? option[1] : this.channel;
    }
}

registry.category("fields").add("helpdesk_channel_icon", {
    component: ChannelIconField,
    displayName: _t("Icon of a messaging channel"),
    fieldDependencies: [{name: "channel", type: "selection"}],
    listViewWidth: 32,
    supportedTypes: ["char"],
});
