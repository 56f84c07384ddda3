import {
    click,
    contains,
    insertText,
    onRpcBefore,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {describe, test} from "@odoo/hoot";
import {press} from "@odoo/hoot-dom";
import {asyncStep, waitForSteps} from "@web/../tests/web_test_helpers";
import {createConversation, defineHelpdeskModels} from "./helpdesk_test_helpers";

describe.current.tags("desktop");
defineHelpdeskModels();

const INPUT = ".o-mail-Composer-input";
const SUGGESTION = ".o-mail-Composer-suggestion";

async function openWithReplies() {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv);
    pyEnv["mail.canned.response"].create([
        {source: "hello", substitution: "Hello! How can I help you?"},
        {source: "مرحبا", substitution: "مرحباً بك"},
    ]);
    onRpcBefore("/mail/message/post", ({post_data}) => {
        asyncStep(`${post_data.subtype_xmlid}: ${post_data.body}`);
    });
    await start();
    await openDiscuss(channelId);
}

test("a quick reply goes into an answer by its shortcut", async () => {
    await openWithReplies();
    await insertText(INPUT, "::he");
    await contains(SUGGESTION, {count: 1});
    await click(SUGGESTION, {text: "hello"});
    await contains(INPUT, {value: "Hello! How can I help you? "});
    await press("Enter");
    await waitForSteps(["mail.mt_comment: Hello! How can I help you?"]);
});

test("an Arabic shortcut finds the Arabic reply", async () => {
    await openWithReplies();
    await insertText(INPUT, "::مر");
    await contains(SUGGESTION, {count: 1});
    await click(SUGGESTION, {text: "مرحبا"});
    await contains(INPUT, {value: "مرحباً بك "});
});

test("a quick reply goes into a note, which stays a note", async () => {
    await openWithReplies();
    await click(".o-helpdesk-ComposerTab", {text: "Note"});
    await insertText(INPUT, "::he");
    await click(SUGGESTION, {text: "hello"});
    await press("Enter");
    await waitForSteps(["mail.mt_note: Hello! How can I help you?"]);
});
