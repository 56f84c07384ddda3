"""How a received message looks: safe HTML made from plain values only."""

from markupsafe import Markup

from odoo import api, models

from ..gateway import phones
from ..gateway.markup import to_html

#: Map that a location's link opens; both numbers are inserted as numbers.
MAP_URL = (
    "https://www.openstreetmap.org/?mlat={0:.6f}&mlon={1:.6f}#map=17/{0:.6f}/{1:.6f}"
)
#: Lines of a form or an order that are shown.
MAX_LINES = 50


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _build_body(self, ctx, quoted=None):
        """Return the HTML of a message; every part of it is escaped."""
        content = [piece for piece in self._get_content_pieces(ctx.parsed) if piece]
        pieces = [
            self._render_forwarded(ctx.parsed),
            self._render_unknown_quote(ctx.parsed, quoted),
            *(content or [self._render_empty(ctx.parsed)]),
            self._render_referral(ctx.parsed),
        ]
        return Markup("").join(piece for piece in pieces if piece)

    @api.model
    def _get_content_pieces(self, parsed):
        """Hook: what the customer sent, in order; nothing when there is none."""
        pressed = parsed.button is not None
        return [
            self._render_button(parsed) if pressed else self._render_text(parsed),
            self._render_location(parsed),
            *(self._render_contact(card) for card in parsed.contacts),
            self._render_order(parsed),
            self._render_form(parsed),
            *(self._render_media(ref) for ref in parsed.media),
            self._render_unsupported(parsed),
            self._render_call(parsed),
            self._render_call_permission(parsed),
        ]

    @api.model
    def _render_empty(self, parsed):
        """A message is never shown as nothing at all."""
        return self._render_small(
            "fa-info-circle",
            self.env._("Message without content (%(kind)s)", kind=parsed.type),
        )

    @api.model
    def _render_call_permission(self, parsed):
        if parsed.type != "call_permission":
            return ""
        if parsed.details.get("response") == "accept":
            return self._render_small("fa-phone", self.env._("Calls are allowed"))
        return self._render_small("fa-phone", self.env._("Calls are not allowed"))

    @api.model
    def _render_text(self, parsed):
        if parsed.form is not None and parsed.type == "flow":
            return ""  # the provider's own word for "sent"
        return Markup(to_html(parsed.text)) if parsed.text else ""

    @api.model
    def _render_small(self, icon, text):
        return Markup(
            '<p class="o-helpdesk-hint text-muted small mb-0">'
            '<i class="fa %s"></i> %s</p>'
        ) % (icon, text)

    @api.model
    def _render_forwarded(self, parsed):
        if not parsed.forwarded:
            return ""
        return self._render_small("fa-share", self.env._("Forwarded"))

    @api.model
    def _render_unknown_quote(self, parsed, quoted):
        if not parsed.reply_to or quoted:
            return ""
        return self._render_small(
            "fa-reply", self.env._("In reply to a message that is not here")
        )

    @api.model
    def _render_button(self, parsed):
        title = parsed.button.title or parsed.text or parsed.button.payload
        body = (
            Markup(
                '<p class="o-helpdesk-pressed"><i class="fa fa-hand-o-up"></i> '
                "<strong>%s</strong></p>"
            )
            % title
        )
        if parsed.button.description:
            body += Markup("<p>%s</p>") % parsed.button.description
        return body

    @api.model
    def _render_location(self, parsed):
        place = parsed.location
        if not place:
            return ""
        url = MAP_URL.format(place.latitude, place.longitude)
        lines = [line for line in (place.name, place.address) if line]
        numbers = f"{place.latitude:.6f}, {place.longitude:.6f}"
        text = Markup("<br/>").join([*lines, numbers])
        return Markup(
            '<p class="o-helpdesk-location"><i class="fa fa-map-marker"></i> %s<br/>'
            '<a href="%s" target="_blank" rel="noopener noreferrer">%s</a></p>'
        ) % (text, url, self.env._("Open map"))

    @api.model
    def _render_contact(self, card):
        lines = [Markup("<strong>%s</strong>") % (card.name or self.env._("Contact"))]
        if card.organisation:
            lines.append(card.organisation)
        lines += [Markup("<bdi>%s</bdi>") % self._shown_phone(p) for p in card.phones]
        lines += card.emails
        if card.own:
            lines.append(self.env._("The sender's own number, as the platform says"))
        return Markup(
            '<p class="o-helpdesk-card"><i class="fa fa-address-card-o"></i> '
        ) + (Markup("<br/>").join(lines) + Markup("</p>"))

    @api.model
    def _shown_phone(self, number):
        spelled = phones.normalise(number)
        return phones.display(spelled, isolate=False) if spelled else number

    @api.model
    def _render_order(self, parsed):
        if not parsed.order:
            return ""
        lines = [
            self.env._(
                "%(quantity)s × %(product)s: %(price)s %(currency)s",
                quantity=f"{line.quantity:g}",
                product=line.product,
                price=f"{line.price:g}",
                currency=line.currency,
            )
            for line in parsed.order[:MAX_LINES]
        ]
        return self._render_list("fa-shopping-cart", self.env._("Order"), lines)

    @api.model
    def _render_form(self, parsed):
        if parsed.form is None:
            return ""
        lines = [
            Markup("%s: %s") % (key, _plain_value(value))
            for key, value in list(parsed.form.items())[:MAX_LINES]
            if key != "flow_token"
        ]
        return self._render_list("fa-list-alt", self.env._("Form answers"), lines)

    @api.model
    def _render_list(self, icon, title, lines):
        items = Markup("").join(Markup("<li>%s</li>") % line for line in lines)
        return Markup('<p><i class="fa %s"></i> %s</p><ul>%s</ul>') % (
            icon,
            title,
            items,
        )

    @api.model
    def _render_media(self, ref):
        """Placeholder until the file is fetched; see ``messaging.media``."""
        return self._render_media_state("fa-download", self._get_media_label(ref.kind))

    @api.model
    def _render_media_state(self, icon, text):
        return Markup(
            '<p class="o-helpdesk-media text-muted"><i class="fa %s"></i> %s</p>'
        ) % (icon, text)

    @api.model
    def _get_media_label(self, kind):
        labels = {
            "image": self.env._("Photo is being fetched …"),
            "video": self.env._("Video is being fetched …"),
            "audio": self.env._("Voice message is being fetched …"),
            "sticker": self.env._("Sticker is being fetched …"),
        }
        return labels.get(kind) or self.env._("File is being fetched …")

    @api.model
    def _render_unsupported(self, parsed):
        if parsed.kind.value != "unsupported":
            return ""
        kind = parsed.details.get("content") or parsed.type
        text = self.env._(
            "This kind of message is not supported (%(kind)s). Ask the customer to "
            "send it in another way.",
            kind=kind if kind not in ("", "unsupported") else self.env._("unknown"),
        )
        return self._render_small("fa-question-circle", text)

    @api.model
    def _render_call(self, parsed):
        if parsed.kind.value != "call":
            return ""
        return Markup('<p><i class="fa fa-phone"></i> %s</p>') % self.env._(
            "Missed call"
        )

    @api.model
    def _render_referral(self, parsed):
        """The ad or post the customer came from; its address is not made a link."""
        referral = parsed.referral
        if not referral:
            return ""
        title = referral.headline or referral.body or referral.source_id
        return self._render_small(
            "fa-bullhorn", self.env._("Came from an ad: %(title)s", title=title)
        )


def _plain_value(value):
    if isinstance(value, dict):
        return ", ".join(
            f"{key}: {_plain_value(inner)}" for key, inner in value.items()
        )
    if isinstance(value, (list, tuple)):
        return ", ".join(str(_plain_value(inner)) for inner in value)
    return str(value)
