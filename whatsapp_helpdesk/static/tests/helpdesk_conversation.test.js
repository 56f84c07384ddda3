import {
    click,
    contains,
    insertText,
    onRpcBefore,
    openFormView,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {mailDataHelpers} from "@mail/../tests/mock_server/mail_mock_server";
import {describe, expect, test} from "@odoo/hoot";
import {press} from "@odoo/hoot-dom";
import {
    asyncStep,
    getService,
    MockServer,
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
} from "./helpdesk_test_helpers";

describe.current.tags("desktop");
defineHelpdeskModels();

const EMBED = ".o-helpdesk-Conversation";

test("the ticket form holds the live conversation", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId, ticketId} = createConversation(pyEnv);
    const messageId = createMessage(pyEnv, channelId, {body: "On its way"});
    onRpcBefore("/mail/message/post", ({post_data, thread_id, thread_model}) => {
        asyncStep(`${thread_model} ${thread_id} ${post_data.subtype_xmlid}`);
    });
    await start();
    await openFormView("helpdesk.ticket", ticketId);
    await contains(`${EMBED} .o-helpdesk-ThreadIcon.fa-whatsapp`);
    await contains(`${EMBED} .o-mail-Message`, {text: "On its way"});
    broadcast(channelId, {"mail.message": [{id: messageId, messaging_state: "read"}]});
    await contains(`${EMBED} .o-helpdesk-MessageStatus.o-read`);
    await insertText(`${EMBED} .o-mail-Composer-input`, "Anything else?");
    await press("Enter");
    await waitForSteps([`discuss.channel ${channelId} mail.mt_comment`]);
    await contains(`${EMBED} .o-mail-Message`, {text: "Anything else?"});
    await click(`${EMBED} .o-helpdesk-ComposerTab`, {text: "Note"});
    await insertText(`${EMBED} .o-mail-Composer-input`, "Nice man");
    await press("Enter");
    await waitForSteps([`discuss.channel ${channelId} mail.mt_note`]);
    const [channel] = pyEnv["discuss.channel"].browse(channelId);
    const inboundId = createMessage(pyEnv, channelId, {
        author_id: partnerId,
        body: "No, thank you",
        messaging_direction: "in",
    });
    const store = new mailDataHelpers.Store(pyEnv["mail.message"].browse(inboundId));
    pyEnv["bus.bus"]._sendone(channel, "discuss.channel/new_message", {
        data: store.get_result(),
        id: channelId,
    });
    await contains(`${EMBED} .o-mail-Message`, {text: "No, thank you"});
});

test("one composer for the customer: the chatter beside it is for notes", async () => {
    const pyEnv = await startServer();
    const {ticketId} = createConversation(pyEnv);
    const mailTicketId = pyEnv["helpdesk.ticket"].create({name: "By mail"});
    await start();
    await openFormView("helpdesk.ticket", ticketId);
    await contains(".o-mail-Chatter-logNote");
    await contains(".o-mail-Chatter-sendMessage", {count: 0});
    await openFormView("helpdesk.ticket", mailTicketId);
    await contains(".o-mail-Chatter-sendMessage");
    await contains(`${EMBED} .o-mail-Composer`, {count: 0});
});

test("what the assignee has in front of them is read", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId, ticketId} = createConversation(pyEnv);
    const messageId = createMessage(pyEnv, channelId, {
        author_id: partnerId,
        messaging_direction: "in",
    });
    onRpcBefore("/discuss/channel/mark_as_read", ({channel_id, last_message_id}) => {
        asyncStep(`read ${channel_id} ${last_message_id}`);
    });
    await start();
    await openFormView("helpdesk.ticket", ticketId);
    await contains(`${EMBED} .o-mail-Message`);
    await waitForSteps([`read ${channelId} ${messageId}`]);
});

test("a reader who is no member follows live and is not marked as reader", async () => {
    const pyEnv = await startServer();
    const saraId = createColleague(pyEnv);
    const {channelId, ticketId} = createConversation(pyEnv, {
        helpdesk_agent_id: saraId,
        isMember: false,
    });
    createMessage(pyEnv, channelId, {body: "On its way"});
    onRpcBefore("/discuss/channel/mark_as_read", () => asyncStep("read"));
    await start();
    await openFormView("helpdesk.ticket", ticketId);
    await contains(`${EMBED} .o-mail-Message`, {text: "On its way"});
    await contains(`${EMBED} .o-helpdesk-ComposerLock`, {
        text: "Sara holds this case.",
    });
    const thread = getService("mail.store").Thread.get({
        id: channelId,
        model: "discuss.channel",
    });
    expect(thread.shouldSubscribeToBusChannel).toBe(true);
    expect.verifySteps([]);
});

test("taking over shows the new agent in the form", async () => {
    const pyEnv = await startServer();
    const saraId = createColleague(pyEnv);
    const {channelId, ticketId} = createConversation(pyEnv, {
        helpdesk_agent_id: saraId,
    });
    pyEnv["helpdesk.ticket"].write([ticketId], {user_id: saraId});
    onRpc("discuss.channel", "helpdesk_take_over", () => {
        MockServer.env["helpdesk.ticket"].write([ticketId], {
            user_id: serverState.userId,
        });
        broadcast(channelId, {
            "discuss.channel": [{helpdesk_agent_id: serverState.userId, id: channelId}],
        });
        return true;
    });
    await start();
    await openFormView("helpdesk.ticket", ticketId);
    await contains(".o_field_widget[name='user_id'] input", {value: "Sara"});
    await click(`${EMBED} button`, {text: "Take over"});
    await contains(".o_field_widget[name='user_id'] input", {
        value: serverState.partnerName,
    });
});

test("an old case points to the one that the conversation is about now", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv);
    const oldId = pyEnv["helpdesk.ticket"].create({
        conversation_id: channelId,
        name: "Wrong size",
        number: "HT00007",
    });
    await start();
    await openFormView("helpdesk.ticket", oldId);
    await contains(`${EMBED} .o-mail-Thread`);
    await contains(`${EMBED} .o-mail-Composer`, {count: 0});
    await click(`${EMBED} button`, {text: "HT00042"});
    await contains(".o_field_widget[name='number'] input", {value: "HT00042"});
    await contains(`${EMBED} .o-mail-Composer`);
});

test("history only, and into Discuss from there", async () => {
    const pyEnv = await startServer();
    const {channelId, ticketId} = createConversation(pyEnv);
    createMessage(pyEnv, channelId, {body: "On its way"});
    await start();
    await openFormView("helpdesk.ticket", ticketId, {
        arch: `
            <form>
                <field name="conversation_id" widget="helpdesk_conversation" options="{'readonly': True}"/>
            </form>`,
    });
    await contains(`${EMBED}.o-readonly .o-mail-Message`, {text: "On its way"});
    await contains(`${EMBED} .o-mail-Composer`, {count: 0});
    onRpc("discuss.channel", "helpdesk_get_panel", () => ({
        customer: {},
        ticket: false,
    }));
    await click(`${EMBED} button`, {text: "Open in Discuss"});
    await contains(".o-mail-DiscussContent-threadName", {value: "Ali Hassan"});
});
