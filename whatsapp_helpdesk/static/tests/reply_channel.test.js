import {
    click,
    contains,
    insertText,
    onRpcBefore,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {press} from "@odoo/hoot-dom";
import {asyncStep, onRpc, waitForSteps} from "@web/../tests/web_test_helpers";
import {measureText} from "@whatsapp_helpdesk/core/common/text_length";
import {
    broadcast,
    createConversation,
    createMessage,
    createTwoChannels,
    defineHelpdeskModels,
    fromNow,
    makeChannel,
    makeReplyChannel,
} from "./helpdesk_test_helpers";

describe.current.tags("desktop");
defineHelpdeskModels();

const INPUT = ".o-mail-Composer-input";
const PICKER = "button[name='helpdesk-channel']";
const ITEM = ".o-helpdesk-ReplyChannelItem";

function logPosts() {
    onRpcBefore("/mail/message/post", ({post_data}) => {
        asyncStep(`${post_data.messaging_identity_id}: ${post_data.body}`);
    });
}

async function pick(identityId) {
    await click(PICKER);
    await click(`${ITEM}[data-identity='${identityId}']`);
}

test("one channel: nothing to pick, and none is named to the server", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv, {
        helpdesk_channels: [makeChannel(1)],
        reply_channels: [makeReplyChannel(1, {is_current: true})],
    });
    logPosts();
    await start();
    await openDiscuss(channelId);
    await contains("button[name='helpdesk-reply']");
    await contains(PICKER, {count: 0});
    await insertText(INPUT, "Hello");
    await press("Enter");
    await waitForSteps(["undefined: Hello"]);
    await contains(".o-helpdesk-MessageChannel", {count: 0});
    await contains(".o-helpdesk-ChannelIcons", {count: 0});
});

test("an answer goes where the customer wrote last, or where one says", async () => {
    const pyEnv = await startServer();
    const {channelId} = createTwoChannels(pyEnv);
    logPosts();
    await start();
    await openDiscuss(channelId);
    await contains(`${PICKER}[data-identity='1']`);
    await insertText(INPUT, "First");
    await press("Enter");
    await waitForSteps(["1: First"]);
    await pick(2);
    await contains(`${PICKER}[data-identity='2']:contains(@ali)`);
    await insertText(INPUT, "Second");
    await press("Enter");
    await contains(INPUT, {value: ""});
    await insertText(INPUT, "Third");
    await press("Enter");
    await waitForSteps(["2: Second", "2: Third"]);
});

test("the menu says what holds for each channel", async () => {
    const pyEnv = await startServer();
    const {channelId} = createTwoChannels(pyEnv, {
        first: {cost_text: "≈ 0.03 USD"},
        second: {text_limit: {size: 4096, unit: "utf16"}},
    });
    await start();
    await openDiscuss(channelId);
    await click(PICKER);
    await contains(`${ITEM}[data-identity='1'][aria-checked='true']`, {
        text: "The customer wrote here last",
    });
    await contains(`${ITEM}[data-identity='1']:contains(≈ 0.03 USD)`);
    await contains(`${ITEM}[data-identity='1']:contains(h)`);
    await contains(`${ITEM}[data-identity='2'][aria-checked='false']`, {
        text: "no time limit",
    });
    await contains(`${ITEM}[data-identity='2']:contains(4096 characters)`);
});

test("the menu works with the keyboard", async () => {
    const pyEnv = await startServer();
    const {channelId} = createTwoChannels(pyEnv);
    await start();
    await openDiscuss(channelId);
    await contains(PICKER);
    document.querySelector(PICKER).focus();
    await press("Enter");
    await contains(ITEM, {count: 2});
    await press("ArrowDown");
    await press("ArrowDown");
    await press("Enter");
    await contains(`${PICKER}[data-identity='2']`);
    await contains(`${INPUT}:focus`);
});

test("a blocked channel says why and cannot be picked", async () => {
    const pyEnv = await startServer();
    const {channelId} = createTwoChannels(pyEnv, {
        second: {lock: "blocked", lock_text: "This customer blocked us."},
    });
    await start();
    await openDiscuss(channelId);
    await click(PICKER);
    await click(`${ITEM}[data-identity='2'][aria-disabled='true']`, {
        text: "This customer blocked us.",
    });
    await contains(`${PICKER}[data-identity='1']`);
});

test("a channel outside of its window is picked for a template", async () => {
    const pyEnv = await startServer();
    const {channelId} = createTwoChannels(pyEnv, {
        first: {is_current: false, lock: "window_closed", window_end: false},
        second: {is_current: true},
        helpdesk_has_templates: false,
        helpdesk_has_window: false,
        helpdesk_window_end: false,
    });
    await start();
    await openDiscuss(channelId);
    await contains(`${PICKER}[data-identity='2']`);
    await contains(".o-helpdesk-ComposerLock", {count: 0});
    await pick(1);
    await contains(".o-helpdesk-ComposerLock[data-code='window_closed']");
    await contains("button[name='helpdesk-template']");
    await contains(`${INPUT}[readonly]`);
    await pick(2);
    await contains(".o-helpdesk-ComposerLock", {count: 0});
});

