import {registry} from "@web/core/registry";

const BUBBLE = ".modal .o_template_bubble";
const VALUE =
    ".modal .o_field_widget[name='line_ids'] .o_data_row:eq(1) td[name='value']";

/** The window is closed: the agent goes on with an approved template. */
registry
    .category("web_tour.tours")
    .add("whatsapp_helpdesk_template_out_of_the_window", {
        steps: () => [
            {
                trigger: ".o-mail-DiscussSidebarChannel .o-helpdesk-AvatarIcon",
                run: "click",
            },
            {
                trigger: ".o-helpdesk-ComposerLock[data-code='window_closed']",
            },
            {
                content: "A template is the way to go on",
                trigger: "button[name='helpdesk-template']",
                run: "click",
            },
            {
                content: "Choose one of the two",
                trigger: ".modal .o_field_widget[name='template_id'] input",
                run: "edit Order",
            },
            {
                trigger:
                    ".modal .o-autocomplete--dropdown-item a:contains('Order update')",
                run: "click",
            },
            {
                content: "The customer's name is filled in already",
                trigger: `${BUBBLE}:contains('Hello Layla Customer, order {{2}}')`,
            },
            {
                content: "The other value is typed",
                trigger: VALUE,
                run: "click",
            },
            {
                trigger: `${VALUE} input`,
                run: "edit S0042",
            },
            {
                trigger: ".modal .o_template_bubble div:contains('Thanks')",
                run: "click",
            },
            {
                content: "The preview is what the customer will read",
                trigger: `${BUBBLE}:contains('order S0042 is on its way')`,
            },
            {
                trigger: ".modal button[name='action_send']",
                run: "click",
            },
            {
                content: "The message is in the conversation, with its tick",
                trigger:
                    ".o-mail-Message:contains('order S0042 is on its way') .o-helpdesk-MessageStatus[data-state='queued']",
            },
        ],
    });
