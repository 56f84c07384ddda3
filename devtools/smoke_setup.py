"""Run inside an Odoo shell by ./dev smoke, after SETTINGS was assigned.

Two agents, a team, two numbers of one connection that talk to the local provider.
"""

import json
import secrets

NUMBERS = ("106540352242922", "106540352242933")
WABA = "102290129340398"


def create_agent(env, login):
    """Return an agent who sees the tickets of their teams."""
    groups = env.ref("base.group_user") + env.ref(
        "helpdesk_mgmt.group_helpdesk_user_team"
    )
    return env["res.users"].create(
        {
            "name": login.title(),
            "login": login,
            "password": login,
            "email": f"{login}@example.com",
            "group_ids": [(6, 0, groups.ids)],
        }
    )


def main(env, settings):
    """Create everything and return what the scenario needs to know."""
    env["ir.config_parameter"].set_param("web.base.url", settings["base_url"])
    env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
    users = create_agent(env, "smoke_sara") | create_agent(env, "smoke_omar")
    team = env["helpdesk.ticket.team"].create(
        {
            "name": "Smoke",
            "user_id": users[0].id,
            "user_ids": [(6, 0, users.ids)],
        }
    )
    connection = env["messaging.connection"].create(
        {
            "name": "Smoke",
            "channel": "whatsapp",
            "app_secret": secrets.token_hex(16),
            "base_url": settings["fake_url"],
        }
    )
    for number in NUMBERS:
        env["messaging.account"].create(
            {
                "name": f"Number {number}",
                "connection_id": connection.id,
                "external_id": number,
                "external_parent_id": WABA,
                "access_token": settings["token"],
                "team_id": team.id,
            }
        )
    env.cr.commit()
    return {
        "webhook_url": connection.webhook_url,
        "secret": connection.app_secret,
        "verify_token": connection.verify_token,
        "numbers": NUMBERS,
        "waba": WABA,
    }


# In one line each: the Odoo shell reads this file as if it were typed.
print("SMOKE_SETUP:" + json.dumps(main(env, SETTINGS)))  # noqa: F821, T201