test("the choice follows the customer who moves, and says so", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId} = createTwoChannels(pyEnv);
    logPosts();
    await start();
    await openDiscuss(channelId);
    await contains(`${PICKER}[data-identity='1']`);
    pyEnv["discuss.channel"].write([channelId], {
        reply_channels: [
            makeReplyChannel(2, {is_current: true, label: "Chat"}),
            makeReplyChannel(1),
        ],
    });
    const messageId = createMessage(pyEnv, channelId, {
        author_id: partnerId,
        body: "Now here",
        messaging_direction: "in",
        messaging_via: makeChannel(2, {label: "Chat"}),
    });
    broadcast(channelId, {
        "discuss.channel": [{helpdesk_window_end: fromNow({hours: 24}), id: channelId}],
    });
    expect(messageId).toBeGreaterThan(0);
    await contains(`${PICKER}[data-identity='2']`);
    await contains(".o-helpdesk-ComposerMoved", {text: "Chat"});
    await insertText(INPUT, "I follow");
    await press("Enter");
    await waitForSteps(["2: I follow"]);
    await contains(".o-helpdesk-ComposerMoved", {count: 0});
});

test("the choice stays as long as the customer stays", async () => {
    const pyEnv = await startServer();
    const {channelId} = createTwoChannels(pyEnv);
    await start();
    await openDiscuss(channelId);
    await pick(2);
    onRpc("discuss.channel", "helpdesk_get_reply_channels", () => {
        asyncStep("asked");
    });
    broadcast(channelId, {
        "discuss.channel": [{helpdesk_window_end: fromNow({hours: 24}), id: channelId}],
    });
    await waitForSteps(["asked"]);
    await contains(`${PICKER}[data-identity='2']`);
    await contains(".o-helpdesk-ComposerMoved", {count: 0});
});

test("a note has no channel", async () => {
    const pyEnv = await startServer();
    const {channelId} = createTwoChannels(pyEnv);
    logPosts();
    await start();
    await openDiscuss(channelId);
    await pick(2);
    await click("button[name='helpdesk-note']");
    await contains(PICKER, {count: 0});
    await insertText(INPUT, "Between us");
    await press("Enter");
    await waitForSteps(["undefined: Between us"]);
});

test("messages and the header show the channels", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId} = createTwoChannels(pyEnv);
    for (const id of [1, 2]) {
        createMessage(pyEnv, channelId, {
            author_id: partnerId,
            body: `By ${id}`,
            messaging_direction: "in",
            messaging_via: makeChannel(id),
        });
    }
    await start();
    await openDiscuss(channelId);
    for (const id of [1, 2]) {
        await contains(
            `.o-mail-Message:contains(By ${id}) .o-helpdesk-MessageChannel[data-identity='${id}']`
        );
    }
    await contains(".o-mail-DiscussContent-header .o-helpdesk-ChannelIcons i", {
        count: 2,
    });
});

test("near the end of a message what is left is counted", async () => {
    const pyEnv = await startServer();
    const {channelId} = createTwoChannels(pyEnv, {
        first: {text_limit: {size: 20, unit: "characters"}},
    });
    await start();
    await openDiscuss(channelId);
    await contains(PICKER);
    await insertText(INPUT, "0123456789");
    await contains(".o-helpdesk-ComposerCount", {count: 0});
    await insertText(INPUT, "01234567");
    await contains(".o-helpdesk-ComposerCount:not(.o-over)", {text: "18 / 20"});
    await insertText(INPUT, "89012");
    await contains(".o-helpdesk-ComposerCount.o-over", {text: "23 / 20"});
    await contains(".o-helpdesk-ComposerHint", {
        text: "Too long for one message: it is sent in parts.",
    });
});

test("quoting a message of another channel is said to be text", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId} = createTwoChannels(pyEnv);
    createMessage(pyEnv, channelId, {
        author_id: partnerId,
        body: "Is it blue?",
        messaging_direction: "in",
        messaging_via: makeChannel(1),
    });
    await start();
    await openDiscuss(channelId);
    await contains(PICKER);
    await click(".o-mail-Message [title='Reply']");
    await contains(".o-mail-Composer:contains(Replying to)");
    await contains(".o-helpdesk-ComposerQuote", {count: 0});
    await pick(2);
    await contains(".o-helpdesk-ComposerQuote", {
        text: "Quoted as text: the message was not exchanged on Chat.",
    });
});

test("texts are measured in the unit of the channel", () => {
    expect(measureText("aé😀", "characters")).toBe(3);
    expect(measureText("aé😀", "utf16")).toBe(4);
    expect(measureText("aé😀", "utf8")).toBe(7);
});
