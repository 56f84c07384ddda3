import {registry} from "@web/core/registry";

/** Messages went from one conversation to another: what is shown is read again. */
export const conversationMovedService = {
    dependencies: ["bus_service", "mail.store"],

    start(env, {bus_service: bus, "mail.store": store}) {
        bus.subscribe("helpdesk/conversation_moved", ({source_id, target_id}) => {
            for (const id of [source_id, target_id]) {
                store.Thread.get({
                    id,
                    model: "discuss.channel",
                })?.helpdeskReloadMessages();
            }
        });
    },
};

registry.category("services").add("helpdesk.moved", conversationMovedService);
