from odoo import api, models

from .messaging_erase import BATCH


class RatingRating(models.Model):
    _inherit = "rating.rating"

    @api.model
    def _get_person_domain(self, conversations, tickets):
        return [
            "|",
            "&",
            ("res_model", "=", "helpdesk.ticket"),
            ("res_id", "in", tickets.ids),
            "&",
            ("res_model", "=", "discuss.channel"),
            ("res_id", "in", conversations.ids),
        ]

    @api.model
    def _erase_person(self, identities, partner):
        """Keep the value, which is a figure; who gave it and what they wrote go."""
        erase = self.env["messaging.erase"]._get_current()
        domain = self._get_person_domain(
            erase._get_conversations(), erase._get_tickets()
        )
        ratings = self.search(
            [*domain, ("id", ">", erase.cursor)], order="id", limit=BATCH
        )
        if ratings:
            erase.cursor = ratings[-1].id
            # Whose rating it was says the message it came with, too.
            ratings.write(
                {
                    "feedback": False,
                    "publisher_comment": False,
                    "partner_id": False,
                    "message_id": False,
                    "res_name": self.env._("Erased"),
                }
            )
        return len(ratings)

    @api.model
    def _export_person(self, identities, partner):
        person = self.env["messaging.person"]
        companies = self.env["messaging.export"]._get_companies()
        conversations = person._find_conversations(partner, companies)
        tickets = person._find_tickets(partner, identities, conversations, companies)
        ratings = self.search(
            [*self._get_person_domain(conversations, tickets), ("consumed", "=", True)]
        )
        return [
            {
                "time": rating.write_date.isoformat() + "Z",
                "rating": rating.rating,
                "comment": rating.feedback or "",
            }
            for rating in ratings
        ]
