import {registry} from "@web/core/registry";

/**
 * A customer goes from one channel to another within one case. No step looks at a text
 * of ours, so that the tours run in every language.
 */
const tours = registry.category("web_tour.tours");

const CONVERSATION = ".o-mail-DiscussSidebarChannel .o-helpdesk-AvatarIcon";
const PICKER = "button[name='helpdesk-channel']";
const SEND = ".o-mail-Composer button[name='send-message']:enabled";

function getMessage(text, channel) {
    return `.o-mail-Message:contains('${text}'):has(.o-helpdesk-MessageChannel[data-channel='${channel}'])`;
}

function answer(text) {
    return [
        {trigger: ".o-mail-Composer-input:not([readonly])", run: `edit ${text}`},
        {trigger: SEND, run: "click"},
    ];
}

tours.add("whatsapp_helpdesk_join_customers", {
    steps: () => [
        {
            content: "The conversation by telephone number",
            trigger: `${CONVERSATION} [data-channel='whatsapp']`,
            run: "click",
        },
        {trigger: ".o-mail-Message:contains('Where is my order?')"},
        {
            content: "One channel: nothing to pick, and messages do not name it",
            trigger:
                ".o-mail-Composer:has(button[name='helpdesk-reply']):not(:has(button[name='helpdesk-channel']))",
        },
        ...answer("Which one?"),
        {trigger: ".o-mail-Message:contains('Which one?')"},
        {
            content: "The same person wrote elsewhere",
            trigger: ".o-helpdesk-CustomerPanel button[name='join']",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='other_partner_id'] input",
            run: "edit Nadia elsewhere",
        },
        {
            trigger:
                ".o-autocomplete--dropdown-item a:contains('Nadia elsewhere'):not(:has(.oi-search))",
            run: "click",
        },
        {
            content: "Their open cases become one",
            trigger:
                ".modal .o_field_widget[name='cases'] input[data-value='together']",
            run: "click",
        },
        {
            trigger: ".modal button[name='action_join']:enabled",
            run: "click",
        },
        {trigger: "body:not(:has(.modal))"},
        {trigger: ".o-helpdesk-CustomerPanel section[name='joins']"},
    ],
});

tours.add("whatsapp_helpdesk_join_answers", {
    steps: () => [
        {
            content: "The one conversation that is left",
            trigger: CONVERSATION,
            run: "click",
        },
        {
            content: "The header names both channels",
            trigger:
                ".o-mail-DiscussContent-header .o-helpdesk-ChannelIcons:has([data-channel='whatsapp']):has([data-channel='telegram'])",
        },
        {trigger: getMessage("Where is my order?", "whatsapp")},
        {trigger: getMessage("I am here now", "telegram")},
        {
            content: "The answer goes where the customer wrote last",
            trigger: `${PICKER}[data-channel='telegram']`,
        },
        ...answer("By the new way"),
        {trigger: getMessage("By the new way", "telegram")},
        {
            content: "Or where the agent says",
            trigger: PICKER,
            run: "click",
        },
        {
            trigger: ".o-helpdesk-ReplyChannelItem[data-channel='whatsapp']",
            run: "click",
        },
        {trigger: `${PICKER}[data-channel='whatsapp']`},
        ...answer("By the old way"),
        {trigger: getMessage("By the old way", "whatsapp")},
        {
            content: "The choice stays",
            trigger: `${PICKER}[data-channel='whatsapp']`,
        },
    ],
});

tours.add("whatsapp_helpdesk_join_undo", {
    steps: () => [
        {trigger: CONVERSATION, run: "click"},
        {trigger: getMessage("And here again", "telegram")},
        {
            trigger: ".o-helpdesk-CustomerPanel button[name='undo-join']",
            run: "click",
        },
        {
            trigger:
                ".o-helpdesk-CustomerPanel:has(section[name='identities']):not(:has(section[name='joins']))",
        },
    ],
});

tours.add("whatsapp_helpdesk_join_undone", {
    steps: () => [
        {
            content: "There are two again, each with what was said in it",
            trigger: `${CONVERSATION} [data-channel='telegram']`,
            run: "click",
        },
        {trigger: ".o-mail-Message:contains('And here again')"},
        {trigger: ".o-mail-Message:contains('By the new way')"},
        {
            trigger: `${CONVERSATION} [data-channel='whatsapp']`,
            run: "click",
        },
        {trigger: ".o-mail-Message:contains('By the old way')"},
        {
            trigger:
                ".o-mail-Thread:not(:has(.o-mail-Message:contains('By the new way')))",
        },
    ],
});
