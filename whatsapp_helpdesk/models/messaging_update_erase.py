"""Updates of an erased person: that something came is kept, what it was is not."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..gateway import forget

#: Updates looked through in one transaction.
WINDOW = 5000


class MessagingUpdate(models.Model):
    _inherit = "messaging.update"

    is_erased = fields.Boolean(
        "Erased", help="It was about a person who was erased; nothing of it is kept."
    )

    @api.model
    def _erase_person(self, identities, partner):
        """Blank updates whose body went before: ids of messages may hold a number."""
        erase = self.env["messaging.erase"]._get_current()
        values = forget.spellings(erase._get_values())
        connections = identities.account_id.connection_id
        if not connections:
            return 0
        rows = self._read_window(connections, erase)
        if not rows:
            return 0
        erase.cursor = rows[-1][0]
        updates = self.browse(
            row_id
            for row_id, text, is_of_message in rows
            if is_of_message or forget.hides(text, values)
        )
        updates._forget()
        return len(updates)

    @api.model
    def _read_window(self, connections, erase):
        """Return (id, what it says, whether it is about a message of the person)."""
        self.env.flush_all()
        places = tuple(erase._get_conversations().ids) or (0,)
        people = tuple(erase._get_identities().ids) or (0,)
        self.env.cr.execute(
            SQL(
                """
                SELECT item.id,
                       concat_ws(' ', item.key, item.external_ref, item.error),
                       COALESCE(message.model = 'discuss.channel'
                                AND message.res_id IN %s
                                OR message.messaging_identity_id IN %s, FALSE)
                  FROM messaging_update item
             LEFT JOIN mail_message message ON message.id = item.mail_message_id
                 WHERE item.connection_id IN %s AND item.id > %s
                   AND item.is_erased IS NOT TRUE
                 ORDER BY item.id LIMIT %s
                """,
                places,
                people,
                tuple(connections.ids),
                erase.cursor,
                WINDOW,
            )
        )
        return self.env.cr.fetchall()

    def _forget(self):
        """Blank these updates; what nobody handled yet never will be."""
        for update in self:
            update.write(
                {
                    "is_erased": True,
                    "key": f"erased:{update.id}",
                    "state": "done" if update.state == "done" else "ignored",
                    "external_ref": False,
                    "reason": self.env._("The person was erased."),
                    "error": False,
                    "next_try_at": False,
                    "mail_message_id": False,
                    "partition": 0,
                }
            )

    def action_replay(self):
        """There is nothing to replay in what was erased."""
        return super(
            MessagingUpdate, self.filtered(lambda u: not u.is_erased)
        ).action_replay()

    def _process_batch(self, *args, **kwargs):
        """Take what was just recognised as erased out of its body as well."""
        result = super()._process_batch(*args, **kwargs)
        for update in self.filtered("is_erased"):
            if not update.key.startswith("erased:"):
                update._forget_arrival()
        return result

    def _forget_arrival(self):
        self.ensure_one()
        try:
            parsed = self.event_id._parse().get(self.key)
        except Exception:  # noqa: BLE001 - nothing to take out of it any more
            parsed = None
        values = forget.spellings([a.value for a in parsed.addresses] if parsed else [])
        if values:
            self.event_id._forget(values)
        if not self.key.startswith("erased:"):
            self._forget()
