import {Component} from "@odoo/owl";

/**
 * By which channels the customer of a conversation writes, where there are several.
 *
 * @typedef {Object} Props
 * @property {import("models").Thread} thread
 * @extends {Component<Props, Env>}
 */
export class ChannelIcons extends Component {
    static props = ["thread"];
    static template = "whatsapp_helpdesk.ChannelIcons";

    getTitle({account, address, label}) {
        return [label, address, account].filter(Boolean).join(" · ");
    }
}
