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
import {advanceTime} from "@odoo/hoot-mock";
import {
    asyncStep,
    makeServerError,
    onRpc,
    serverState,
    waitForSteps,
} from "@web/../tests/web_test_helpers";
import {
    broadcast,
    createColleague,
    createConversation,
    createMessage,
    defineHelpdeskModels,
    fromNow,
} from "./helpdesk_test_helpers";

describe.current.tags("desktop");
defineHelpdeskModels();

const INPUT = ".o-mail-Composer-input";
const SEND = ".o-mail-Composer button[name='send-message']";
const LOCK = ".o-helpdesk-ComposerLock";

function logPosts() {
    onRpcBefore("/mail/message/post", ({post_data}) => {
        asyncStep(`${post_data.subtype_xmlid}: ${post_data.body}`);
    });
}

test("open window: how long free text may be sent, and a reply is sent", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv);
    logPosts();
    await start();
    await openDiscuss(channelId);
    await contains(
        ".o-helpdesk-ComposerWindow:not(.o-ending):contains(You can answer freely until)"
    );
    await contains(LOCK, {count: 0});
    await contains(`${INPUT}[placeholder='Reply to Ali Hassan…']`);
    await insertText(INPUT, "On its way");
    await contains(`${INPUT}[dir='auto']`);
    await press("Enter");
    await waitForSteps(["mail.mt_comment: On its way"]);
    await contains(".o-mail-Message.o-helpdesk-ours", {text: "On its way"});
});

test("under two hours the time left is a warning, and then the window closes by itself", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv, {
        helpdesk_window_end: fromNow({minutes: 3}),
    });
    await start();
    await openDiscuss(channelId);
    await contains(".o-helpdesk-ComposerWindow.o-ending:contains(2 min left)");
    await contains(`${INPUT}:not([readonly])`);
    await advanceTime(4 * 60 * 1000);
    await contains(LOCK, {
        text: "The customer last wrote more than 24 hours ago. WhatsApp only allows an approved template now.",
    });
    await contains(`${INPUT}[readonly]`);
    await contains(`${SEND}:disabled`);
});

test("closed window: nothing is sent until the customer writes again", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv, {
        helpdesk_window_end: fromNow({hours: -1}),
    });
    logPosts();
    await start();
    await openDiscuss(channelId);
    await contains(`${LOCK}[data-code='window_closed']`);
    await contains(".o-mail-Composer button[name='add-emoji']:disabled");
    broadcast(channelId, {
        "discuss.channel": [{helpdesk_window_end: fromNow({hours: 24}), id: channelId}],
    });
    await contains(LOCK, {count: 0});
    await contains(`${INPUT}:not([readonly])`);
    await insertText(INPUT, "Good that you write");
    await click(`${SEND}:enabled`);
    await waitForSteps(["mail.mt_comment: Good that you write"]);
});

test("a channel without a window is never closed", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv, {
        helpdesk_has_window: false,
        helpdesk_window_end: false,
    });
    await start();
    await openDiscuss(channelId);
    await contains(`${INPUT}:not([readonly])`);
    await contains(".o-helpdesk-ComposerWindow", {count: 0});
});

test("another agent's case: locked, and taken over with one click", async () => {
    const pyEnv = await startServer();
    const saraId = createColleague(pyEnv);
    const {channelId} = createConversation(pyEnv, {helpdesk_agent_id: saraId});
    onRpc("discuss.channel", "helpdesk_take_over", ({args}) => {
        asyncStep(`take over ${args[0]}`);
        broadcast(channelId, {
            "discuss.channel": [{helpdesk_agent_id: serverState.userId, id: channelId}],
        });
        return true;
    });
    await start();
    await openDiscuss(channelId);
    await contains(`${LOCK}[data-code='not_assigned']`, {
        text: "Sara holds this case.",
    });
    await contains(`${INPUT}[readonly]`);
    await click(`${LOCK} button`, {text: "Take over"});
    await waitForSteps([`take over ${channelId}`]);
    await contains(LOCK, {count: 0});
    await contains(`${INPUT}:not([readonly])`);
});

test("a case of nobody can be taken", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv, {helpdesk_agent_id: false});
    await start();
    await openDiscuss(channelId);
    await contains(LOCK, {text: "Nobody holds this case yet."});
    await contains(`${LOCK} button`, {text: "Take it"});
});

test("the team's leader answers without taking over", async () => {
    const pyEnv = await startServer();
    const saraId = createColleague(pyEnv);
    const {channelId} = createConversation(pyEnv, {
        helpdesk_agent_id: saraId,
        helpdesk_leader_id: serverState.userId,
    });
    await start();
    await openDiscuss(channelId);
    await contains(`${INPUT}:not([readonly])`);
});

