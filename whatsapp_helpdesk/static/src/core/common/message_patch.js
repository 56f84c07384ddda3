import {Message} from "@mail/core/common/message";
import {MessageOutcome} from "@whatsapp_helpdesk/core/common/message_outcome";
import {MessageStatus} from "@whatsapp_helpdesk/core/common/message_status";

import {patch} from "@web/core/utils/patch";

patch(Message, {
    components: {...Message.components, MessageOutcome, MessageStatus},
});

/** @type {Message} */
const messagePatch = {
    get attClass() {
        const {message} = this;
        return {
            ...super.attClass,
            "o-helpdesk": message.isHelpdesk,
            "o-helpdesk-customer": message.isHelpdesk && !message.helpdeskIsOurs,
            "o-helpdesk-ours": this.isHelpdeskRight,
            "o-helpdesk-note": message.isHelpdesk && message.isNote,
        };
    },
    /** As on a phone, ours stand on the far side, whoever of us wrote them. */
    get isHelpdeskRight() {
        return this.message.helpdeskIsOurs && Boolean(this.props.thread?.isHelpdesk);
    },
    get isAlignedRight() {
        return this.isHelpdeskRight || super.isAlignedRight;
    },
    get showHelpdeskStatus() {
        return this.message.isHelpdesk && this.message.messaging_direction === "out";
    },
    get shouldDisplayAuthorName() {
        if (this.message.isHelpdesk && this.env.inChatWindow) {
            return this.message.helpdeskIsOurs && !this.message.isSelfAuthored;
        }
        return super.shouldDisplayAuthorName;
    },
};
patch(Message.prototype, messagePatch);
