import {ComposerAction} from "@mail/core/common/composer_actions";
import {MessageAction} from "@mail/core/common/message_actions";
import {ThreadAction} from "@mail/core/common/thread_actions";

import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

/** Sends a link that the customer would get as bare text. */
const COMPOSER_ACTIONS_LEFT_OUT = ["add-gif"];
/** People join by assignment, a conversation is named after its customer, ... */
const THREAD_ACTIONS_LEFT_OUT = [
    "advanced-settings",
    "call",
    "call-settings",
    "camera-call",
    "delete-thread",
    "invite-people",
    "member-list",
    "rename-thread",
    "show-threads",
];

patch(ComposerAction.prototype, {
    _condition({action, owner}) {
        if (owner.helpdeskThread && COMPOSER_ACTIONS_LEFT_OUT.includes(action.id)) {
            return false;
        }
        return super._condition(...arguments);
    },
    _disabledCondition({owner}) {
        return owner.isHelpdeskLocked || super._disabledCondition(...arguments);
    },
    _name({action, owner}) {
        if (action.id === "send-message" && owner.isHelpdeskNote) {
            return _t("Add note");
        }
        return super._name(...arguments);
    },
});

patch(MessageAction.prototype, {
    _condition({action, message}) {
        // Pins are for those who answer
        if (
            action.id === "pin" &&
            message?.isHelpdesk &&
            !message.thread.helpdeskIsMine
        ) {
            return false;
        }
        return super._condition(...arguments);
    },
});

patch(ThreadAction.prototype, {
    _condition({action, thread}) {
        if (thread?.isHelpdesk) {
            if (THREAD_ACTIONS_LEFT_OUT.includes(action.id)) {
                return false;
            }
            if (action.id === "notification-settings" && !thread.self_member_id) {
                return false;
            }
        }
        return super._condition(...arguments);
    },
});
