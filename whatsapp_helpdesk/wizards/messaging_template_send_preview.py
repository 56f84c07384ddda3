"""What the person sees before sending: the bubble, what is missing, who is left out."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

#: Recipients that are judged while the wizard is open; all are when it is sent.
JUDGED = 300


class MessagingTemplateSend(models.TransientModel):
    _inherit = "messaging.template.send"

    preview = fields.Html(compute="_compute_preview", sanitize=False)
    problem = fields.Text("Before You Send", compute="_compute_preview")
    skipped = fields.Html("Left Out", compute="_compute_skipped", sanitize=False)
    sendable_count = fields.Integer(compute="_compute_skipped")

    @api.depends(
        "template_id",
        "line_ids.value",
        "header_file",
        "header_latitude",
        "header_longitude",
    )
    def _compute_preview(self):
        for wizard in self:
            template = wizard.template_id
            if not template:
                wizard.preview = wizard.problem = False
                continue
            values = wizard._get_values()
            wizard.preview = template._get_preview(values)
            problems = template._get_fill_problems(
                values, wizard.header_file, wizard._get_location()
            )
            wizard.problem = "\n".join(problems)

    # -- who is left out --------------------------------------------------------------

    @api.depends("account_id", "template_id", "res_ids")
    def _compute_skipped(self):
        for wizard in self:
            refusals = wizard._get_refusals()
            left_out = sum(refusals.values())
            wizard.sendable_count = max(0, wizard.recipient_count - left_out)
            wizard.skipped = wizard._get_skipped_html(refusals)

    def _get_refusals(self):
        """Return how many recipients are left out for each sentence."""
        if not (self.template_id and self.account_id):
            return {}
        refusals = {}
        if self.conversation_id:
            recipients = []
        else:
            recipients = self._get_recipients()[:JUDGED]
            nobody = len(self.res_ids or []) - self.recipient_count
            if nobody and self.is_mass:
                sentence = self.env._("The same customer again, or no customer.")
                refusals[sentence] = nobody
        for _record, partner in recipients:
            sentence = self._get_refusal_of(partner)
            if sentence:
                refusals[sentence] = refusals.get(sentence, 0) + 1
        return refusals

    def _get_refusal_of(self, partner):
        """Return the sentence why this contact cannot get the template now, or ""."""
        # sudo: messaging.identity - as when it is sent
        Identity = self.env["messaging.identity"].sudo()
        try:
            identity = Identity._imagine_for_partner(
                self.account_id._origin.sudo(), partner._origin.sudo()
            )
            self.env["discuss.channel"]._helpdesk_check_start(
                self.template_id._origin, identity, self.is_mass
            )
        except UserError as refusal:
            return str(refusal)
        return ""

    def _get_skipped_html(self, refusals):
        if not refusals:
            return False
        rows = Markup("").join(
            Markup("<li>%s</li>")
            % (f"{count} \u00d7 {sentence}" if self.is_mass else sentence)
            for sentence, count in sorted(refusals.items(), key=lambda row: -row[1])
        )
        return Markup("<ul class='mb-0'>%s</ul>") % rows
