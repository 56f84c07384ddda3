import {
    click,
    contains,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {queryFirst} from "@odoo/hoot-dom";
import {asyncStep, onRpc, waitForSteps} from "@web/../tests/web_test_helpers";
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

const STATUS = ".o-helpdesk-MessageStatus";

for (const [state, label, selector] of [
    ["queued", "Waiting to be sent", "i.fa-clock-o"],
    ["held", "Held back by the channel", "i.fa-pause-circle-o"],
    ["sending", "Being sent", "i.fa-clock-o"],
    ["accepted", "Sent", "svg:has(path:only-child)"],
    ["sent", "Sent", "svg:has(path:only-child)"],
    ["delivered", "Delivered", "svg:has(path + path)"],
    ["read", "Read", "svg:has(path + path)"],
    ["played", "Played", "svg:has(path + path)"],
    ["failed", "Not sent", "i.fa-exclamation-circle"],
    ["expired", "Not sent in time", "i.fa-exclamation-circle"],
    ["unknown", "Not known whether it arrived", "i.fa-question-circle"],
]) {
    test(`tick of a message that is ${state}`, async () => {
        const pyEnv = await startServer();
        const {channelId} = createConversation(pyEnv);
        createMessage(pyEnv, channelId, {messaging_state: state});
        await start();
        await openDiscuss(channelId);
        await contains(`${STATUS}[data-state='${state}'][aria-label='${label}']`);
        await contains(`${STATUS} ${selector}`);
        const isBlue = ["read", "played"].includes(state);
        await contains(`${STATUS}.o-read`, {count: isBlue ? 1 : 0});
    });
}

test("ticks follow the bus", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv);
    const messageId = createMessage(pyEnv, channelId, {messaging_state: "queued"});
    await start();
    await openDiscuss(channelId);
    for (const state of ["sent", "delivered", "read"]) {
        broadcast(channelId, {
            "mail.message": [{id: messageId, messaging_state: state}],
        });
        await contains(`${STATUS}[data-state='${state}']`);
    }
});

test("a tick that is all there will ever be says so", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv);
    createMessage(pyEnv, channelId, {
        messaging_state: "sent",
        messaging_without_receipts: true,
    });
    await start();
    await openDiscuss(channelId);
    await contains(`${STATUS} svg:has(path:only-child)`);
    expect(queryFirst(STATUS).title).toBe(
        "Sent\nThis channel does not tell whether messages were delivered or read."
    );
});

test("a message in parts tells the fate of each", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv);
    createMessage(pyEnv, channelId, {
        messaging_parts: [
            {id: 1, kind: "text", state: "read", text: ""},
            {id: 2, kind: "image", state: "failed", text: "The file is too big."},
        ],
        messaging_state: "failed",
    });
    await start();
    await openDiscuss(channelId);
    await contains(STATUS);
    expect(queryFirst(STATUS).title).toBe(
        "Text: Read\nPicture: Not sent, The file is too big."
    );
    await contains(
        ".o-helpdesk-MessageOutcome:contains(A part of this message was not sent.)"
    );
});

test("the customer's messages carry no ticks and stand on the other side", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId} = createConversation(pyEnv);
    createMessage(pyEnv, channelId, {
        author_id: partnerId,
        body: "أين طلبي؟",
        helpdesk_author_kind: "customer",
        messaging_direction: "in",
        messaging_state: "received",
    });
    await start();
    await openDiscuss(channelId);
    await contains(".o-mail-Message.o-helpdesk-customer:not(.o-helpdesk-ours)");
    await contains(".o-mail-Message-richBody[dir='auto']", {text: "أين طلبي؟"});
    await contains(STATUS, {count: 0});
});

test("nothing exchanged with the customer can be edited or deleted", async () => {
    const pyEnv = await startServer();
    const saraId = createColleague(pyEnv);
    const {channelId} = createConversation(pyEnv, {helpdesk_agent_id: saraId});
    createMessage(pyEnv, channelId);
    await start();
    await openDiscuss(channelId);
    await click(".o-mail-Message [title='Expand']");
    await contains(".o-dropdown-item", {text: "Copy Link"});
    for (const text of ["Edit", "Delete", "Pin", "Add a Reaction"]) {
        await contains(".o-dropdown-item", {count: 0, text});
    }
    await contains(".o-mail-Message [title='Add a Reaction']", {count: 0});
});

test("the assignee reacts to the customer's messages and pins them", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId} = createConversation(pyEnv);
    createMessage(pyEnv, channelId, {author_id: partnerId, messaging_direction: "in"});
    await start();
    await openDiscuss(channelId);
    await contains(".o-mail-Message [title='Add a Reaction']");
    await click(".o-mail-Message [title='Expand']");
    await contains(".o-dropdown-item", {text: "Pin"});
    await contains(".o-dropdown-item", {count: 0, text: "Delete"});
    broadcast(channelId, {
        "discuss.channel": [{helpdesk_window_end: fromNow({hours: -1}), id: channelId}],
    });
    await contains(".o-mail-Message [title='Add a Reaction']", {count: 0});
});

