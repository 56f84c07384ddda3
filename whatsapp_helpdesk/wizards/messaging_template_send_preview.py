"""What the person sees before sending: the bubble, what is missing, who is left out."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..gateway import markup

#: Recipients that are judged while the wizard is open; all are when it is sent.
JUDGED = 300
ICONS = {
    "quick_reply": "fa-reply",
    "url": "fa-external-link",
    "phone": "fa-phone",
    "copy_code": "fa-copy",
    "flow": "fa-list-alt",
}
FILE_ICONS = {
    "image": "fa-picture-o",
    "video": "fa-film",
    "document": "fa-file-text-o",
    "location": "fa-map-marker",
}


class MessagingTemplateSend(models.TransientModel):
    _inherit = "messaging.template.send"

    preview = fields.Html(compute="_compute_preview", sanitize=False)
    problem = fields.Text("Before You Send", compute="_compute_preview")
    skipped = fields.Html("Left Out", compute="_compute_skipped", sanitize=False)
    sendable_count = fields.Integer(compute="_compute_skipped")

    @api.depends(
        "template_id",
        "line_ids.value",
        "header_filename",
        "header_file",
        "header_latitude",
        "header_longitude",
        "header_place",
    )
    def _compute_preview(self):
        for wizard in self:
            template = wizard.template_id
            if not template:
                wizard.preview = wizard.problem = False
                continue
            values = wizard._get_values()
            wizard.preview = wizard._get_bubble(template, values)
            problems = template._get_fill_problems(
                values, wizard.header_file, wizard._get_location()
            )
            wizard.problem = "\n".join(problems)

    def _get_bubble(self, template, values):
        seen = template._get_preview(values)
        header = Markup("")
        if seen.header_format in FILE_ICONS:
            header = Markup(
                '<div class="o-helpdesk-Bubble-file">'
                '<i class="fa %s" aria-hidden="true"></i> %s</div>'
            ) % (FILE_ICONS[seen.header_format], self._get_file_label())
        elif seen.header:
            header = Markup("<p dir='auto'><strong>%s</strong></p>") % seen.header
        body = Markup(markup.to_html(seen.body))  # noqa: S704 - to_html escapes
        footer = Markup("")
        if seen.footer:
            footer = Markup('<p class="small text-muted" dir="auto">%s</p>')
            footer %= seen.footer
        return Markup(
            '<div class="o-helpdesk-Bubble"><div class="o-helpdesk-Bubble-text" '
            'dir="auto">%s%s%s</div>%s</div>'
        ) % (header, body, footer, self._get_bubble_buttons(template))

    def _get_file_label(self):
        if self.header_format == "location":
            return self.header_place or self.env._("Place")
        return self.header_filename or dict(
            self._fields["header_format"]._description_selection(self.env)
        ).get(self.header_format, "")

    def _get_bubble_buttons(self, template):
        return Markup("").join(
            Markup(
                '<div class="o-helpdesk-Bubble-button" dir="auto">'
                '<i class="fa %s" aria-hidden="true"></i> %s</div>'
            )
            % (ICONS.get(button.kind, "fa-hand-pointer-o"), button.title)
            for button in template._get_sorted_buttons()
        )

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
        except UserError as refusal:
            return str(refusal)
        template = self.template_id._origin.sudo()
        refusal = self.env["messaging.gate"]._get_refusal(
            identity,
            "agent",
            template=template,
            purpose=template._get_purpose(),
            user=self.env.user,
            unasked=True,
            bulk=self.is_mass,
        )
        return refusal[1] if refusal else ""

    def _get_skipped_html(self, refusals):
        if not refusals:
            return False
        rows = Markup("").join(
            Markup("<li>%s</li>")
            % (f"{count} \u00d7 {sentence}" if self.is_mass else sentence)
            for sentence, count in sorted(refusals.items(), key=lambda row: -row[1])
        )
        return Markup("<ul class='mb-0'>%s</ul>") % rows
