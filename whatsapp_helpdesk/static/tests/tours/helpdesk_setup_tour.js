import {registry} from "@web/core/registry";

/**
 * From the first run to a number that works. No step looks at a text, so that the same
 * tours run in every language. What a customer and Meta do happens between them.
 */
const check = (code, state) =>
    `.o-helpdesk-SetupChecks li[data-code='${code}'][data-state='${state}']`;
const button = (name) => `.o_form_view button[name='${name}']:visible`;
const choose = (channel) =>
    `.o_form_view [data-channel='${channel}'] button[name='action_choose_channel']`;

registry.category("web_tour.tours").add("whatsapp_helpdesk_setup_connect", {
    steps: () => [
        {
            content: "The dashboard shows the first steps",
            trigger: ".o-helpdesk-Checklist button[data-step='number'][data-done='0']",
            run: "click",
        },
        {
            content: "WhatsApp",
            trigger: choose("whatsapp"),
            run: "click",
        },
        {
            content: "The address to paste at Meta is there",
            trigger: ".o_field_widget[name='webhook_url']:visible",
        },
        {
            trigger: "div[name='app_secret'] input",
            run: "edit right-secret",
        },
        {trigger: button("action_next"), run: "click"},
        {
            trigger: "div[name='access_token'] input",
            run: "edit good-token",
        },
        {
            trigger: "div[name='external_parent_id'] input",
            run: "edit 102290129340398",
        },
        {trigger: button("action_find_numbers"), run: "click"},
        {trigger: button("action_choose"), run: "click"},
        {content: "The token works", trigger: check("token", "ok")},
        {
            content: "What is missing is repaired by its button",
            trigger: `${check("webhook", "failed")} button`,
            run: "click",
        },
        {trigger: check("webhook", "ok")},
        {trigger: `${check("subscribed", "failed")} button`, run: "click"},
        {trigger: check("subscribed", "ok")},
        {trigger: check("inbound", "waiting")},
    ],
});

/** A channel that is connected by its token alone. */
registry.category("web_tour.tours").add("whatsapp_helpdesk_setup_connect_token", {
    steps: () => [
        {
            trigger: ".o-helpdesk-Checklist button[data-step='number'][data-done='0']",
            run: "click",
        },
        {
            trigger: choose("telegram"),
            run: "click",
        },
        {
            content: "A wrong token is refused, and one is asked for again",
            trigger: "div[name='access_token'] input",
            run: "edit 5012345678:AAEwrongwrongwrongwrongwrongwrongwro",
        },
        {trigger: button("action_next"), run: "click"},
        {trigger: ".modal .modal-footer button.btn-primary", run: "click"},
        {
            trigger: "body:not(:has(.modal)) div[name='access_token'] input",
            run: "edit 5012345678:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc",
        },
        {trigger: button("action_next"), run: "click"},
        {trigger: check("token", "ok")},
        {content: "It was set without asking", trigger: check("webhook", "ok")},
        {trigger: check("deliveries", "ok")},
        {trigger: check("inbound", "waiting")},
        {
            content: "A code to scan and a link to press",
            trigger: ".o_field_widget[name='chat_qr_code'] img:visible",
        },
        {trigger: ".o_field_widget[name='chat_url'] a:visible"},
    ],
});

/** Later, after a customer wrote: the set-up goes on where it was left. */
registry.category("web_tour.tours").add("whatsapp_helpdesk_setup_test_message", {
    steps: () => [
        {trigger: check("inbound", "ok")},
        {trigger: `${check("outbound", "waiting")} button`, run: "click"},
        {
            content: "Sent, so there is nothing to press until it arrives",
            trigger: `${check("outbound", "waiting")}:not(:has(button))`,
        },
    ],
});

registry.category("web_tour.tours").add("whatsapp_helpdesk_setup_finish", {
    steps: () => [
        {content: "It arrived", trigger: check("outbound", "ok")},
        {trigger: button("action_next"), run: "click"},
        {
            content: "A team is proposed",
            trigger:
                "div[name='agent_ids']:visible .o_tag, div[name='agent_ids']:visible .o_m2m_avatar",
        },
        {trigger: button("action_next"), run: "click"},
        {trigger: button("action_open_conversations"), run: "click"},
        {trigger: ".o_list_view, .o_kanban_view"},
    ],
});

/** The agent answers, and the first steps are done. */
registry.category("web_tour.tours").add("whatsapp_helpdesk_setup_first_answer", {
    steps: () => [
        {
            trigger: ".o-mail-DiscussSidebarChannel .o-helpdesk-AvatarIcon",
            run: "click",
        },
        {
            trigger: ".o-mail-Message:contains('HELLO')",
        },
        {
            trigger: ".o-mail-Composer-input:not([readonly])",
            run: "edit Welcome to our shop",
        },
        {
            trigger: ".o-mail-Composer button[name='send-message']:enabled",
            run: "click",
        },
        {
            trigger:
                ".o-mail-Message:contains('Welcome to our shop') .o-helpdesk-MessageStatus",
        },
    ],
});

registry.category("web_tour.tours").add("whatsapp_helpdesk_setup_all_done", {
    steps: () => [
        {trigger: ".o_helpdesk_team_dashboard"},
        {
            content: "The list of first steps is gone",
            trigger: ".o_kanban_view:not(:has(.o-helpdesk-Checklist))",
        },
    ],
});
