import {registry} from "@web/core/registry";

/**
 * A privacy officer exports and erases a person from the contact. No step looks at a
 * text of ours, so that the same tour runs in every language.
 */
const openPrivacyPage = () => [
    {
        content: "The contact has a page for its privacy",
        trigger: ".o_form_view .o_notebook a[name='messaging_privacy']",
        run: "click",
    },
];

registry.category("web_tour.tours").add("whatsapp_helpdesk_person_is_exported", {
    steps: () => [
        ...openPrivacyPage(),
        {
            trigger: "button[name='action_messaging_export']",
            run: "click",
        },
        {
            content: "What it will be, and for whom",
            trigger: ".modal div[name='reference'] input",
            run: "edit 2026/17",
        },
        {
            trigger: ".modal button[name='action_export']",
            run: "click",
        },
        {
            content: "The export shows how far it is",
            trigger: ".o_form_view button[name='action_refresh']",
        },
    ],
});

registry.category("web_tour.tours").add("whatsapp_helpdesk_export_is_ready", {
    steps: () => [
        {
            content: "One file, which can be downloaded",
            trigger:
                ".o_form_view div[name='file_ids'] button[name='action_download']:enabled",
        },
    ],
});

registry.category("web_tour.tours").add("whatsapp_helpdesk_person_is_erased", {
    steps: () => [
        ...openPrivacyPage(),
        {
            trigger: "button[name='action_messaging_erase']",
            run: "click",
        },
        {
            content: "How much will go is counted beforehand",
            trigger: ".modal div[name='found_text']:contains(/[1-9]/)",
        },
        {
            content: "A wrong name erases nobody",
            trigger: ".modal div[name='confirmation'] input",
            run: "edit Somebody else",
        },
        {
            trigger: ".modal button[name='action_erase']",
            run: "click",
        },
        {
            content: "It says so",
            trigger: ".o_error_dialog .modal-footer button, .modal .o-default-button",
            run: "click",
        },
        {
            trigger: ".modal div[name='confirmation'] input",
            run: "edit Layla Customer",
        },
        {
            trigger: ".modal button[name='action_erase']",
            run: "click",
        },
        {
            content: "The erasure shows how far it is",
            trigger: ".o_form_view button[name='action_refresh']",
        },
        {
            content: "It has no name of the person in its title",
            trigger: ".oe_title:not(:contains('Layla'))",
        },
    ],
});

registry.category("web_tour.tours").add("whatsapp_helpdesk_erasure_is_done", {
    steps: () => [
        {
            content: "Nothing leads to the person any more",
            trigger: ".o_form_view div[name='counts_text']:contains(/[1-9]/)",
        },
        {
            trigger: ".o_form_view:not(:has(div[name='partner_id'] input))",
        },
    ],
});
