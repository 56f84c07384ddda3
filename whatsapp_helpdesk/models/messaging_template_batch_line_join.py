"""Nobody gets a mass message twice because they were two contacts a moment ago."""

from odoo import api, models


class MessagingTemplateBatchLine(models.Model):
    _inherit = "messaging.template.batch.line"

    @api.model
    def _follow_contact(self, source, partner):
        """Give waiting lines to the contact that stays, unless it is there already.

        :return: ids of the lines that were given, for the undo.
        """
        waiting = self.search(
            [("partner_id", "=", source.id), ("state", "=", "waiting")]
        )
        theirs = self.search(
            [
                ("partner_id", "=", partner.id),
                ("batch_id", "in", waiting.batch_id.ids),
            ]
        )
        doubles = waiting.filtered(lambda line: line.batch_id in theirs.batch_id)
        doubles.write(
            {
                "state": "skipped",
                "reason": self.env._("The same customer is in it as another contact."),
            }
        )
        given = waiting - doubles
        given.write({"partner_id": partner.id})
        return given.ids

    @api.model
    def _return_to_contact(self, line_ids, partner):
        """Undo of the above for what still waits; who got it got it."""
        lines = self.browse(line_ids).exists()
        lines.filtered(lambda line: line.state == "waiting").write(
            {"partner_id": partner.id}
        )
