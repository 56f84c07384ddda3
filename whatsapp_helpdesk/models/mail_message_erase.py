"""What was said with a person, and where system notes mention them elsewhere."""

import re

from odoo import api, models
from odoo.tools import SQL, escape_psql

from .messaging_erase import BATCH

#: What stands where an address or a name stood.
MASK = "***"
#: Shorter names are ordinary words of other notes.
MIN_NAME = 4
#: Where the system writes notes that may name a customer.
NOTED_MODELS = (
    "messaging.account",
    "discuss.channel",
    "helpdesk.ticket",
    "res.partner",
)


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model
    def _erase_person(self, identities, partner):
        """Delete the messages of the person's conversations, files first.

        What belongs to them goes by the database: parts, notifications, reactions,
        stars, translations, tracking, previews, emails.
        """
        erase = self.env["messaging.erase"]._get_current()
        places = tuple(erase._get_conversations().ids) or (0,)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM mail_message
                 WHERE model = 'discuss.channel' AND res_id IN %s
                    OR messaging_identity_id IN %s
                 ORDER BY id LIMIT %s
                """,
                places,
                tuple(identities.ids) or (0,),
                BATCH,
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        return self.browse(ids)._erase_rows()

    def _erase_rows(self):
        """Delete messages past the rules of conversations, with their own files."""
        if not self:
            return 0
        self.env["bus.bus"]._erase_mentions_of_messages(self)
        self._erase_files()
        self.env.flush_all()
        # Ratings would go with their message; their value stays as a figure.
        self.env.cr.execute(
            SQL(
                "UPDATE rating_rating SET message_id = NULL WHERE message_id IN %s",
                tuple(self.ids),
            )
        )
        self.env.cr.execute(
            SQL("DELETE FROM mail_message WHERE id IN %s", tuple(self.ids))
        )
        self.env.invalidate_all()
        return len(self)

    def _erase_files(self):
        """Files of a message: not those that belong to something else, as templates."""
        own = ("mail.message", "mail.compose.message", "discuss.channel", False)
        files = self.attachment_ids.filtered(lambda file: file.res_model in own)
        self.env["ir.attachment"]._erase_unshared(files, self)

    def _erase_envelope(self):
        """Blank what messages say besides their tracked changes: texts, who got them
        by which address, and why that failed."""
        of_messages = [("mail_message_id", "in", self.ids)]
        self.env["mail.mail"].search(of_messages).unlink()
        self.env["mail.notification"].search(of_messages).unlink()
        self.write(
            {
                "body": "",
                "subject": False,
                "email_from": False,
                "reply_to": False,
                "incoming_email_to": False,
                "incoming_email_cc": False,
                "outgoing_email_to": False,
                "partner_ids": [(5, 0, 0)],
            }
        )

    # -- elsewhere --------------------------------------------------------------------

    @api.model
    def _erase_mentions(self, identities, partner):
        """Mask addresses in notes, and names in notes that Odoo itself wrote."""
        erase = self.env["messaging.erase"]._get_current()
        values = erase._get_written_values()
        names = self._get_masked_names({partner.name, *identities.mapped("name")})
        notes = self._find_notes(values, names, erase.cursor, partner)
        if notes:
            erase.cursor = notes[-1].id
        count = 0
        for message in notes:
            body = self._mask(message.body, values, names)
            if body != message.body:
                message.write({"body": body})
                count += 1
        return count

    @api.model
    def _get_masked_names(self, names):
        """Leave out what would take other words or names along, a colleague's too."""
        colleagues = self.env["res.users"].with_context(active_test=False)
        kept = {
            name
            for name in names
            if name
            and len(name) >= MIN_NAME
            and not colleagues.search_count(
                [("name", "=ilike", f"%{escape_psql(name)}%"), ("share", "=", False)],
                limit=1,
            )
        }
        return sorted(kept)

    @api.model
    def _find_notes(self, values, names, after, partner):
        """Return notes elsewhere; what other customers wrote themselves is theirs, and
        what stands on the contact itself goes or stays with it."""
        if not values and not names:
            return self
        self.flush_model()
        root = self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root")
        texts = [f"%{escape_psql(value)}%" for value in values] or [""]
        by_odoo = [f"%{escape_psql(name)}%" for name in names] or [""]
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM mail_message
                 WHERE model IN %s AND id > %s
                   AND message_type NOT IN ('helpdesk_message', 'email')
                   AND NOT (model = 'res.partner' AND res_id = %s)
                   AND (body LIKE ANY(%s) OR author_id = %s AND body LIKE ANY(%s))
                 ORDER BY id LIMIT %s
                """,
                NOTED_MODELS,
                after,
                partner.id or 0,
                texts,
                root,
                by_odoo,
                BATCH,
            )
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    @api.model
    def _mask(self, body, values, names):
        text = str(body)
        for value in values:
            # Another number may begin like this one.
            text = re.sub(rf"(?<!\d){re.escape(value)}(?!\d)", MASK, text)
        for name in names:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", MASK, text)
        return type(body)(text)
