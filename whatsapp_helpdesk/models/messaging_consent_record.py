"""The one way to write consent: each word of a customer is a row, with its proof."""

from datetime import timedelta

from odoo import api, fields, models

#: A repeated word within this time is kept as proof; nothing new follows from it.
REPEATED = timedelta(days=1)


class MessagingConsent(models.Model):
    _inherit = "messaging.consent"

    @api.model
    def _record(self, identities, purposes, state, source, wording="", **proof):
        """Record what customers want, with its proof.

        :param identities: ``messaging.identity`` records.
        :param purposes: names of ``purpose``.
        :param str state: ``in`` or ``out``.
        :param str source: how we know, a name of ``source``.
        :param str wording: what they wrote or agreed to.
        :param proof: further fields: ``given_at``, ``user_id``, ``mail_message_id``.
        :return: the new rows; none for a purpose whose last word is the same one of
            the same day, where the new proof is added to it.
        """
        values = {
            "state": state,
            "source": source,
            "wording": (wording or "").strip(),
            **{name: value for name, value in proof.items() if value},
        }
        values.setdefault("given_at", fields.Datetime.now())
        # sudo: messaging.consent - rows come from customers, agents and jobs alike
        Consent = self.sudo()
        newest = Consent._get_newest(identities, purposes)
        vals_list = []
        for identity in identities:
            for purpose in purposes:
                last = newest.get((identity.id, purpose))
                if last and last._is_repeated_by(values):
                    last._add_proof(values)
                else:
                    vals_list.append(
                        {"identity_id": identity.id, "purpose": purpose, **values}
                    )
        created = Consent.create(vals_list)
        created._after_recorded()
        return created

    @api.model
    def _get_newest(self, identities, purposes):
        """Return ``{(identity id, purpose): the row that counts}``."""
        rows = self.search(
            [
                ("identity_id", "in", identities.ids),
                ("purpose", "in", list(purposes)),
            ]
        )
        newest = {}
        for row in rows:
            newest.setdefault((row.identity_id.id, row.purpose), row)
        return newest

    def _is_repeated_by(self, values):
        """Whether a new word says the same from the same source, soon after."""
        self.ensure_one()
        since = values["given_at"] - (self.repeated_at or self.given_at)
        return (
            (self.state, self.source) == (values["state"], values["source"])
            and timedelta() <= since < REPEATED
            and self._is_word_of_customer()
        )

    def _is_word_of_customer(self):
        return self.source in ("message", "platform")

    def _add_proof(self, values):
        """Keep that the customer said it once more."""
        self.write({"repeated": self.repeated + 1, "repeated_at": values["given_at"]})

    def _after_recorded(self):
        """Hook: tell whoever looks at these customers."""
