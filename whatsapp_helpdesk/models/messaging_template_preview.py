"""The bubble a customer gets, drawn from examples."""

from markupsafe import Markup

from odoo import api, fields, models

from ..gateway.markup import to_html

#: Languages written from right to left, as providers spell them.
RIGHT_TO_LEFT = {"ar", "he", "fa", "ur", "ps", "prs"}
ICONS = {
    "image": "fa-picture-o",
    "video": "fa-play-circle-o",
    "document": "fa-file-text-o",
    "location": "fa-map-marker",
}
BUTTON_ICONS = {
    "quick_reply": "fa-reply",
    "url": "fa-external-link",
    "phone": "fa-phone",
    "copy_code": "fa-clone",
    "flow": "fa-list-alt",
    "other": "fa-circle-o",
}


class MessagingTemplate(models.Model):
    _inherit = "messaging.template"

    preview = fields.Html(
        compute="_compute_preview",
        sanitize=False,  # made here of escaped texts
        help="What the customer sees, filled with the examples.",
    )

    @api.depends(
        "language",
        "header_format",
        "header_text",
        "body",
        "footer",
        "button_ids.kind",
        "button_ids.title",
        "button_ids.sequence",
        "variable_ids.example",
    )
    def _compute_preview(self):
        for template in self:
            template.preview = template._get_preview()

    def _get_preview(self, values=None):
        """Return safe HTML of the bubble.

        :param values: by ``Variable.key``; by default the examples.
        """
        self.ensure_one()
        definition = self._get_definition()
        if values is None:
            values = definition.get_example_values()
        text = definition.render_body(values)
        parts = [
            self._get_header_preview(definition, values),
            # to_html escapes everything but the marks of messengers.
            Markup('<div class="o_template_body">{}</div>').format(
                Markup(to_html(text))
            ),
            Markup('<div class="small text-muted mt-1">{}</div>').format(
                definition.footer
            )
            if definition.footer
            else "",
        ]
        buttons = map(self._get_button_preview, definition.buttons)
        return Markup(
            '<div class="o_messaging_template_preview rounded-3 p-3" dir="{}">'
            '<div class="o_template_bubble rounded-3 shadow-sm">'
            '<div class="p-2">{}</div>{}</div></div>'
        ).format(self._get_direction(), Markup().join(parts), Markup().join(buttons))

    def _get_direction(self):
        code = (self.language or "").partition("_")[0]
        return "rtl" if code in RIGHT_TO_LEFT else "ltr"

    @api.model
    def _get_header_preview(self, definition, values):
        header = definition.header
        if not header:
            return ""
        if header.format == "text":
            return Markup('<div class="fw-bolder mb-1">{}</div>').format(
                definition.render_header(values)
            )
        return Markup(
            '<div class="o_template_file rounded-2 mb-2 text-center">'
            '<i class="fa fa-3x {}" role="presentation"></i></div>'
        ).format(ICONS[header.format])

    @api.model
    def _get_button_preview(self, button):
        return Markup(
            '<div class="border-top py-2 text-center text-primary fw-bolder">'
            '<i class="fa {}" role="presentation"></i> {}</div>'
        ).format(BUTTON_ICONS.get(button.kind, ""), button.title)
