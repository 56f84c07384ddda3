import {
    click,
    contains,
    openDiscuss,
    patchUiSize,
    SIZES,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {describe, test} from "@odoo/hoot";
import {
    createConversation,
    createMessage,
    defineHelpdeskModels,
    fromNow,
} from "./helpdesk_test_helpers";

describe.current.tags("mobile");
defineHelpdeskModels();

test("on a phone conversations have a tab, open as a window and keep their panel", async () => {
    const pyEnv = await startServer();
    const {channelId, partnerId} = createConversation(pyEnv, {
        helpdesk_waiting_since: fromNow({minutes: -5}),
    });
    createMessage(pyEnv, channelId, {
        author_id: partnerId,
        body: "Where is it?",
        messaging_direction: "in",
    });
    pyEnv["discuss.channel"].create({name: "General"});
    await patchUiSize({size: SIZES.SM});
    await start();
    await openDiscuss();
    await contains(".o-mail-NotificationItem", {count: 2});
    await click(".o-mail-MessagingMenu-tab", {text: "Conversations"});
    await contains(".o-mail-NotificationItem", {count: 1});
    await contains(".o-mail-NotificationItem .o-helpdesk-ThreadIcon.fa-whatsapp");
    await click(".o-mail-NotificationItem", {text: "Ali Hassan"});
    await contains(".o-mail-ChatWindow .o-mail-Message", {text: "Where is it?"});
    await contains(".o-mail-ChatWindow .o-helpdesk-ComposerTab", {text: "Note"});
    await click(".o-mail-ChatWindow [title='Open Actions Menu']");
    await click(".o-dropdown-item", {text: "Customer and ticket"});
    await contains(".o-mail-ChatWindow .o-helpdesk-CustomerPanel");
});
