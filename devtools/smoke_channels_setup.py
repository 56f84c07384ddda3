"""Run inside an Odoo shell by ./dev smoke --all-channels, after SETTINGS was assigned.

A team with an agent, an account of every channel but those that are connected by the
wizard, a test phone, and an action that asks a customer with buttons.
"""

import json
import secrets

ASK = """
channel = env["discuss.channel"].sudo().browse(env.context["smoke_conversation"])
choices = env["messaging.button"].sudo()._make_choices(
    channel.messaging_identity_id, "smoke", channel.id,
    [("y", "Yes", "yes"), ("n", "No", "no")])
channel._helpdesk_post_choices("Did it help?", choices)
"""


def create_agent(env):
    """Return an agent who sees the tickets of their teams."""
    groups = env.ref("base.group_user") + env.ref(
        "helpdesk_mgmt.group_helpdesk_user_team"
    )
    return env["res.users"].create(
        {
            "name": "Smoke_Sara",
            "login": "smoke_sara",
            "password": "smoke_sara",
            "email": "smoke_sara@example.com",
            "group_ids": [(6, 0, groups.ids)],
        }
    )


def create_account(env, team, channel, external_id, **values):
    """Return an account on a connection of its own."""
    connection = env["messaging.connection"].create(
        {
            "name": f"Smoke {channel}",
            "channel": channel,
            "app_secret": secrets.token_hex(16),
            "base_url": values.pop("base_url", False),
        }
    )
    return env["messaging.account"].create(
        {
            "name": f"Smoke {channel}",
            "connection_id": connection.id,
            "external_id": external_id,
            "team_id": team.id,
            **values,
        }
    )


def describe(account):
    """Return what delivers to an account."""
    connection = account.connection_id
    return {
        "account": account.external_id,
        "webhook_url": connection.webhook_url,
        "secret": connection.app_secret,
    }


def create_phone(env, account):
    """Return a test phone and its address."""
    env["ir.config_parameter"].set_param("whatsapp_helpdesk.sandbox_enabled", "True")
    phone = env["messaging.sandbox.link"].create(
        {"name": "Layla Sandbox", "account_id": account.id}
    )
    return {
        **describe(account),
        "phone_url": phone._issue_url(),
        "phone_id": phone.external_id,
        "phone_name": phone.name,
    }


def main(env, settings):
    """Create everything and return what the scenario needs to know."""
    env["ir.config_parameter"].set_param("web.base.url", settings["base_url"])
    env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
    agent = create_agent(env)
    team = env["helpdesk.ticket.team"].create(
        {"name": "Smoke", "user_id": agent.id, "user_ids": [(6, 0, agent.ids)]}
    )
    whatsapp = create_account(
        env,
        team,
        "whatsapp",
        "106540352242922",
        external_parent_id="102290129340398",
        base_url=settings["whatsapp_url"],
        access_token=settings["token"],
    )
    sandbox = create_account(env, team, "sandbox", "smoke")
    ask = env["ir.actions.server"].create(
        {
            "name": "Smoke: ask with buttons",
            "model_id": env.ref("base.model_res_company").id,
            "state": "code",
            "code": ASK,
        }
    )
    facts = {
        "team": team.id,
        "ask": ask.id,
        "whatsapp": describe(whatsapp),
        "sandbox": create_phone(env, sandbox),
    }
    env.cr.commit()
    return facts


# In one line each: the Odoo shell reads this file as if it were typed.
print("SMOKE_SETUP:" + json.dumps(main(env, SETTINGS)))  # noqa: F821, T201
