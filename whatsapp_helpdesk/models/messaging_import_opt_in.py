"""Imported opt-ins: with their proof, once, and never over a newer opt-out."""

from odoo import fields, models

from .messaging_import_run import Refused


class MessagingConsent(models.Model):
    _inherit = "messaging.consent"

    import_id = fields.Many2one(
        "messaging.import", index="btree_not_null", ondelete="set null", readonly=True
    )
    origin = fields.Char(
        "Where It Was Given", readonly=True, help="Said by whoever imported it."
    )

    _import_unique = models.UniqueIndex(
        "(identity_id, purpose, state, given_at) WHERE source = 'import'",
        "This consent was imported before.",
    )


class MessagingImport(models.Model):
    _inherit = "messaging.import"

    def _import_opt_in(self, line):
        identity = self._get_identity(line.number, line.name)
        rows = self.env["messaging.consent"].search(
            [("identity_id", "=", identity.id), ("purpose", "in", line.purposes)]
        )
        known = rows.filtered(
            lambda row: (row.source, row.state, row.given_at)
            == ("import", line.state, line.given_at)
        ).mapped("purpose")
        newer = rows.filtered(
            lambda row: row.state == "out" and row.given_at >= line.given_at
        ).mapped("purpose")
        left_out = {*known, *(newer if line.state == "in" else ())}
        purposes = [name for name in line.purposes if name not in left_out]
        if purposes:
            self._record_opt_in(identity, purposes, line)
            self.done_count += 1
        elif set(line.purposes) <= set(known):
            self.known_count += 1
        else:
            raise Refused("opted_out_later")

    def _record_opt_in(self, identity, purposes, line):
        self.env["messaging.consent"]._record(
            identity,
            purposes,
            line.state,
            "import",
            wording=line.wording,
            given_at=line.given_at,
            user_id=self.create_uid.id,
            origin=line.source,
            import_id=self.id,
        )
