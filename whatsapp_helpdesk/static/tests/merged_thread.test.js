import {
    click,
    contains,
    insertText,
    openDiscuss,
    openFormView,
    setupChatHub,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {browser} from "@web/core/browser/browser";
import {
    broadcast,
    createConversation,
    createMessage,
    defineHelpdeskModels,
    makeChannel,
} from "./helpdesk_test_helpers";

describe.current.tags("desktop");
defineHelpdeskModels();

const INPUT = ".o-mail-Composer-input";

/** Two conversations, of which the first is joined with the second by `join`. */
function createTwo(pyEnv) {
    const {channelId: mergedId, ticketId} = createConversation(pyEnv, {
        helpdesk_channels: [makeChannel(1)],
        name: "Ali here",
    });
    const {channelId: survivorId} = createConversation(pyEnv, {
        helpdesk_channels: [makeChannel(2)],
        name: "Ali there",
    });
    createMessage(pyEnv, mergedId, {body: "Said in the first"});
    createMessage(pyEnv, survivorId, {body: "Said in the second"});
    return {mergedId, survivorId, ticketId};
}

/** What the server does, and what it tells who has the conversations open. */
function join(pyEnv, mergedId, survivorId) {
    const messages = pyEnv["mail.message"].search([["res_id", "=", mergedId]]);
    pyEnv["mail.message"].write(messages, {res_id: survivorId});
    const channels = [makeChannel(1), makeChannel(2)];
    pyEnv["discuss.channel"].write([mergedId], {
        helpdesk_channels: [],
        helpdesk_merged_into_id: survivorId,
    });
    pyEnv["discuss.channel"].write([survivorId], {helpdesk_channels: channels});
    broadcast(mergedId, {
        "discuss.channel": [
            {helpdesk_channels: [], helpdesk_merged_into_id: survivorId, id: mergedId},
        ],
    });
    broadcast(survivorId, {
        "discuss.channel": [{helpdesk_channels: channels, id: survivorId}],
    });
}

test("Discuss goes on in the conversation that the open one was joined with", async () => {
    const pyEnv = await startServer();
    const {mergedId, survivorId} = createTwo(pyEnv);
    await start();
    await openDiscuss(mergedId);
    await contains(".o-mail-Message", {text: "Said in the first"});
    await insertText(INPUT, "Half a sentence");
    join(pyEnv, mergedId, survivorId);
    await contains(".o-mail-DiscussContent-threadName[title='Ali there']");
    await contains(".o-mail-Message", {count: 2});
    await contains(INPUT, {value: "Half a sentence"});
    await contains(".o-mail-DiscussSidebarChannel", {count: 0, text: "Ali here"});
    const kept = Object.keys(browser.localStorage).filter((key) =>
        key.includes(`discuss.channel AND ${mergedId})`)
    );
    expect(kept).toEqual([]);
});

test("a draft that is there is not lost", async () => {
    const pyEnv = await startServer();
    const {mergedId, survivorId} = createTwo(pyEnv);
    await start();
    await openDiscuss(survivorId);
    await insertText(INPUT, "Written there");
    await openDiscuss(mergedId);
    await contains(".o-mail-DiscussContent-threadName[title='Ali here']");
    await insertText(INPUT, "Written here");
    join(pyEnv, mergedId, survivorId);
    await contains(".o-mail-DiscussContent-threadName[title='Ali there']");
    await contains(INPUT, {value: "Written there\nWritten here"});
});

test("half a note stays a note", async () => {
    const pyEnv = await startServer();
    const {mergedId, survivorId} = createTwo(pyEnv);
    await start();
    await openDiscuss(survivorId);
    await insertText(INPUT, "To the customer");
    await openDiscuss(mergedId);
    await contains(".o-mail-DiscussContent-threadName[title='Ali here']");
    await click("button[name='helpdesk-note']");
    await insertText(INPUT, "To colleagues");
    join(pyEnv, mergedId, survivorId);
    await contains(".o-mail-DiscussContent-threadName[title='Ali there']");
    await contains(".o-helpdesk-Composer.o-helpdesk-note");
});

test("the survivor shows what came to it, and no longer what left", async () => {
    const pyEnv = await startServer();
    const {mergedId, survivorId} = createTwo(pyEnv);
    await start();
    await openDiscuss(survivorId);
    await contains(".o-mail-Message", {count: 1});
    join(pyEnv, mergedId, survivorId);
    await contains(".o-mail-Message", {count: 2});
    const [message] = pyEnv["mail.message"].search([
        ["body", "=", "Said in the first"],
    ]);
    pyEnv["mail.message"].write([message], {res_id: mergedId});
    broadcast(survivorId, {
        "discuss.channel": [{helpdesk_channels: [makeChannel(2)], id: survivorId}],
    });
    await contains(".o-mail-Message", {count: 1, text: "Said in the second"});
});

test("a chat window is exchanged", async () => {
    const pyEnv = await startServer();
    const {mergedId, survivorId} = createTwo(pyEnv);
    setupChatHub({opened: [mergedId]});
    await start();
    await contains(".o-mail-ChatWindow", {text: "Said in the first"});
    await insertText(INPUT, "Half a sentence");
    join(pyEnv, mergedId, survivorId);
    await contains(".o-mail-ChatWindow", {count: 1});
    await contains(".o-mail-ChatWindow .o-mail-Message", {count: 2});
    await contains(INPUT, {value: "Half a sentence"});
});

test("an old link leads to where the conversation goes on", async () => {
    const pyEnv = await startServer();
    const {mergedId, survivorId} = createTwo(pyEnv);
    pyEnv["discuss.channel"].write([mergedId], {helpdesk_merged_into_id: survivorId});
    await start();
    await openDiscuss(mergedId);
    await contains(".o-mail-DiscussContent-threadName[title='Ali there']");
    await contains(".o-mail-Message", {text: "Said in the second"});
});

test("the ticket's form goes on as well", async () => {
    const pyEnv = await startServer();
    const {mergedId, survivorId, ticketId} = createTwo(pyEnv);
    await start();
    await openFormView("helpdesk.ticket", ticketId);
    await contains(".o-helpdesk-Conversation .o-mail-Message", {
        text: "Said in the first",
    });
    await insertText(`.o-helpdesk-Conversation ${INPUT}`, "Half a sentence");
    pyEnv["helpdesk.ticket"].write([ticketId], {conversation_id: survivorId});
    pyEnv["discuss.channel"].write([survivorId], {helpdesk_ticket_id: ticketId});
    join(pyEnv, mergedId, survivorId);
    await contains(".o-helpdesk-Conversation-header", {text: "Ali there"});
    await contains(".o-helpdesk-Conversation .o-mail-Message", {count: 2});
    await contains(`.o-helpdesk-Conversation ${INPUT}`, {value: "Half a sentence"});
});
