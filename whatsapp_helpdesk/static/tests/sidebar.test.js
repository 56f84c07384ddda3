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
import {serverState} from "@web/../tests/web_test_helpers";
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
