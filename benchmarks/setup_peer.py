"""Run inside an Odoo shell: a Telegram gateway with one agent, as its manual says.

Setting the webhook would call Telegram; its outcome (the state) is written instead.
"""

import json


def main(env):
    """Create everything and return what the benchmark needs to know."""
    groups = env.ref("base.group_user") + env.ref("mail_gateway.gateway_user")
    agent = env["res.users"].create(
        {
            "name": "Bench Agent",
            "login": "bench_1",
            "password": "bench_1",
            "email": "bench_1@example.com",
            "group_ids": [(6, 0, groups.ids)],
        }
    )
    gateway = env["mail.gateway"].create(
        {
            "name": "Bench",
            "gateway_type": "telegram",
            "token": "123456:bench",
            "webhook_key": "bench",
            "webhook_secret": "bench-secret",
            "member_ids": [(6, 0, agent.ids)],
        }
    )
    gateway.integrated_webhook_state = "integrated"
    env.cr.commit()
    return {
        "webhook_path": "/gateway/telegram/bench/update",
        "secret": "bench-secret",
        "agents": ["bench_1"],
    }


# In one line each: the Odoo shell reads this file as if it were typed.
print("PEER_SETUP:" + json.dumps(main(env)))  # noqa: F821, T201
