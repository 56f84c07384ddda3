import {
    click,
    contains,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {describe, test} from "@odoo/hoot";
import {
    asyncStep,
    mockService,
    onRpc,
    waitForSteps,
} from "@web/../tests/web_test_helpers";
import {
    broadcast,
    createConversation,
    defineHelpdeskModels,
    fromNow,
} from "./helpdesk_test_helpers";

describe.current.tags("desktop");
defineHelpdeskModels();

const PANEL = ".o-helpdesk-CustomerPanel";

function mockPanel({partnerId, ticketId}, ticket = {}) {
    const panel = {
        can_reply: true,
        cases: [
            {
                closed: true,
                date: fromNow({days: -40}),
                id: ticketId + 1000,
                name: "Wrong size",
                number: "HT00007",
                stage: "Done",
            },
        ],
        customer: {
            country: "Iraq",
            email: "ali@example.com",
            id: partnerId,
            is_new: true,
            lang: "ar_001",
            local_time: "18:05",
            name: "Ali Hassan",
            phone: "+9647701234567",
        },
        identities: [
            {
                address: "+9647701234567",
                channel: "whatsapp",
                consents: [
                    {
                        label: "Marketing",
                        purpose: "marketing",
                        state: "out",
                        title: "Marketing: Opted Out on 05/03/2026 (Message)",
                    },
                    {
                        label: "Utility",
                        purpose: "utility",
                        state: "in",
                        title: "Utility: Agreed on 05/03/2026 (Agent)",
                    },
                ],
                icon: "fa-whatsapp",
                id: 1,
                label: "WhatsApp",
                name: "Ali",
                window_end: fromNow({hours: 5, minutes: 1}),
            },
        ],
        ticket: {
            agent: "Mitchell Admin",
            closed: false,
            id: ticketId,
            name: "Parcel is late",
            number: "HT00042",
            opened: fromNow({hours: -1}),
            priority: "2",
            stage: "In Progress",
            team: "Delivery",
            ...ticket,
        },
    };
    onRpc("discuss.channel", "helpdesk_get_panel", ({args}) => {
        asyncStep(`panel of ${args[0]}`);
        return panel;
    });
    return panel;
}

test("customer, case, ways to reach them and other cases", async () => {
    const pyEnv = await startServer();
    const ids = createConversation(pyEnv);
    mockPanel(ids);
    mockService("action", {
        doAction(action) {
            if (action?.res_model) {
                asyncStep(`${action.res_model} ${action.res_id}`);
                return;
            }
            return super.doAction(...arguments);
        },
    });
    await start();
    await openDiscuss(ids.channelId);
    await waitForSteps([`panel of ${ids.channelId}`]);
    await contains(`${PANEL} [name='customer']`, {text: "Ali Hassan"});
    await contains(`${PANEL} a[href='tel:+9647701234567'] bdi[dir='ltr']`);
    for (const text of ["New customer", "ali@example.com", "18:05", "Arabic", "Iraq"]) {
        await contains(`${PANEL} [name='customer']:contains(${text})`);
    }
    for (const text of ["HT00042", "In Progress", "Parcel is late", "Delivery"]) {
        await contains(`${PANEL} [name='ticket']:contains(${text})`);
    }
    await contains(`${PANEL} .o-helpdesk-Priority[title='High'] .fa-star`, {count: 2});
    await contains(`${PANEL} [name='identities'] .fa-whatsapp`);
    await contains(`${PANEL} [name='identities']`, {text: "5 h left"});
    await click(`${PANEL} button`, {text: "Ali Hassan"});
    await click(`${PANEL} button`, {text: "Open ticket"});
    await click(`${PANEL} button:contains(Wrong size)`);
    await waitForSteps([
        `res.partner ${ids.partnerId}`,
        `helpdesk.ticket ${ids.ticketId}`,
        `helpdesk.ticket ${ids.ticketId + 1000}`,
    ]);
});

test("what the customer agreed to, and recording it", async () => {
    const pyEnv = await startServer();
    const ids = createConversation(pyEnv);
    mockPanel(ids);
    mockService("action", {
        doAction(action, options) {
            if (typeof action === "string" && action.includes("consent")) {
                asyncStep(`${action} ${options.additionalContext.default_partner_id}`);
                return;
            }
            return super.doAction(...arguments);
        },
    });
    await start();
    await openDiscuss(ids.channelId);
    await waitForSteps([`panel of ${ids.channelId}`]);
    await contains(
        `${PANEL} .badge.text-bg-danger[data-purpose='marketing'][data-state='out'] .fa-ban`
    );
    await contains(
        `${PANEL} .badge.text-bg-success[data-purpose='utility'][title*='Agent'] .fa-check`
    );
    await click(`${PANEL} button[name='record-consent']`);
    await waitForSteps([
        `whatsapp_helpdesk.action_messaging_consent_record ${ids.partnerId}`,
    ]);
});

test("the case is closed from the panel, which follows what others do", async () => {
    const pyEnv = await startServer();
    const ids = createConversation(pyEnv);
    const panel = mockPanel(ids);
    onRpc("discuss.channel", "helpdesk_close", ({args}) => {
        asyncStep(`close ${args[0]}`);
        panel.ticket.closed = true;
        panel.ticket.stage = "Done";
        return true;
    });
    await start();
    await openDiscuss(ids.channelId);
    await waitForSteps([`panel of ${ids.channelId}`]);
    await click(`${PANEL} button`, {text: "Close"});
    await waitForSteps([`close ${ids.channelId}`, `panel of ${ids.channelId}`]);
    await contains(`${PANEL} .badge`, {text: "Done"});
    await contains(`${PANEL} button:enabled`, {text: "Reopen"});
    panel.ticket.stage = "Waiting";
    panel.ticket.closed = false;
    broadcast(ids.channelId, {
        "helpdesk.ticket": [{id: ids.ticketId, stage_name: "Waiting"}],
    });
    await waitForSteps([`panel of ${ids.channelId}`]);
    await contains(`${PANEL} .badge`, {text: "Waiting"});
});

test("once put away, the panel stays away", async () => {
    const pyEnv = await startServer();
    const ids = createConversation(pyEnv);
    const other = createConversation(pyEnv, {name: "Second"});
    mockPanel(ids);
    await start();
    await openDiscuss(ids.channelId);
    await contains(PANEL);
    await click("button[name='helpdesk-customer']");
    await contains(PANEL, {count: 0});
    await click(".o-mail-DiscussSidebarChannel:contains(Second)");
    await contains(".o-mail-DiscussContent-threadName", {value: "Second"});
    await contains(PANEL, {count: 0});
    await click("button[name='helpdesk-customer']");
    await contains(PANEL);
    await waitForSteps([`panel of ${ids.channelId}`, `panel of ${other.channelId}`]);
});

test("a closed case stays in view until the agent goes elsewhere", async () => {
    const pyEnv = await startServer();
    const ids = createConversation(pyEnv);
    createConversation(pyEnv, {name: "Second"});
    mockPanel(ids);
    await start();
    await openDiscuss(ids.channelId);
    await waitForSteps([`panel of ${ids.channelId}`]);
    const [memberId] = pyEnv["discuss.channel.member"].search([
        ["channel_id", "=", ids.channelId],
    ]);
    broadcast(ids.channelId, {
        "discuss.channel": [
            {
                channel_member_ids: [["DELETE", [memberId]]],
                helpdesk_lock: "case_closed",
                id: ids.channelId,
            },
        ],
    });
    await contains(".o-helpdesk-ComposerLock[data-code='case_closed']");
    await contains(".o-mail-DiscussContent-threadName", {value: "Ali Hassan"});
    await contains(".o-mail-DiscussSidebarChannel:contains(Ali Hassan)");
});

test("no invitation, members, calls, threads or renaming", async () => {
    const pyEnv = await startServer();
    const ids = createConversation(pyEnv);
    mockPanel(ids);
    await start();
    await openDiscuss(ids.channelId);
    await contains(".o-mail-DiscussContent-header button[name='helpdesk-customer']");
    await contains(".o-mail-DiscussContent-header button[name='search-messages']");
    for (const name of [
        "call",
        "camera-call",
        "invite-people",
        "member-list",
        "show-threads",
    ]) {
        await contains(`.o-mail-DiscussContent-header button[name='${name}']`, {
            count: 0,
        });
    }
    await contains(".o-mail-DiscussContent-threadName:disabled", {value: "Ali Hassan"});
    await contains(".o-helpdesk-DiscussSubtitle:contains(HT00042 · In Progress)");
    await waitForSteps([`panel of ${ids.channelId}`]);
});

test("in a chat window it takes the whole window", async () => {
    const pyEnv = await startServer();
    const ids = createConversation(pyEnv);
    mockPanel(ids);
    await start();
    await click(".o_menu_systray i[aria-label='Messages']");
    await click(".o-mail-NotificationItem", {text: "Ali Hassan"});
    await contains(".o-mail-ChatWindow .o-helpdesk-ComposerWindow");
    await click(".o-mail-ChatWindow [title='Open Actions Menu']");
    await click(".o-dropdown-item", {text: "Customer and ticket"});
    await contains(`.o-mail-ChatWindow ${PANEL}`, {text: "HT00042"});
    await waitForSteps([`panel of ${ids.channelId}`]);
    await contains(".o-mail-ChatWindow .o-mail-Composer", {count: 0});
});
