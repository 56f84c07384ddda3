"""Prepares the demo database; ./dev run feeds it to an Odoo shell after SETTINGS.

Every part is repeatable. What cannot be done is told, never fatal: the server runs
anyway.
"""

import json

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


def connect_fake_provider(env, url):
    """Point the demo data's WhatsApp connection at the local provider.

    :return: webhook address and app secret
    """
    connection = env.ref("whatsapp_helpdesk.demo_connection_whatsapp")
    connection.base_url = url
    return {
        "webhook_url": connection.webhook_url,
        "app_secret": connection.app_secret,
    }


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
    if accounts is not None and settings["fake_url"]:
        facts.update(connect_fake_provider(env, settings["fake_url"]))
    if accounts is not None:
        accounts.search([]).language = env.ref("base.user_admin").lang
    if accounts is not None and hasattr(type(accounts), "_get_demo_phone_url"):
        facts["phone_url"] = as_admin(accounts)._get_demo_phone_url()
    env.cr.commit()
    return facts


# In one line each: the Odoo shell reads this file as if it were typed.
print("DEMO_SETUP:" + json.dumps(main(env, SETTINGS)))  # noqa: F821, T201
