import {
    click,
    contains,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {advanceTime} from "@odoo/hoot-mock";
import {
    asyncStep,
    getService,
    mockService,
    patchWithCleanup,
    serverState,
    waitForSteps,
} from "@web/../tests/web_test_helpers";
import {
    broadcast,
    createConversation,
    createMessage,
    defineHelpdeskModels,
    fromNow,
} from "./helpdesk_test_helpers";

describe.current.tags("desktop");
defineHelpdeskModels();

const ITEM = ".o-mail-DiscussSidebarChannel";

test("conversations have a category with the channel's icon and the customer's face", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId} = createConversation(pyEnv);
    createMessage(pyEnv, channelId, {
        author_id: partnerId,
        body: "Where is it?",
        messaging_direction: "in",
        messaging_state: "received",
    });
    await start();
    await openDiscuss();
    await contains(".o-helpdesk-SidebarCategory", {text: "Conversations"});
    await contains(`${ITEM}:contains(Ali Hassan)`);
    await contains(`${ITEM} .o-helpdesk-ThreadIcon.fa-whatsapp[title='WhatsApp']`);
    await contains(`${ITEM} img[data-src*='/web/image/res.partner/${partnerId}/']`);
    await contains(`${ITEM} .o-helpdesk-SidebarPreview`, {text: "Where is it?"});
});

test("who waits longest comes first, then who wrote last", async () => {
    const pyEnv = await startServer();
    createConversation(pyEnv, {
        last_interest_dt: fromNow({hours: -9}),
        name: "Answered long ago",
    });
    createConversation(pyEnv, {
        last_interest_dt: fromNow({minutes: -1}),
        name: "Answered just now",
    });
    createConversation(pyEnv, {
        helpdesk_waiting_since: fromNow({minutes: -5}),
        name: "Waits five minutes",
    });
    createConversation(pyEnv, {
        helpdesk_waiting_since: fromNow({hours: -3}),
        name: "Waits three hours",
    });
    await start();
    await openDiscuss();
    await contains(`${ITEM}:contains(Waits three hours)`);
    expect(
        queryAllTexts(".o-mail-DiscussSidebarChannel-itemName").map(
            (text) => text.split("\n")[0]
        )
    ).toEqual([
        "Waits three hours",
        "Waits five minutes",
        "Answered just now",
        "Answered long ago",
    ]);
    await contains(`${ITEM} .o-helpdesk-SidebarWaiting.o-long`, {text: "3h"});
    await contains(`${ITEM} .o-helpdesk-SidebarWaiting:not(.o-long)`, {text: "5m"});
});

test("an answer takes the wait away and the order follows", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv, {
        helpdesk_waiting_since: fromNow({hours: -1}),
        name: "First",
    });
    createConversation(pyEnv, {
        helpdesk_waiting_since: fromNow({minutes: -30}),
        name: "Second",
    });
    await start();
    await openDiscuss();
    await contains(`${ITEM}:eq(0):contains(First)`);
    await contains(".o-helpdesk-SidebarWaiting", {count: 2});
    broadcast(channelId, {
        "discuss.channel": [{helpdesk_waiting_since: false, id: channelId}],
    });
    await contains(".o-helpdesk-SidebarWaiting", {count: 1});
    await contains(`${ITEM}:eq(0):contains(Second)`);
});

test("the wait grows with the clock", async () => {
    const pyEnv = await startServer();
    createConversation(pyEnv, {helpdesk_waiting_since: fromNow({minutes: -5})});
    await start();
    await openDiscuss();
    await contains(".o-helpdesk-SidebarWaiting", {text: "5m"});
    await advanceTime(2 * 60 * 1000 + 1000);
    await contains(".o-helpdesk-SidebarWaiting", {text: "7m"});
});

test("unread messages are counted", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId} = createConversation(pyEnv);
    for (const body of ["Hello?", "Anybody?"]) {
        createMessage(pyEnv, channelId, {
            author_id: partnerId,
            body,
            messaging_direction: "in",
            messaging_state: "received",
        });
    }
    const [memberId] = pyEnv["discuss.channel.member"].search([
        ["channel_id", "=", channelId],
        ["partner_id", "=", serverState.partnerId],
    ]);
    pyEnv["discuss.channel.member"].write([memberId], {message_unread_counter: 2});
    await start();
    await openDiscuss();
    await contains(`${ITEM} .o-mail-DiscussSidebarChannel-badge`, {text: "2"});
});

test("the messaging menu and chat window show name, picture and channel", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId} = createConversation(pyEnv);
    createMessage(pyEnv, channelId, {
        author_id: partnerId,
        body: "Where is it?",
        messaging_direction: "in",
    });
    await start();
    await click(".o_menu_systray i[aria-label='Messages']");
    await contains(".o-mail-NotificationItem .o-helpdesk-ThreadIcon.fa-whatsapp");
    // Not "Ali Hassan: Where is it?", the name stands above already
    await contains(".o-mail-NotificationItem-text", {text: "Where is it?"});
    await click(".o-mail-NotificationItem", {text: "Ali Hassan"});
    await contains(".o-mail-ChatWindow-header", {text: "Ali Hassan"});
    await contains(".o-mail-ChatWindow-header .o-helpdesk-ThreadIcon.fa-whatsapp");
    await contains(".o-mail-ChatWindow .o-helpdesk-ComposerWindow:contains(left)");
});

test("conversations have a tab of their own, in the order of the sidebar", async () => {
    const pyEnv = await startServer();
    for (const [name, minutes, waits] of [
        ["Answered", -1, false],
        ["Waits five minutes", -5, true],
        ["Waits an hour", -60, true],
    ]) {
        const {channelId} = createConversation(pyEnv, {
            helpdesk_waiting_since: waits ? fromNow({minutes}) : false,
            name,
        });
        createMessage(pyEnv, channelId, {date: fromNow({minutes})});
    }
    pyEnv["discuss.channel"].create({name: "General"});
    await start();
    await click(".o_menu_systray i[aria-label='Messages']");
    await contains(".o-mail-NotificationItem", {count: 4});
    await click(".o-mail-MessagingMenu-headerFilter", {text: "Conversations"});
    await contains(".o-mail-NotificationItem", {count: 3});
    expect(queryAllTexts(".o-mail-NotificationItem-name")).toEqual([
        "Waits an hour",
        "Waits five minutes",
        "Answered",
    ]);
});

test("a click on a notice of the browser leads into Discuss", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId} = createConversation(pyEnv);
    const messageId = createMessage(pyEnv, channelId, {
        author_id: partnerId,
        body: "Where is it?",
        messaging_direction: "in",
    });
    const notices = [];
    mockService("multi_tab", {isOnMainTab: () => true});
    patchWithCleanup(window, {
        Notification: class Notification extends EventTarget {
            static permission = "granted";
            constructor(title, options) {
                super();
                notices.push(this);
                asyncStep(`${title}: ${options.body}`);
            }
            close() {
                asyncStep("closed");
            }
        },
    });
    await start();
    const store = getService("mail.store");
    await store.channels.fetch();
    const thread = store.Thread.get({id: channelId, model: "discuss.channel"});
    getService("mail.out_of_focus").notify(
        store["mail.message"].get(messageId),
        thread
    );
    await waitForSteps(["Ali Hassan: Where is it?"]);
    notices[0].dispatchEvent(new Event("click"));
    await waitForSteps(["closed"]);
    await contains(".o-mail-DiscussContent-threadName", {value: "Ali Hassan"});
});
