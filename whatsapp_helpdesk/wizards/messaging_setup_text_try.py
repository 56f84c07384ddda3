"""The tests that need a customer: one writes, one is answered."""

from odoo import models

from .messaging_setup_text import isolate


class MessagingSetup(models.Model):
    _inherit = "messaging.setup"

    def _get_health_text(self, ok, detail, values):
        _ = self.env._
        advice = values.get("message") or ""
        operator = self._get_operator()
        if ok and not detail:
            return _("%(operator)s sees nothing in the way.", operator=operator)
        if detail == "limited":
            return advice or _(
                "With limits: see the account's quality at %(operator)s.",
                operator=operator,
            )
        if detail == "blocked":
            return advice or _(
                "%(operator)s blocks sending. Repair what is red above; if nothing is, "
                "look at the account's quality there.",
                operator=operator,
            )
        if detail:
            return self._get_failure_sentence(detail, values)
        return _("The provider does not tell; the last test will show it.")

    def _get_inbound_text(self, ok, detail, values):
        _ = self.env._
        if ok:
            return _(
                "%(name)s wrote, so the app is live, too.", name=values.get("name")
            )
        if detail == "forged":
            return self._get_forged_text(values)
        if detail == "parked":
            return _(
                "Something arrived but could not be processed (%(count)s). Look at "
                "Messaging Log, Received Updates.",
                count=values["count"],
            )
        address = isolate(self.account_id.display_address or self.account_id.name)
        if self.chat_url:
            return _(
                "Open the chat with %(account)s by the link or the code below, start "
                "it and write HELLO.",
                account=address,
            )
        return _(
            "Write HELLO from your own phone to %(number)s. If it does not show here "
            "in a minute, switch the app from Development to Live at %(operator)s: "
            "that cannot be asked, only a real message proves it.",
            number=address,
            operator=self._get_operator(),
        )

    def _get_forged_text(self, values):
        _ = self.env._
        if self._get_plan().own_secret:
            return _(
                "Something arrived without the secret that was agreed on (%(count)s). "
                "Setting the address again agrees on it again.",
                count=values["count"],
            )
        return _(
            "Something arrived, but signed with another app secret (%(count)s). Copy "
            "the secret of this app again.",
            count=values["count"],
        )

    def _get_outbound_text(self, ok, detail, values):
        _ = self.env._
        if ok and detail == "unconfirmed":
            return _(
                "%(operator)s took the test message. It never says whether a message "
                "arrived, so look at the phone.",
                operator=self._get_operator(),
            )
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
            return _(
                "Sent. Waiting for %(operator)s to say what became of it.",
                operator=self._get_operator(),
            )
        return _("Comes after the first real message.")
