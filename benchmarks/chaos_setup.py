"""Run inside an Odoo shell by ./dev bench chaos, after SETTINGS was assigned.

A team with a leader and agents, and two numbers that talk to the local provider.
"""

import json
import secrets

WABA = "102290129340398"


def create_user(env, login, group):
    """Return a user of helpdesk_mgmt's `group` whose password is the login."""
    groups = env.ref("base.group_user") + env.ref(f"helpdesk_mgmt.{group}")
    return env["res.users"].create(
        {
            "name": login.replace("_", " ").title(),
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
    leader = create_user(env, settings["leader"], "group_helpdesk_manager")
    agents = env["res.users"].union(
        *(
            create_user(env, login, "group_helpdesk_user_team")
            for login in settings["agents"]
        )
    )
    team = env["helpdesk.ticket.team"].create(
        {"name": "Chaos", "user_id": leader.id, "user_ids": [(6, 0, agents.ids)]}
    )
    connection = env["messaging.connection"].create(
        {
            "name": "Chaos",
            "channel": "whatsapp",
            "app_secret": secrets.token_hex(16),
            "base_url": settings["fake_url"],
        }
    )
    for number in settings["numbers"]:
        env["messaging.account"].create(
            {
                "name": f"Number {number}",
                "connection_id": connection.id,
                "external_id": number,
                "external_parent_id": WABA,
                "access_token": "chaos-access-token",
                "team_id": team.id,
            }
        )
    env.cr.commit()
    return {
        "path": f"/messaging/webhook/{connection.token}",
        "secret": connection.app_secret,
    }


# In one line each: the Odoo shell reads this file as if it were typed.
print("CHAOS_SETUP:" + json.dumps(main(env, SETTINGS)))  # noqa: F821, T201
