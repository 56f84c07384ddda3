"""Run inside an Odoo shell after SETTINGS: a team, and an account of every channel.

One conversation on each of two channels is made the product's own way: the pairs that
are joined are copies of their rows.
"""

import json
import secrets
import time

import setup_inbound
import setup_seeds

from devtools import load_bodies
from devtools.fakes.telegram.state import BOT_ID, TOKEN
from devtools.fakes.whatsapp import bodies

JOIN = """
identities = env["messaging.identity"].sudo().browse(env.context["identities"])
partner = env["res.partner"].sudo().browse(env.context["partner"])
joins = env["messaging.join"].sudo()
if env.context["now"]:
    joins._join(identities, partner, "agent", user=env.user)
else:
    joins._request(identities, partner, "code")
"""
SEED = 910_001


def create_account(env, team, channel, external_id, **values):
    """Return an account on a connection of its own."""
    connection = env["messaging.connection"].create(
        {
            "name": f"Bench {channel}",
            "channel": channel,
            "app_secret": secrets.token_hex(16),
            "base_url": values.pop("base_url", False),
        }
    )
    return env["messaging.account"].create(
        {
            "name": f"Bench {channel}",
            "connection_id": connection.id,
            "external_id": external_id,
            "team_id": team.id,
            **values,
        }
    )


def create_accounts(env, team, settings):
    """Return channel to account."""
    return {
        "whatsapp": create_account(
            env,
            team,
            "whatsapp",
            setup_inbound.NUMBER,
            external_parent_id=setup_inbound.WABA,
            access_token="bench-token",
            base_url=settings["whatsapp_url"],
        ),
        "telegram": create_account(
            env,
            team,
            "telegram",
            str(BOT_ID),
            access_token=TOKEN,
            base_url=settings["telegram_url"],
        ),
        "sandbox": create_account(env, team, "sandbox", "bench"),
    }


def make_seeds(env, accounts):
    """Return the rows of a conversation on WhatsApp and of one on Telegram."""
    who = load_bodies.customer(SEED)
    connection = accounts["whatsapp"].connection_id
    text = "Hello, where is my order 4711? It is late."
    body = bodies.encode(bodies.envelope(bodies.text(who, text, at=time.time())))
    headers = {"X-Hub-Signature-256": bodies.sign(body, connection.app_secret)}
    first = make_conversation(env, connection, headers, body, who.phone)
    connection = accounts["telegram"].connection_id
    chat = load_bodies.FIRST_CHAT + SEED
    update = load_bodies.telegram_update("seed", 1, chat, text)
    headers = {"X-Telegram-Bot-Api-Secret-Token": connection.app_secret}
    body = json.dumps(update).encode()
    return first, make_conversation(env, connection, headers, body, str(chat))


def make_conversation(env, connection, headers, body, address):
    """Deliver a message, have it answered; return the ids of all rows."""
    status, answer = connection._receive(headers, body)
    if status != 200:
        raise RuntimeError(answer)
    env["messaging.update"]._cron_process()
    found = env["messaging.address"].search([("value", "ilike", address)], limit=1)
    return setup_seeds.answer(env, found.identity_id, f"out-{address}", close=False)


def main(env, settings):
    """Create everything and return what the benchmark needs to know."""
    env["ir.config_parameter"].set_param("web.base.url", settings["base_url"])
    env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
    agents = setup_inbound.create_agents(env, settings["agents"])
    team = env["helpdesk.ticket.team"].create(
        {"name": "Bench", "user_id": agents[0].id, "user_ids": [(6, 0, agents.ids)]}
    )
    accounts = create_accounts(env, team, settings)
    first, second = make_seeds(env, accounts)
    join = env["ir.actions.server"].create(
        {
            "name": "Benchmark: join",
            "model_id": env.ref("base.model_res_company").id,
            "state": "code",
            "code": JOIN,
        }
    )
    env.cr.commit()
    channels = {
        name: {
            "path": "/" + account.connection_id.webhook_url.split("/", 3)[3],
            "secret": account.connection_id.app_secret,
            "account": account.external_id,
        }
        for name, account in accounts.items()
    }
    return {
        "agents": agents.sorted("login").mapped("login"),
        "channels": channels,
        "join": join.id,
        "seeds": {"first": first, "second": second},
    }


# In one line each: the Odoo shell reads this file as if it were typed.
if __name__ == "__main__":
    print("CHANNELS_SETUP:" + json.dumps(main(env, SETTINGS)))  # noqa: F821, T201
