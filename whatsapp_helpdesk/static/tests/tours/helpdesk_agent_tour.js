import {registry} from "@web/core/registry";

/**
 * An agent answers a customer in Discuss. No step looks at a text, so that the same tour
 * runs in every language.
 */
registry.category("web_tour.tours").add("whatsapp_helpdesk_agent_answers", {
    steps: () => [
        {
            content:
                "The customer's conversation is in the sidebar, in its own category",
            trigger:
                ".o-helpdesk-SidebarCategory ~ * .o-mail-DiscussSidebarChannel, " +
                ".o-mail-DiscussSidebarChannel .o-helpdesk-AvatarIcon",
            run: "click",
        },
        {
            content: "The panel beside it shows customer and case",
            trigger: ".o-helpdesk-CustomerPanel section[name='customer']",
        },
        {
            content: "The customer's message is there",
            trigger: ".o-mail-Message:contains('Where is my order?')",
        },
        {
            content: "The window is open and says how long",
            trigger: ".o-helpdesk-ComposerWindow",
        },
        {
            content: "Write a note first",
            trigger: "button[name='helpdesk-note']",
            run: "click",
        },
        {
            trigger: ".o-mail-Composer-input",
            run: "edit Check the courier first",
        },
        {
            trigger: ".o-mail-Composer button[name='send-message']:enabled",
            run: "click",
        },
        {
            content: "A note looks different and has no ticks",
            trigger:
                ".o-mail-Message:contains('Check the courier first'):not(:has(.o-helpdesk-MessageStatus))",
        },
        {
            content: "Now answer the customer",
            trigger: "button[name='helpdesk-reply']",
            run: "click",
        },
        {
            trigger: ".o-mail-Composer-input",
            run: "edit It arrives tomorrow",
        },
        {
            trigger: ".o-mail-Composer button[name='send-message']:enabled",
            run: "click",
        },
        {
            content: "The reply waits to be sent",
            trigger:
                ".o-mail-Message:contains('It arrives tomorrow') .o-helpdesk-MessageStatus[data-state='queued']",
        },
    ],
});

/** What the provider reported since is seen as ticks, in Discuss. */
registry.category("web_tour.tours").add("whatsapp_helpdesk_agent_sees_ticks", {
    steps: () => [
        {
            trigger: ".o-mail-DiscussSidebarChannel .o-helpdesk-AvatarIcon",
            run: "click",
        },
        {
            content: "Read by the customer",
            trigger:
                ".o-mail-Message:contains('It arrives tomorrow') .o-helpdesk-MessageStatus[data-state='read']",
        },
        {
            content: "A failure has its reason and a way to try again",
            trigger:
                ".o-mail-Message:contains('This one fails') .o-helpdesk-MessageOutcome.o-failed button[name='helpdesk-retry']",
            run: "click",
        },
        {
            trigger:
                ".o-mail-Message:contains('This one fails') .o-helpdesk-MessageStatus[data-state='queued']",
        },
    ],
});

/** A closed window locks the reply and leaves the note. */
registry.category("web_tour.tours").add("whatsapp_helpdesk_window_closed", {
    steps: () => [
        {
            trigger: ".o-mail-DiscussSidebarChannel .o-helpdesk-AvatarIcon",
            run: "click",
        },
        {
            trigger: ".o-helpdesk-ComposerLock[data-code='window_closed']",
        },
        {
            trigger: ".o-mail-Composer-input[readonly]",
        },
        {
            trigger: "button[name='helpdesk-note']",
            run: "click",
        },
        {
            trigger: ".o-mail-Composer-input:not([readonly])",
        },
    ],
});

/** The ticket form has the conversation in it, live, with the one composer. */
registry.category("web_tour.tours").add("whatsapp_helpdesk_ticket_conversation", {
    steps: () => [
        {
            trigger:
                ".o-helpdesk-Conversation .o-mail-Message:contains('Where is my order?')",
        },
        {
            trigger: ".o-helpdesk-Conversation .o-mail-Composer-input",
            run: "edit Written in the ticket",
        },
        {
            trigger:
                ".o-helpdesk-Conversation .o-mail-Composer button[name='send-message']:enabled",
            run: "click",
        },
        {
            trigger:
                ".o-helpdesk-Conversation .o-mail-Message:contains('Written in the ticket') .o-helpdesk-MessageStatus",
        },
        {
            content: "The chatter beside it offers notes only",
            trigger: ".o-mail-Chatter:not(:has(.o-mail-Chatter-sendMessage))",
        },
    ],
});
