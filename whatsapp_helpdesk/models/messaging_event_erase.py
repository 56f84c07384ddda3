"""A person in stored deliveries: out of each body, everybody else stays in it."""

import base64

from odoo import api, models
from odoo.tools import SQL

from ..gateway import forget

#: Events looked through in one transaction.
WINDOW = 2000


class MessagingEvent(models.Model):
    _inherit = "messaging.event"

    @api.model
    def _erase_person(self, identities, partner):
        """Go through all stored bodies of the person's connections, in order."""
        erase = self.env["messaging.erase"]._get_current()
        values = forget.spellings(erase._get_values())
        connections = identities.account_id.connection_id
        if not values or not connections:
            return 0
        last, ids = self._find_mentions(connections, values, erase.cursor)
        if last:
            erase.cursor = last
        events = self.browse(ids)
        events._forget(values)
        return len(events)

    @api.model
    def _find_mentions(self, connections, values, after):
        """Return the last id looked at and those whose body mentions an address."""
        self.flush_model(["body", "connection_id"])
        self.env.cr.execute(
            SQL(
                """
                SELECT max(id), COALESCE(array_agg(id) FILTER (WHERE %s), '{}')
                  FROM (SELECT id, decode(encode(body, 'escape'), 'base64') AS content
                          FROM messaging_event
                         WHERE connection_id IN %s AND id > %s
                         ORDER BY id LIMIT %s) AS event
                """,
                SQL(" OR ").join(
                    SQL("position(%s in content) > 0", value.encode())
                    for value in sorted(values)
                ),
                tuple(connections.ids),
                after,
                WINDOW,
            )
        )
        return self.env.cr.fetchone()

    def _forget(self, values):
        """Take a person out of these bodies and blank their updates.

        :param values: addresses as ``gateway.forget.spellings`` gives them.
        """
        for event_sudo in self.sudo():  # sudo: messaging.event - bodies are hidden
            stored = event_sudo.with_context(bin_size=False).body
            if not stored:
                continue
            body = base64.b64decode(stored)
            parse = event_sudo.connection_id._get_provider_class().parse
            keys = self._get_keys_of(body, parse, values)
            rest = forget.without(body, parse, values)
            event_sudo.write(
                {"body": base64.b64encode(rest) if rest else False, "error": False}
            )
            updates = event_sudo.update_ids.search(
                [
                    ("connection_id", "=", event_sudo.connection_id.id),
                    ("key", "in", list(keys)),
                ]
            )
            updates._forget()

    @api.model
    def _get_keys_of(self, body, parse, values):
        try:
            return {u.key for u in parse(body) if forget.is_of(u, values)}
        except Exception:  # noqa: BLE001 - a body that cannot be read has no updates
            return set()