test("closed case: reopened from the composer", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv, {
        helpdesk_lock: "case_closed",
        helpdesk_lock_text: "This case is closed.",
    });
    onRpc("discuss.channel", "helpdesk_reopen", ({args}) => {
        asyncStep(`reopen ${args[0]}`);
        return true;
    });
    await start();
    await openDiscuss(channelId);
    await contains(LOCK, {
        text: "This case is closed. Reopen it to write to the customer.",
    });
    await click(`${LOCK} button`, {text: "Reopen"});
    await waitForSteps([`reopen ${channelId}`]);
});

test("a lock of the server shows the server's sentence and no way around it", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv, {
        helpdesk_lock: "account_stopped",
        helpdesk_lock_text: "Sending is stopped for Main number: the token expired",
    });
    await start();
    await openDiscuss(channelId);
    await contains(LOCK, {
        text: "Sending is stopped for Main number: the token expired",
    });
    await contains(`${LOCK} button`, {count: 0});
    await contains(`${INPUT}[readonly]`);
});

test("a note is posted as a note, also where replies are locked", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv, {
        helpdesk_window_end: fromNow({hours: -1}),
    });
    logPosts();
    await start();
    await openDiscuss(channelId);
    await contains(LOCK);
    await click(".o-helpdesk-ComposerTab", {text: "Note"});
    await contains(".o-helpdesk-Composer.o-helpdesk-note");
    await contains(LOCK, {count: 0});
    await contains(
        `${INPUT}[placeholder='Internal note: the customer never sees this']:not([readonly])`
    );
    await insertText(INPUT, "He called too");
    await press("Enter");
    await waitForSteps(["mail.mt_note: He called too"]);
    await contains(".o-mail-Message.o-helpdesk-note", {text: "He called too"});
    await contains(".o-mail-Message .o-helpdesk-MessageLabel.o-note", {text: "Note"});
    await click(".o-helpdesk-ComposerTab", {text: "Reply"});
    await contains(LOCK);
});

test("an answer to a note is a note", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv);
    const [note] = pyEnv["mail.message.subtype"]._filter([
        ["subtype_xmlid", "=", "mail.mt_note"],
    ]);
    createMessage(pyEnv, channelId, {
        body: "Ask him for the number",
        message_type: "comment",
        messaging_direction: false,
        messaging_state: false,
        subtype_id: note.id,
    });
    logPosts();
    await start();
    await openDiscuss(channelId);
    await click(".o-mail-Message [title='Expand']");
    await click(".o-dropdown-item:contains('Reply')");
    await contains(".o-helpdesk-Composer.o-helpdesk-note");
    await contains(".o-helpdesk-ComposerTab:disabled", {text: "Reply"});
    await insertText(INPUT, "Did that");
    await press("Enter");
    await waitForSteps(["mail.mt_note: Did that"]);
});

test("a refused message says why and can be taken back", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv);
    let isRefused = true;
    onRpc("/mail/message/post", () => {
        asyncStep("post");
        if (isRefused) {
            throw makeServerError({
                message: "The customer blocked this number.",
                type: "UserError",
            });
        }
    });
    await start();
    await openDiscuss(channelId);
    await insertText(INPUT, "Hello");
    await press("Enter");
    await waitForSteps(["post"]);
    await contains(".o-helpdesk-MessageOutcome.o-refused", {
        text: "The customer blocked this number.",
    });
    await click(".o-helpdesk-MessageOutcome button", {text: "Edit"});
    await contains(".o-mail-Message", {count: 0});
    await contains(INPUT, {value: "Hello"});
    await press("Enter");
    await waitForSteps(["post"]);
    isRefused = false;
    await click(".o-helpdesk-MessageOutcome button", {text: "Try again"});
    await waitForSteps(["post"]);
    await contains(".o-helpdesk-MessageOutcome", {count: 0});
    await contains(".o-mail-Message", {count: 1, text: "Hello"});
});

test("text that looks like a command goes to the customer", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv);
    logPosts();
    await start();
    await openDiscuss(channelId);
    await insertText(INPUT, "/leave");
    await contains(".o-mail-Composer-suggestion", {count: 0});
    await press("Enter");
    await waitForSteps(["mail.mt_comment: /leave"]);
});

test("no preview of links is fetched", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv);
    onRpcBefore("/mail/link_preview", () => asyncStep("link preview"));
    logPosts();
    await start();
    await openDiscuss(channelId);
    await insertText(INPUT, "https://example.com/track");
    await press("Enter");
    await contains(".o-mail-Message a", {text: "https://example.com/track"});
    await contains(".o-mail-Message:not(.opacity-50)");
    expect.verifySteps([
        'mail.mt_comment: <a target="_blank" rel="noreferrer noopener" href="https://example.com/track">https://example.com/track</a>',
    ]);
});
