"""Run inside an Odoo shell after SETTINGS: a team, its agents and a number.

With SETTINGS["slow_cron"] a job of somebody else that holds a thread most of the time.
"""

import json
import secrets

NUMBER = "106540352242922"
WABA = "102290129340398"
GREETING = "Welcome! We answer within the hour."


def create_agents(env, count):
    """Return agents who see and answer the tickets of their teams."""
    groups = env.ref("base.group_user") + env.ref(
        "helpdesk_mgmt.group_helpdesk_user_team"
    )
    logins = [f"bench_{number}" for number in range(1, count + 1)]
    return env["res.users"].create(
        [
            {
                "name": f"Agent {login}",
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "group_ids": [(6, 0, groups.ids)],
            }
            for login in logins
        ]
    )


def create_slow_cron(env):
    """A foreign job: 20 s of waiting, every minute three times by three jobs."""
    model = env.ref("base.model_res_partner")
    env["ir.cron"].create(
        [
            {
                "name": f"Benchmark: slow foreign job {number}",
                "model_id": model.id,
                "state": "code",
                "code": "env.cr.execute('SELECT pg_sleep(20)')",
                "interval_number": 1,
                "interval_type": "minutes",
                "active": False,
            }
            for number in range(1, 4)
        ]
    )


def main(env, settings):
    """Create everything and return what the benchmark needs to know."""
    env["ir.config_parameter"].set_param("web.base.url", settings["base_url"])
    env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
    connection = env["messaging.connection"].search([("name", "=", "Bench")])
    if connection:
        connection.base_url = settings["fake_url"]
        env.cr.commit()
        return describe(connection)
    agents = create_agents(env, settings["agents"])
    team = env["helpdesk.ticket.team"].create(
        {"name": "Bench", "user_id": agents[0].id, "user_ids": [(6, 0, agents.ids)]}
    )
    connection = env["messaging.connection"].create(
        {
            "name": "Bench",
            "channel": "whatsapp",
            "app_secret": secrets.token_hex(16),
            "base_url": settings["fake_url"],
        }
    )
    account = env["messaging.account"].create(
        {
            "name": f"Number {NUMBER}",
            "connection_id": connection.id,
            "external_id": NUMBER,
            "external_parent_id": WABA,
            "access_token": "bench-token",
            "team_id": team.id,
        }
    )
    # Switched on while the automatic answer is measured.
    account.write({"greeting": GREETING, "greeting_enabled": False})
    create_slow_cron(env)
    env.cr.commit()
    return describe(connection)


def describe(connection):
    """Return what the benchmark needs to know."""
    team = connection.account_ids.team_id
    return {
        "webhook_path": "/" + connection.webhook_url.split("/", 3)[3],
        "secret": connection.app_secret,
        "agents": team.user_ids.sorted("login").mapped("login"),
        "team_id": team.id,
    }


# In one line each: the Odoo shell reads this file as if it were typed.
if __name__ == "__main__":
    print("INBOUND_SETUP:" + json.dumps(main(env, SETTINGS)))  # noqa: F821, T201
