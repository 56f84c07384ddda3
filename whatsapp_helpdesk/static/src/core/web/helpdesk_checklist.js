import {HelpdeskKanbanViewRenderer} from "@helpdesk_mgmt/views/helpdesk_dashboard/helpdesk_team_kanban_view.esm";

import {Component, onWillStart, useState} from "@odoo/owl";

import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

/** First steps above the teams, until the first customer was answered. */
export class HelpdeskChecklist extends Component {
    static props = {};
    static template = "whatsapp_helpdesk.HelpdeskChecklist";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({checklist: false});
        onWillStart(async () => {
            this.state.checklist = await this.orm.call(
                "messaging.checklist",
                "get_checklist"
            );
        });
    }

    get doneLabel() {
        return _t("Done");
    }

    get openLabel() {
        return _t("Open");
    }

    open(step) {
        return this.action.doAction(step.action);
    }

    async dismiss() {
        await this.orm.call("messaging.checklist", "dismiss");
        this.state.checklist = false;
    }
}

HelpdeskKanbanViewRenderer.components = {
    ...HelpdeskKanbanViewRenderer.components,
    HelpdeskChecklist,
};
