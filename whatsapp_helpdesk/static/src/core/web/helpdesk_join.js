import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/**
 * Say what was joined or split, with a button that takes it back.
 *
 * @param {import("@web/env").OdooEnv} env
 * @param {{params: {join_id: number, message: string, next?: Object,
 *     open_count: number, undo: string}}} action
 * @returns {Object} what to do next, for instance close the form
 */
export function joinDone(env, {params}) {
    const {action, notification, orm} = env.services;
    const buttons = [
        {
            name: _t("Undo"),
            onClick: async () => {
                close();
                const result = await orm.call("messaging.join", params.undo, [
                    [params.join_id],
                ]);
                if (result?.type) {
                    await action.doAction(result);
                } else {
                    notification.add(_t("Everything is where it was before."), {
                        type: "success",
                    });
                }
            },
            primary: true,
        },
    ];
    if (params.open_count) {
        buttons.push({
            name: _t("Decide what is open"),
            onClick: async () => {
                close();
                await action.doAction(
                    await orm.call("messaging.join", "action_open_undecided", [
                        [params.join_id],
                    ])
                );
            },
        });
    }
    const close = notification.add(params.message, {
        autocloseDelay: 20000,
        buttons,
        className: "o-helpdesk-JoinDone",
        type: "success",
    });
    return params.next;
}

registry.category("actions").add("helpdesk_join_done", joinDone);
