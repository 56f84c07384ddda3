import {registerThreadAction} from "@mail/core/common/thread_actions";
import {CustomerPanel} from "@whatsapp_helpdesk/core/web/customer_panel";

import {_t} from "@web/core/l10n/translation";

registerThreadAction("helpdesk-customer", {
    actionPanelComponent: CustomerPanel,
    condition: ({owner, thread}) =>
        thread?.isHelpdesk &&
        (!owner.props.chatWindow || owner.props.chatWindow.isOpen) &&
        !owner.isDiscussSidebarChannelActions,
    open: ({owner, store}) => {
        if (owner.env.inDiscussApp) {
            store.discuss.isHelpdeskPanelOpenByDefault = true;
        }
    },
    close: ({action, nextActiveAction, owner, store}) => {
        if (owner.env.inDiscussApp && action.condition && !nextActiveAction) {
            store.discuss.isHelpdeskPanelOpenByDefault = false;
        }
    },
    icon: "fa fa-fw fa-address-card-o",
    name: _t("Customer and ticket"),
    panelOuterClass: "o-helpdesk-CustomerPanel-outer bg-inherit",
    sequence: 10,
    sequenceGroup: 7,
    toggle: true,
});
