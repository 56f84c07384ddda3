"""A question of ours that is open, and a typed answer to it."""

from odoo import fields, models

from ..gateway.words import spell, yes_or_no


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    choice_part_id = fields.Many2one(
        "messaging.message",
        "Open Question",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="What we asked last, when it can be answered with words of ours.",
    )

    def _find_typed_choice(self, text):
        """Return the payload of the answer that a whole message is, or ""."""
        self.ensure_one()
        # sudo: messaging.message - what we asked this customer
        choices = self.choice_part_id.sudo().choices or []
        return _match(choices, text)


def _match(choices, text):
    """By its title, its number, or a word of any language."""
    typed = spell(text)
    meaning = yes_or_no(text)
    for number, choice in enumerate(choices, 1):
        if typed and typed in (spell(choice["title"]), str(number)):
            return choice["payload"]
    for choice in choices:
        if meaning and meaning == choice.get("words"):
            return choice["payload"]
    return ""
