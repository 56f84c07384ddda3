import {DiscussContent} from "@mail/core/public_web/discuss_content";
import {ChannelIcons} from "@whatsapp_helpdesk/core/common/channel_icons";

import {patch} from "@web/core/utils/patch";

patch(DiscussContent, {
    components: {...DiscussContent.components, ChannelIcons},
});

/** @type {DiscussContent} */
const discussContentPatch = {
    get showThreadAvatar() {
        return this.thread.isHelpdesk || super.showThreadAvatar;
    },
    get helpdeskSubtitle() {
        const {helpdesk_agent_id: agent, helpdesk_ticket_id: ticket} = this.thread;
        return [ticket?.number, ticket?.stage_name, agent?.name]
            .filter(Boolean)
            .join(" · ");
    },
};
patch(DiscussContent.prototype, discussContentPatch);
