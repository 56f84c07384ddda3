"""What people read about each test: its name, one sentence, one button."""

from odoo import models


def isolate(text):
    """Numbers and addresses keep their direction inside of Arabic sentences."""
    return f"\u2066{text}\u2069"


class MessagingSetup(models.Model):
    _inherit = "messaging.setup"

    def _get_check_titles(self):
        _ = self.env._
        return {
            "token": _("Access token works"),
            "permissions": _("Permissions"),
            "address": _("Public address"),
            "webhook": _("Messages are delivered here"),
            "handshake": _("Handshake"),
            "subscribed": _("Account connected to the app"),
            "number": _("Number registered"),
            "health": _("Able to send"),
            "inbound": _("A real message arrives"),
            "outbound": _("A real answer arrives"),
        }

    def _get_check_text(self, code, ok, detail, values):
        """Return one sentence: what is right, or what to do."""
        return getattr(self, f"_get_{code}_text")(ok, detail, values)

    def _get_check_action(self, code, state, detail):
        """Return the button that repairs a test, or False."""
        _ = self.env._
        if code == "inbound" and detail == "forged":
            return {"name": "action_go_to_app", "label": _("Correct the App Secret")}
        if code == "outbound" and (detail == "ready" or state == "failed"):
            return {"name": "action_send_test", "label": _("Send a Test Message")}
        if state != "failed":
            return False
        if code == "webhook" and detail != "secret":
            return {"name": "action_set_webhook", "label": _("Set It for Me")}
        buttons = {
            "token": ("action_go_to_account", _("Paste Another Token")),
            "permissions": ("action_go_to_account", _("Paste Another Token")),
            "webhook": ("action_go_to_app", _("Correct the App Secret")),
            "subscribed": ("action_subscribe", _("Connect It for Me")),
            "number": ("action_register", _("Register the Number")),
        }
        if code not in buttons:
            return False
        name, label = buttons[code]
        return {"name": name, "label": label}

    # -- sentences --------------------------------------------------------------------

    def _get_token_text(self, ok, detail, values):
        _ = self.env._
        if ok and detail == "temporary":
            return _(
                "It works, but only until tomorrow. For good, make one for a system "
                "user: Business settings, Users, System users, Generate token, never "
                "expires."
            )
        if ok:
            return _("It belongs to the app %(app)s.", app=self._get_app_name(values))
        if detail == "token":
            return _(
                "Meta does not accept it: it has expired, was revoked or was not "
                "copied whole. Generate a new one for the system user and paste it."
            )
        return self._get_failure_sentence(detail, values)

    def _get_app_name(self, values):
        return values.get("app_name") or values.get("app") or "?"

    def _get_permissions_text(self, ok, detail, values):
        _ = self.env._
        if ok:
            return _("Messages and management are allowed.")
        if ok is None:
            return _("Meta did not say; the other tests will show it.")
        return _(
            "Missing: %(names)s. Generate the token again and tick it.",
            names=", ".join(values.get("missing") or []),
        )

    def _get_address_text(self, ok, detail, values):
        _ = self.env._
        if detail and ok is None:
            return _("A test server on this computer needs no public address.")
        if detail == "local":
            return _(
                "This address only works inside of your network, so Meta cannot "
                "deliver to it. Set web.base.url to the address customers would use."
            )
        if detail == "plain":
            return _(
                "Meta delivers to https addresses only. Give the server a certificate "
                "and set web.base.url to its https address."
            )
        return _("Meta can deliver to %(url)s.", url=isolate(self.get_base_url()))

    def _get_webhook_text(self, ok, detail, values):
        _ = self.env._
        if ok:
            return _("The app delivers to this database.")
        manual = _(
            "Or do it at Meta: App Dashboard, WhatsApp, Configuration, Edit; paste "
            "both values of step App and subscribe to messages."
        )
        sentences = {
            "unknown_app": _("Meta did not say where the app delivers."),
            "absent": _("The app does not deliver anywhere yet."),
            "other": _(
                "The app delivers to %(url)s. Setting it here ends that.",
                url=isolate(values.get("callback") or "?"),
            ),
            "fields": _("The app does not deliver messages yet."),
        }
        if detail == "secret":
            return _(
                "Meta does not accept the app secret. Copy it from App settings, "
                "Basic, and paste it again."
            )
        if detail in sentences:
            return f"{sentences[detail]} {manual}"
        return self._get_failure_sentence(detail, values)

    def _get_handshake_text(self, ok, detail, values):
        _ = self.env._
        if ok:
            return _("Meta reached this database and knows the verify token.")
        return _(
            "Meta has not asked yet. It does when the callback URL is saved; if that "
            "fails there, the verify token differs or the address cannot be reached."
        )

    def _get_subscribed_text(self, ok, detail, values):
        _ = self.env._
        if ok:
            return _("What happens in the business account is told to the app.")
        if detail == "overridden":
            return _(
                "This business account delivers to another address: %(url)s. "
                "Connecting it here ends that.",
                url=isolate(values.get("callback") or "?"),
            )
        if detail == "not_subscribed":
            return _("The app does not get what happens in the business account yet.")
        return self._get_failure_sentence(detail, values)

    def _get_number_text(self, ok, detail, values):
        _ = self.env._
        if ok:
            return _(
                "%(number)s is connected as “%(name)s”.",
                number=isolate(
                    values.get("display") or self.account_id.display_address
                ),
                name=values.get("name") or self.account_id.name,
            )
        if detail == "not_verified":
            return _(
                "Meta does not know yet that the number is yours. Get a code by text "
                "message or call, then register it."
            )
        if detail in ("banned", "restricted", "flagged", "deleted"):
            return _(
                "Meta has restricted the number (%(status)s). Look at Account quality "
                "in WhatsApp Manager; nothing here can change it.",
                status=detail,
            )
        if values.get("id"):
            return _(
                "The number is not registered (%(status)s). Register it with its "
                "six-digit PIN; if it has none, choose one.",
                status=detail,
            )
        return self._get_failure_sentence(detail, values)

    def _get_health_text(self, ok, detail, values):
        _ = self.env._
        advice = values.get("message") or ""
        if ok and not detail:
            return _("Meta sees nothing in the way.")
        if detail == "limited":
            return advice or _("With limits: see Account quality in WhatsApp Manager.")
        if detail == "blocked":
            return advice or _(
                "Meta blocks sending. Repair what is red above; if nothing is, look at "
                "Account quality in WhatsApp Manager."
            )
        if detail:
            return self._get_failure_sentence(detail, values)
        return _("Meta did not say; the last test will show it.")

    def _get_inbound_text(self, ok, detail, values):
        _ = self.env._
        if ok:
            return _(
                "%(name)s wrote, so the app is live, too.", name=values.get("name")
            )
        if detail == "forged":
            return _(
                "Something arrived, but signed with another app secret (%(count)s). "
                "Copy the secret of this app again.",
                count=values["count"],
            )
        if detail == "parked":
            return _(
                "Something arrived but could not be processed (%(count)s). Look at "
                "Messaging Log, Received Updates.",
                count=values["count"],
            )
        return _(
            "Write HELLO from your own phone to %(number)s. If it does not show "
            "here in "
            "a minute, switch the app from Development to Live at Meta: that cannot be "
            "asked, only a real message proves it.",
            number=isolate(self.account_id.display_address or self.account_id.name),
        )

    def _get_outbound_text(self, ok, detail, values):
        _ = self.env._
        if ok:
            return _("The test message arrived on the phone.")
        if detail == "failed":
            return _(
                "It was not delivered: %(reason)s. Repair that, then send again.",
                reason=values.get("reason") or _("Unknown"),
            )
        if detail == "ready":
            return _("Send a test message to the phone that wrote.")
        if detail == "sent":
            return _("Sent. Waiting for Meta to say that it arrived.")
        return _("Comes after the first real message.")
