"""The one way to write consent: each word of a customer is a row, with its proof."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

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
        """Hook: whoever looks at these customers sees it."""
        conversations = self.identity_id.conversation_id
        if conversations:
            conversations._broadcast_helpdesk_state()

    # -- by a person ------------------------------------------------------------------

    @api.model
    def _record_by_user(self, identities, purposes, state, wording="", proof=""):
        """Record what a user was told, with a note where the customer is served.

        :raise AccessError: for customers that the user may not see.
        """
        identities.check_access("read")
        self.check_access("create")
        rows = self._record(
            identities,
            purposes,
            state,
            "agent",
            wording,
            proof=(proof or "").strip(),
            user_id=self.env.uid,
        )
        for identity, recorded in rows.grouped("identity_id").items():
            if identity.conversation_id:
                identity.conversation_id._messaging_note(recorded._get_note_text())
        return rows

    def _get_note_text(self):
        row = self[:1]
        names = dict(self._fields["purpose"]._description_selection(self.env))
        purposes = ", ".join(names[purpose] for purpose in self.mapped("purpose"))
        if row.state == "out":
            return self.env._(
                "%(user)s recorded that the customer opted out: %(purposes)s.",
                user=row.user_id.name,
                purposes=purposes,
            )
        return self.env._(
            "%(user)s recorded that the customer agreed: %(purposes)s.",
            user=row.user_id.name,
            purposes=purposes,
        )

    # -- shown ------------------------------------------------------------------------

    def _prepare_panel_values(self):
        self.ensure_one()
        label = self._get_label("purpose")
        return {
            "purpose": self.purpose,
            "state": self.state,
            "label": label,
            "title": self.env._(
                "%(purpose)s: %(state)s on %(date)s (%(origin)s)",
                purpose=label,
                state=self._get_label("state"),
                date=format_date(self.env, self.given_at),
                origin=self._get_label("source"),
            ),
        }

    def _get_label(self, name):
        return dict(self._fields[name]._description_selection(self.env))[self[name]]
