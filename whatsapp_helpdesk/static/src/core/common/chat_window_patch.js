import {ChatBubble} from "@mail/core/common/chat_bubble";
import {ThreadIcon} from "@mail/core/common/thread_icon";

import {patch} from "@web/core/utils/patch";

patch(ChatBubble, {
    components: {...ChatBubble.components, ThreadIcon},
});
