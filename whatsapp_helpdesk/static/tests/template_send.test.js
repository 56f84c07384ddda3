import {
    click,
    contains,
    openDiscuss,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {describe, test} from "@odoo/hoot";
import {asyncStep, mockService, waitForSteps} from "@web/../tests/web_test_helpers";
import {
    broadcast,
    createColleague,
    createConversation,
    defineHelpdeskModels,
    fromNow,
} from "./helpdesk_test_helpers";

describe.current.tags("desktop");
defineHelpdeskModels();

const LOCK = ".o-helpdesk-ComposerLock";
const BUTTON = "button[name='helpdesk-template']";

function logActions() {
    mockService("action", {
        doAction(action, options) {
            if (!options?.additionalContext) {
                return super.doAction(...arguments);
            }
            const {default_conversation_id: id} = options.additionalContext;
            asyncStep(`${action} ${id}`);
            options.onClose();
        },
    });
}

test("closed window: a template is offered, and the lock ends when the customer writes", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv, {
        helpdesk_has_templates: true,
        helpdesk_window_end: fromNow({hours: -1}),
    });
    logActions();
    await start();
    await openDiscuss(channelId);
    await click(`${LOCK}[data-code='window_closed'] ${BUTTON}`);
    await waitForSteps([
        `whatsapp_helpdesk.action_messaging_template_send ${channelId}`,
    ]);
    broadcast(channelId, {
        "discuss.channel": [{helpdesk_window_end: fromNow({hours: 24}), id: channelId}],
    });
    await contains(LOCK, {count: 0});
});

test("a channel without templates offers none", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv, {
        helpdesk_window_end: fromNow({hours: -1}),
    });
    await start();
    await openDiscuss(channelId);
    await contains(`${LOCK}[data-code='window_closed']`);
    await contains(BUTTON, {count: 0});
});

test("another agent's case is taken over first", async () => {
    const pyEnv = await startServer();
    const {channelId} = createConversation(pyEnv, {
        helpdesk_agent_id: createColleague(pyEnv),
        helpdesk_has_templates: true,
        helpdesk_window_end: fromNow({hours: -1}),
    });
    await start();
    await openDiscuss(channelId);
    await contains(`${LOCK} button[name='helpdesk-take_over']`);
    await contains(BUTTON, {count: 0});
});
