import {registry} from "@web/core/registry";
import {patch} from "@web/core/utils/patch";

import "@mail/discuss/core/common/channel_commands";

const commandRegistry = registry.category("discuss.channel_commands");

/** A reply that starts with "/help" is text for the customer, not a command. */
for (const name of ["help", "leave", "who"]) {
    patch(commandRegistry.get(name), {
        condition({thread}) {
            return !thread?.isHelpdesk && super.condition(...arguments);
        },
    });
}
