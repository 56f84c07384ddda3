import {registry} from "@web/core/registry";

const CONVERSATION = ".o-mail-DiscussSidebarChannel .o-helpdesk-AvatarIcon";
const BADGE = ".o-helpdesk-CustomerPanel .badge[data-purpose='marketing']";

/** The customer wrote STOP: everybody sees it, and an agent can still answer. */
registry.category("web_tour.tours").add("whatsapp_helpdesk_consent_stop", {
    steps: () => [
        {
            trigger: CONVERSATION,
            run: "click",
        },
        {
            content: "What the customer wrote",
            trigger: ".o-mail-Message:contains('STOP')",
        },
        {
            content: "The confirmation that was sent",
            trigger: ".o-mail-Message .o-helpdesk-MessageStatus[data-state='queued']",
        },
        {
            content: "A line tells the agents what it means",
            trigger: ".o-mail-NotificationMessage",
        },
        {
            content: "It stands beside the conversation",
            trigger: `${BADGE}[data-state='out']`,
        },
        {
            content: "An answer is still possible",
            trigger: ".o-mail-Composer-input",
            run: "edit Your order arrives tomorrow",
        },
        {
            trigger: ".o-mail-Composer button[name='send-message']:enabled",
            run: "click",
        },
        {
            trigger:
                ".o-mail-Message:contains('Your order arrives tomorrow') .o-helpdesk-MessageStatus[data-state='queued']",
        },
    ],
});

/** A day later: advertising is refused with a sentence. */
registry.category("web_tour.tours").add("whatsapp_helpdesk_consent_refused", {
    steps: () => [
        {
            trigger: CONVERSATION,
            run: "click",
        },
        {
            trigger: ".o-helpdesk-ComposerLock[data-code='window_closed']",
        },
        {
            trigger: "button[name='helpdesk-template']",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='template_id'] input",
            run: "edit Summer",
        },
        {
            trigger: ".modal .o-autocomplete--dropdown-item a:contains('Summer sale')",
            run: "click",
        },
        {
            content: "The template is chosen",
            trigger: ".modal .o_template_bubble:contains('Everything must go')",
        },
        {
            trigger: ".modal button[name='action_send']",
            run: "click",
        },
        {
            content: "Refused, and it says why",
            trigger: ".modal .o_error_dialog, .modal.o_technical_modal .modal-body p",
        },
        {
            trigger: ".modal:has(.modal-body p) .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "Nothing was sent",
            trigger: "body:not(:has(.o-mail-Message:contains('Everything must go')))",
        },
    ],
});

/** The customer wrote START: what stopped is possible again. */
registry.category("web_tour.tours").add("whatsapp_helpdesk_consent_start", {
    steps: () => [
        {
            trigger: CONVERSATION,
            run: "click",
        },
        {
            trigger: ".o-mail-Message:contains('START')",
        },
        {
            trigger: `${BADGE}[data-state='in']`,
        },
        {
            content: "What the customer says on the phone is recorded, too",
            trigger: ".o-helpdesk-CustomerPanel button[name='record-consent']",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name='state'] input[data-value='out']",
            run: "click",
        },
        {
            trigger: ".modal button[name='action_record']",
            run: "click",
        },
        {
            trigger: `${BADGE}[data-state='out']`,
        },
    ],
});