test("a failed message says why; Retry sends what failed again", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv);
    const messageId = createMessage(pyEnv, channelId, {
        messaging_can_retry: true,
        messaging_failure: "WhatsApp could not reach this phone.",
        messaging_state: "failed",
    });
    onRpc("mail.message", "messaging_retry", ({args}) => {
        asyncStep(`retry ${args[0]}`);
        broadcast(channelId, {
            "mail.message": [{id: messageId, messaging_state: "queued"}],
        });
        return true;
    });
    await start();
    await openDiscuss(channelId);
    await contains(
        ".o-helpdesk-MessageOutcome.o-failed:contains(WhatsApp could not reach this phone.)"
    );
    await click(".o-helpdesk-MessageOutcome button", {text: "Retry"});
    await waitForSteps([`retry ${messageId}`]);
    await contains(".o-helpdesk-MessageOutcome", {count: 0});
    await contains(`${STATUS}[data-state='queued']`);
});

test("what can not be tried again has no Retry", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv);
    createMessage(pyEnv, channelId, {
        messaging_can_retry: false,
        messaging_failure: "This customer has no WhatsApp.",
        messaging_state: "failed",
    });
    await start();
    await openDiscuss(channelId);
    await contains(".o-helpdesk-MessageOutcome.o-failed");
    await contains(".o-helpdesk-MessageOutcome button", {count: 0});
});

for (const [text, outcome] of [
    ["It arrived", "sent"],
    ["Send again", "resend"],
]) {
    test(`a person decides about a message in doubt: ${text}`, async () => {
        const pyEnv = await startServer();
        const {channelId} = createConversation(pyEnv);
        const messageId = createMessage(pyEnv, channelId, {messaging_state: "unknown"});
        onRpc("mail.message", "messaging_decide", ({args}) => {
            asyncStep(JSON.stringify(args));
            return true;
        });
        await start();
        await openDiscuss(channelId);
        await click(".o-helpdesk-MessageOutcome.o-in-doubt button", {text});
        await waitForSteps([`[[${messageId}],"${outcome}"]`]);
    });
}

test("late, automatic and phone messages are marked", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId} = createConversation(pyEnv);
    createMessage(pyEnv, channelId, {
        author_id: partnerId,
        body: "Hello",
        helpdesk_author_kind: "customer",
        helpdesk_late: true,
        helpdesk_occurred_at: fromNow({hours: -3}),
        messaging_direction: "in",
    });
    createMessage(pyEnv, channelId, {
        body: "We are closed",
        helpdesk_author_kind: "automatic",
    });
    createMessage(pyEnv, channelId, {
        author_id: false,
        body: "From my pocket",
        email_from: "Main number",
        helpdesk_author_kind: "phone_app",
    });
    createMessage(pyEnv, channelId, {body: "Now a person"});
    await start();
    await openDiscuss(channelId);
    await contains(".o-mail-Message", {count: 4});
    await contains(".o-mail-Message:eq(0) .o-late:contains(Arrived late, written)");
    await contains(".o-mail-Message:eq(1) .o-helpdesk-MessageLabel", {
        text: "automatic",
    });
    await contains(".o-mail-Message:eq(2) .o-helpdesk-MessageLabel", {
        text: "from the phone app",
    });
    await contains(".o-mail-Message:eq(3) .o-helpdesk-MessageLabel", {count: 0});
});

test("sound and film play in place, other files do as always", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId} = createConversation(pyEnv);
    const attachmentIds = [
        ["voice.ogg", "audio/ogg"],
        ["clip.mp4", "video/mp4"],
        ["invoice.docx", "application/msword"],
    ].map(([name, mimetype]) => pyEnv["ir.attachment"].create({mimetype, name}));
    createMessage(pyEnv, channelId, {
        attachment_ids: attachmentIds,
        author_id: partnerId,
        body: "",
        messaging_direction: "in",
    });
    await start();
    await openDiscuss(channelId);
    await contains(`audio[controls][src*='/web/content/${attachmentIds[0]}']`);
    await contains(`video[controls][src*='/web/content/${attachmentIds[1]}']`);
    await contains(".o-mail-AttachmentCard", {count: 1, text: "invoice.docx"});
});

test("a gap in the conversation is marked", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv);
    pyEnv["mail.message"].create({
        body: '<div class="o_mail_notification" data-oe-type="helpdesk_gap">A message could not be read yet.</div>',
        message_type: "notification",
        model: "discuss.channel",
        res_id: channelId,
    });
    await start();
    await openDiscuss(channelId);
    await contains(
        ".o-mail-NotificationMessage.o-helpdesk-gap .fa-exclamation-triangle"
    );
});
