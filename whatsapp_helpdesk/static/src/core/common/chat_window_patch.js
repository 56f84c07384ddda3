import {ChatBubble} from "@mail/core/common/chat_bubble";
import {ChatWindow} from "@mail/core/common/chat_window";
import {ThreadIcon} from "@mail/core/common/thread_icon";
import {ChannelIcons} from "@whatsapp_helpdesk/core/common/channel_icons";

import {patch} from "@web/core/utils/patch";

patch(ChatBubble, {
    components: {...ChatBubble.components, ThreadIcon},
});

patch(ChatWindow, {
    components: {...ChatWindow.components, ChannelIcons},
});
