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
            "deliveries": _("Deliveries come through"),
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
            return self._get_forged_action()
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

    def _get_forged_action(self):
        _ = self.env._
        if self._get_plan().own_secret:
            return {"name": "action_set_webhook", "label": _("Set It for Me")}
        return {"name": "action_go_to_app", "label": _("Correct the App Secret")}

    # -- sentences --------------------------------------------------------------------

    def _get_token_text(self, ok, detail, values):
        _ = self.env._
        if ok and detail == "temporary":
            return _(
                "It works, but only until tomorrow. For good, make one that never "
                "expires, as the step where it is pasted says."
            )
        app = values.get("app_name") or values.get("app")
        if ok and app and "app" in self._get_plan().pages:
            return _("It belongs to the app %(app)s.", app=app)
        if ok:
            return _(
                "It belongs to %(account)s.",
                account=isolate(
                    self.account_id.display_address or self.account_id.name
                ),
            )
        if detail == "token":
            return _(
                "%(operator)s does not accept it: it has expired, was revoked or was "
                "not copied whole. Make a new one and paste it.",
                operator=self._get_operator(),
            )
        return self._get_failure_sentence(detail, values)

    def _get_permissions_text(self, ok, detail, values):
        _ = self.env._
        if ok:
            return _("Messages and management are allowed.")
        if ok is None:
            return _("Not told; the other tests will show it.")
        return _(
            "Missing: %(names)s. Generate the token again and tick it.",
            names=", ".join(values.get("missing") or []),
        )

    def _get_address_text(self, ok, detail, values):
        _ = self.env._
        operator = self._get_operator()
        if detail and ok is None:
            return _("A test server on this computer needs no public address.")
        if detail == "local":
            return _(
                "This address only works inside of your network, so %(operator)s "
                "cannot deliver to it. Set web.base.url to the address customers would "
                "use.",
                operator=operator,
            )
        if detail == "plain":
            return _(
                "%(operator)s delivers to https addresses only. Give the server a "
                "certificate and set web.base.url to its https address.",
                operator=operator,
            )
        if detail == "port":
            ports = sorted(self._get_plan().ports)
            return _(
                "%(operator)s delivers to the ports %(ports)s only. Set web.base.url "
                "to an address without another one.",
                operator=operator,
                ports=", ".join(map(str, ports)),
            )
        return _(
            "%(operator)s can deliver to %(url)s.",
            operator=operator,
            url=isolate(self.get_base_url()),
        )

    def _get_webhook_text(self, ok, detail, values):
        _ = self.env._
        operator = self._get_operator()
        if ok:
            return _("%(operator)s delivers to this database.", operator=operator)
        sentences = {
            "unknown_app": _(
                "%(operator)s did not say where it delivers.", operator=operator
            ),
            "absent": _("%(operator)s does not deliver here yet.", operator=operator),
            "other": _(
                "It delivers to %(url)s, another program or another copy of this "
                "database. Setting it here ends that.",
                url=isolate(values.get("callback") or "?"),
            ),
            "fields": _("Some kinds of messages are not delivered yet."),
        }
        if detail == "secret":
            return _(
                "%(operator)s does not accept the app secret. Copy it from the "
                "settings of the app and paste it again.",
                operator=operator,
            )
        if detail not in sentences:
            return self._get_failure_sentence(detail, values)
        if self._get_plan().own_secret:
            return sentences[detail]
        manual = _(
            "Or do it by hand at %(operator)s: paste both values of step App and "
            "subscribe to messages.",
            operator=operator,
        )
        return f"{sentences[detail]} {manual}"

    def _get_handshake_text(self, ok, detail, values):
        _ = self.env._
        operator = self._get_operator()
        if ok:
            return _(
                "%(operator)s reached this database and knows the verify token.",
                operator=operator,
            )
        return _(
            "%(operator)s has not asked yet. It does when the callback URL is saved; "
            "if that fails there, the verify token differs or the address cannot be "
            "reached.",
            operator=operator,
        )

    def _get_deliveries_text(self, ok, detail, values):
        _ = self.env._
        if ok:
            return _("No delivery fails, and none is left waiting.")
        if detail == "failing":
            return _(
                "The last delivery failed: %(message)s. Waiting there: %(count)s. "
                "Repair the server or its certificate, then test again; what waits is "
                "delivered by itself.",
                message=isolate(values.get("message") or "?"),
                count=values.get("pending") or 0,
            )
        if detail == "waiting":
            return _(
                "Waiting there to be delivered: %(count)s. Test again in a minute.",
                count=values.get("pending") or 0,
            )
        return self._get_failure_sentence(detail, values)

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
                "%(operator)s does not know yet that the number is yours. Get a code "
                "by text message or call, then register it.",
                operator=self._get_operator(),
            )
        if detail in ("banned", "restricted", "flagged", "deleted"):
            return _(
                "%(operator)s has restricted the number (%(status)s). Look at the "
                "account's quality there; nothing here can change it.",
                operator=self._get_operator(),
                status=detail,
            )
        if values.get("id"):
            return _(
                "The number is not registered (%(status)s). Register it with its "
                "six-digit PIN; if it has none, choose one.",
                status=detail,
            )
        return self._get_failure_sentence(detail, values)
