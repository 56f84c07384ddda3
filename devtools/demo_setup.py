"""Prepares the demo database; ./dev run feeds it to an Odoo shell after SETTINGS.

Every part is repeatable. What cannot be done is told, never fatal: the server runs
anyway.
"""

import json
import secrets

LOGINS = ("admin", "sara", "omar")


def set_base_url(env, url):
    """Write addresses as the person sees them."""
    parameters = env["ir.config_parameter"].sudo()
    parameters.set_param("web.base.url", url)
    parameters.set_param("web.base.url.freeze", "True")


def set_language(env, wanted):
    """Install a language by its code or ISO code and give it to the users."""
    languages = env["res.lang"].with_context(active_test=False)
    language = languages.search([("code", "=", wanted)], limit=1) or languages.search(
        [("iso_code", "=", wanted)], order="active desc, id", limit=1
    )
    if not language:
        return f"there is no language {wanted}"
    users = env["res.users"].search([("login", "in", LOGINS)])
    if not language.active:
        wizard = env["base.language.install"].create(
            {"lang_ids": language.ids, "overwrite": False}
        )
        wizard.lang_install()
    users.write({"lang": language.code})
    return None


def connect_fakes(env, urls):
    """Point the demo data's connections at the local providers.

    :param dict urls: channel to address
    :return: channel to the options of its local provider
    """
    found = {}
    for channel, url in urls.items():
        connection = env.ref(
            f"whatsapp_helpdesk.demo_connection_{channel}", raise_if_not_found=False
        )
        if connection:
            connection.base_url = url
            found[channel] = FAKE_OPTIONS[channel](connection)
    return found


def whatsapp_options(connection):
    return {
        "webhook_url": connection.webhook_url,
        "app_secret": connection.app_secret,
    }


def telegram_options(connection):
    """The bot of the demo data, its webhook set as the set-up would have done it."""
    account = connection.account_ids[:1]
    if not connection.app_secret:
        connection.app_secret = secrets.token_urlsafe(32)
    options = {
        "webhook_url": connection.webhook_url,
        "secret_token": connection.app_secret,
    }
    if account.access_token and account.external_id:
        options["token"] = account.access_token
        options["bot_id"] = account.external_id
        options["username"] = (account.display_address or "").lstrip("@")
    identities = account.env["messaging.identity"].search(
        [("account_id", "=", account.id)]
    )
    known = identities.address_ids.filtered(lambda a: a.kind == "user_id")
    options["started"] = ",".join(known.mapped("value"))
    return options


FAKE_OPTIONS = {"whatsapp": whatsapp_options, "telegram": telegram_options}


def as_admin(records):
    """Speak as the administrator: OdooBot, who runs this, always speaks English."""
    admin = records.env.ref("base.user_admin")
    return records.with_user(admin).with_context(lang=admin.lang)


def main(env, settings):
    """Do all parts and return what ./dev run prints."""
    users = env["res.users"].search([("login", "in", LOGINS)])
    facts = {"logins": users.mapped("login"), "remarks": []}
    set_base_url(env, settings["base_url"])
    remark = set_language(env, settings["lang"])
    if remark:
        facts["remarks"].append(remark)
    accounts = env.get("messaging.account")
    if accounts is not None:
        facts["fakes"] = connect_fakes(env, settings["fakes"])
    if accounts is not None:
        accounts.search([]).language = env.ref("base.user_admin").lang
    if accounts is not None and hasattr(type(accounts), "_get_demo_phone_url"):
        facts["phone_url"] = as_admin(accounts)._get_demo_phone_url()
    env.cr.commit()
    return facts


# In one line each: the Odoo shell reads this file as if it were typed.
print("DEMO_SETUP:" + json.dumps(main(env, SETTINGS)))  # noqa: F821, T201
