import {formatSpan} from "@whatsapp_helpdesk/core/common/time_format";

import {Component, toRaw} from "@odoo/owl";

import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";

const {DateTime} = luxon;

/**
 * By which of the customer's channels the answer goes, and what holds for each.
 *
 * @typedef {Object} Props
 * @property {import("models").Thread} thread
 * @extends {Component<Props, Env>}
 */
export class ReplyChannelPicker extends Component {
    static components = {Dropdown, DropdownItem};
    static props = ["thread"];
    static template = "whatsapp_helpdesk.ReplyChannelPicker";

    get thread() {
        return this.props.thread;
    }

    get chosen() {
        return this.thread.helpdeskReplyChannel;
    }

    get chosenTitle() {
        const {account, address, label} = this.chosen;
        return _t("Answer by %(channel)s, from %(account)s to %(address)s", {
            account,
            address,
            channel: label,
        });
    }

    /** Of a customer who writes to two of our numbers, ours tells them apart. */
    get isAmbiguous() {
        const {address, channel, identity_id} = this.chosen;
        return this.thread.helpdeskReplyChannels.some(
            (other) =>
                other.identity_id !== identity_id &&
                other.channel === channel &&
                other.address === address
        );
    }

    isChosen(channel) {
        return channel.identity_id === this.chosen?.identity_id;
    }

    /** Outside of its window a channel still has the way of a template. */
    isUsable(channel) {
        return !channel.lock || this.hasTemplateWay(channel);
    }

    hasTemplateWay(channel) {
        return this.isWindowClosed(channel) && channel.has_templates;
    }

    isWindowClosed(channel) {
        return channel.lock === "window_closed" || this.getWindowLeft(channel) === 0;
    }

    /** @returns {number|undefined} milliseconds; undefined without a window */
    getWindowLeft(channel) {
        void this.thread.store.helpdeskNow; // Recomputed with the clock
        if (!channel.has_window) {
            return undefined;
        }
        const end = channel.window_end && deserializeDateTime(channel.window_end);
        return end ? Math.max(0, end - DateTime.now()) : 0;
    }

    /** What the agent weighs: how long, what it costs, how much fits. */
    getFacts(channel) {
        const left = this.getWindowLeft(channel);
        const {size, unit} = channel.text_limit;
        return [
            left === undefined
                ? _t("no time limit")
                : left && _t("%(span)s left", {span: formatSpan(left)}),
            channel.cost_text,
            unit === "utf8"
                ? _t("%(size)s bytes", {size})
                : _t("%(size)s characters", {size}),
        ].filter(Boolean);
    }

    getReason(channel) {
        if (this.hasTemplateWay(channel)) {
            return _t("The time to answer freely is over: only an approved template.");
        }
        return channel.lock_text || _t("The time to answer freely is over.");
    }

    getAttributes(channel) {
        return {
            "aria-checked": this.isChosen(channel) ? "true" : "false",
            "aria-disabled": this.isUsable(channel) ? "false" : "true",
            "data-channel": channel.channel,
            "data-identity": channel.identity_id,
            role: "menuitemradio",
        };
    }

    onSelected(channel) {
        if (this.isUsable(channel)) {
            toRaw(this.thread).pickHelpdeskChannel(channel.identity_id);
            toRaw(this.thread).composer.autofocus++;
        }
    }

    onOpened() {
        toRaw(this.thread).fetchHelpdeskReplyChannels();
    }
}
