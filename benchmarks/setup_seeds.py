"""Run inside an Odoo shell after SETTINGS: the conversations that SQL multiplies.

Two customers write, an agent answers; the first case is closed, the second stays open.
Everything goes the product's own way, so that the rows are what the product writes.
"""

import json
import time

from odoo import fields

from devtools.fakes.whatsapp import bodies
from devtools.load_bodies import customer

SEEDS = (900_001, 900_002)


def receive(env, connection, who, text):
    """Deliver and process one message of a customer."""
    body = bodies.encode(bodies.envelope(bodies.text(who, text, at=time.time())))
    signature = bodies.sign(body, connection.sudo().app_secret)
    status, answer = connection._receive({"X-Hub-Signature-256": signature}, body)
    if status != 200:
        raise RuntimeError(answer)
    env["messaging.update"]._cron_process()


def make_conversation(env, connection, number, close):
    """Return the ids of one conversation with a question and an answer."""
    who = customer(number)
    receive(env, connection, who, "Hello, where is my order 4711? It is late.")
    address = env["messaging.address"].search([("value", "ilike", who.phone)], limit=1)
    return answer(env, address.identity_id, f"wamid.seed{number}", close)


def answer(env, identity, external_id, close):
    """Have a customer's question answered; return the ids of all rows."""
    channel = identity.conversation_id
    ticket = env["helpdesk.ticket"].search([("conversation_id", "=", channel.id)])
    agent = ticket.user_id
    as_agent = channel.with_user(agent)
    as_agent.message_post(
        body="Good morning, it leaves our house today. We are sorry for the delay.",
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
    )
    part = env["messaging.message"].search(
        [("conversation_id", "=", channel.id), ("direction", "=", "out")]
    )
    now = fields.Datetime.now()
    part.write({"state": "read", "external_id": external_id, "read_at": now})
    if close:
        as_agent.helpdesk_close()
    env.flush_all()
    messages = env["mail.message"].search(
        [("model", "=", "discuss.channel"), ("res_id", "=", channel.id)], order="id"
    )
    question = messages.filtered(lambda m: m.messaging_direction == "in")[:1]
    answer = messages.filtered(lambda m: m.messaging_direction == "out")[:1]
    return {
        "partner": identity.partner_id.id,
        "identity": identity.id,
        "addresses": identity.address_ids.ids,
        "channel": channel.id,
        "ticket": ticket.id,
        "members": channel.channel_member_ids.ids,
        "question": describe(env, question),
        "answer": describe(env, answer),
    }


def describe(env, message):
    """Return the ids of all rows of a message."""
    if not message:
        raise RuntimeError("a seed conversation lacks a message")
    own = [("mail_message_id", "=", message.id)]
    update = env["messaging.update"].search(own)
    return {
        "message": message.id,
        "part": env["messaging.message"].search(own).id,
        "fact": env["helpdesk.message.fact"].search(own).id,
        "update": update.id,
        "event": update.event_id.id,
    }


def main(env):
    """Create both and return their ids."""
    connection = env["messaging.connection"].search([("name", "=", "Bench")])
    closed = make_conversation(env, connection, SEEDS[0], close=True)
    opened = make_conversation(env, connection, SEEDS[1], close=False)
    env.cr.commit()
    return {"closed": closed, "open": opened}


# In one line each: the Odoo shell reads this file as if it were typed.
if __name__ == "__main__":
    print("SEEDS_SETUP:" + json.dumps(main(env)))  # noqa: F821, T201
