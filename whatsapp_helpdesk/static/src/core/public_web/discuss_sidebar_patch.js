import {DiscussSidebarChannel} from "@mail/discuss/core/public_web/discuss_sidebar_categories";
import {
    formatSpan,
    formatSpanCompact,
} from "@whatsapp_helpdesk/core/common/time_format";

import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

/** Waiting longer than this stands out. */
const LONG_WAIT = 60 * 60 * 1000;

/** @type {DiscussSidebarChannel} */
const discussSidebarChannelPatch = {
    get actionsTitle() {
        return this.thread.isHelpdesk ? _t("Conversation Actions") : super.actionsTitle;
    },
    /** The last message; the case's title while none is known. */
    get helpdeskPreview() {
        const message = this.thread.newestPersistentOfAllMessage;
        return (
            message?.previewText?.toString() ||
            this.thread.helpdesk_ticket_id?.name ||
            ""
        );
    },
    get helpdeskWaiting() {
        const time = this.thread.helpdeskWaitingTime;
        if (time === undefined) {
            return undefined;
        }
        return {
            className: {"o-long": time > LONG_WAIT},
            text: formatSpanCompact(time),
            title: _t("The customer has been waiting for %(span)s", {
                span: formatSpan(time),
            }),
        };
    },
};
patch(DiscussSidebarChannel.prototype, discussSidebarChannelPatch);
