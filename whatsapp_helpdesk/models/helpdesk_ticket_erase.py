"""Cases of an erased person: the case stays as a figure, its contents go."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, html2plaintext

#: Cases blanked in one transaction.
BATCH_OF_CASES = 50
#: Tracked changes that are figures: how long a case was in which stage, and with whom.
KEPT_TRACKING = ("stage_id", "team_id", "user_id", "priority")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    erase_id = fields.Many2one(
        "messaging.erase",
        "Erased By",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
    )

    @api.model
    def _erase_person(self, identities, partner):
        erase = self.env["messaging.erase"]._get_current()
        cases = erase._get_tickets().filtered(lambda case: case.id > erase.cursor)
        cases = cases[:BATCH_OF_CASES]
        if not cases:
            return 0
        erase.cursor = cases[-1].id
        count = cases._erase_chatter()
        cases._erase_relatives(partner)
        for case in cases:
            case._erase_contents()
        return count + len(cases)

    def _erase_chatter(self):
        """Delete what was said; of changes only those that are figures stay."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM mail_tracking_value USING mail_message message
                 WHERE message.id = mail_message_id AND message.model = %s
                   AND message.res_id IN %s
                   AND (field_id IS NULL OR field_id NOT IN (
                        SELECT id FROM ir_model_fields
                         WHERE model = %s AND name IN %s))
                """,
                self._name,
                tuple(self.ids),
                self._name,
                KEPT_TRACKING,
            )
        )
        self.env.invalidate_all()
        messages = self.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "in", self.ids)]
        )
        kept = messages.filtered("tracking_value_ids")
        kept._erase_envelope()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE mail_message SET author_id = NULL "
                "WHERE id IN %s AND author_id IN "
                "(SELECT partner_id FROM helpdesk_ticket WHERE id IN %s)",
                tuple(kept.ids) or (0,),
                tuple(self.ids),
            )
        )
        self.env.invalidate_all()
        return (messages - kept)._erase_rows()

    def _erase_relatives(self, partner):
        """What refers to a case by name and number only."""
        files = self.env["ir.attachment"]
        while files._erase_files_of(self._name, self.ids):
            pass
        scope = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        self.env["mail.activity"].with_context(active_test=False).search(scope).unlink()
        self.env["mail.scheduled.message"].search(
            [("model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
        self.env["mail.followers"].search(
            [*scope, ("partner_id", "in", (partner | self.partner_id).ids)]
        ).unlink()

    def _erase_contents(self):
        self.ensure_one()
        self._without_emails().write(self._prepare_erased_values())

    def _prepare_erased_values(self):
        """Hook: what a case says about its customer."""
        values = {
            "name": self.env._("Erased"),
            "description": Markup("<p>%s</p>") % self.env._("Erased"),
            "partner_id": False,
            "partner_name": False,
            "partner_email": False,
            "email_cc": False,
            "customer_language": False,
            "properties": False,
        }
        stage = self.team_id._get_applicable_stages().filtered("closed")[:1]
        if not self.closed and stage:
            values["stage_id"] = stage.id
        return values

    @api.model
    def _export_person(self, identities, partner):
        person = self.env["messaging.person"]
        companies = self.env["messaging.export"]._get_companies()
        conversations = person._find_conversations(partner, companies)
        tickets = person._find_tickets(partner, identities, conversations, companies)
        return [case._prepare_export_values() for case in tickets]

    def _prepare_export_values(self):
        """Hook: what an export says about a case."""
        return {
            "number": self.number,
            "title": self.name,
            "description": html2plaintext(self.description or ""),
            "stage": self.stage_id.name or "",
            "opened": _iso(self.create_date),
            "closed": _iso(self.closed_date),
        }


def _iso(moment):
    return moment.isoformat() + "Z" if moment else ""
