"""Run inside an Odoo shell after SETTINGS: numbers that receive, and test phones."""

import json
import secrets
from pathlib import Path

from odoo.modules import get_module_path


def create_accounts(env, connection):
    """One account for every number that the sample bodies name."""
    samples = Path(get_module_path("whatsapp_helpdesk"), "tests", "samples", "whatsapp")
    provider = connection._get_provider_class()
    refs = set()
    for path in samples.glob("*.json"):
        refs.update(update.account for update in provider.parse(path.read_bytes()))
    for ref in sorted(refs - {""}):
        env["messaging.account"].create(
            {"name": ref, "connection_id": connection.id, "external_id": ref}
        )


def create_phones(env, count):
    """Return the secrets of test phones."""
    env["ir.config_parameter"].set_param("whatsapp_helpdesk.sandbox_enabled", "True")
    connection = env["messaging.connection"].create(
        {"name": "Fuzz Sandbox", "channel": "sandbox"}
    )
    account = env["messaging.account"].create(
        {"name": "Shop", "connection_id": connection.id, "external_id": "fuzz"}
    )
    links = env["messaging.sandbox.link"].create(
        [
            {"name": f"Phone {n}", "account_id": account.id, "language": "en_US"}
            for n in range(count)
        ]
    )
    return [link._issue_url().partition("#")[2] for link in links]


def main(env, settings):
    """Create everything and return what the attacker needs to know."""
    connection = env["messaging.connection"].create(
        {
            "name": "Fuzz",
            "channel": "whatsapp",
            "app_secret": secrets.token_hex(16),
        }
    )
    create_accounts(env, connection)
    phones = create_phones(env, settings["phones"])
    env.cr.commit()
    return {
        "webhook_path": f"/messaging/webhook/{connection.token}",
        "secret": connection.app_secret,
        "phones": phones,
    }


# In one line each: the Odoo shell reads this file as if it were typed.
print("FUZZ_SETUP:" + json.dumps(main(env, SETTINGS)))  # noqa: F821, T201
