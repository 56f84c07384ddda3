import {Component, onWillDestroy, onWillUpdateProps, useState} from "@odoo/owl";

import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {ViewButton} from "@web/views/view_button/view_button";

/** Milliseconds between two looks at what arrived meanwhile. */
const INTERVAL = 3000;
const ICONS = {
    failed: "fa-times-circle text-danger",
    ok: "fa-check-circle text-success",
    unknown: "fa-minus-circle text-muted",
    waiting: "fa-hourglass-half text-warning",
};
const STATES = {
    failed: _t("Failed"),
    ok: _t("Passed"),
    unknown: _t("Not known"),
    waiting: _t("Waiting"),
};

/** The tests of a connection, each with one sentence and the button that repairs it. */
export class SetupChecks extends Component {
    static components = {ViewButton};
    static props = {...standardFieldProps};
    static template = "whatsapp_helpdesk.SetupChecks";

    setup() {
        this.orm = useService("orm");
        this.state = useState({live: null});
        this.timer = browser.setInterval(() => this.look(), INTERVAL);
        onWillUpdateProps(() => {
            this.state.live = null; // The record was loaded: it knows best.
        });
        onWillDestroy(() => browser.clearInterval(this.timer));
    }

    get checks() {
        return this.state.live ?? this.props.record.data[this.props.name] ?? [];
    }

    getIcon(check) {
        return ICONS[check.state];
    }

    getState(check) {
        return STATES[check.state];
    }

    /** Look again while the page is seen; without a spinner, and without noise. */
    async look() {
        const {record} = this.props;
        if (this.isLooking || document.hidden || !record.resId || !this.checks.length) {
            return;
        }
        this.isLooking = true;
        try {
            const found = await this.orm.silent.call(record.resModel, "get_checks", [
                record.resId,
            ]);
            this.state.live = found.checks;
            if (found.is_ready !== record.data.is_ready && !(await record.isDirty())) {
                await record.load(); // The buttons above change.
            }
        } catch {
            // The next look may work.
        } finally {
            this.isLooking = false;
        }
    }
}

registry.category("fields").add("messaging_setup_checks", {
    component: SetupChecks,
    supportedTypes: ["json"],
});
