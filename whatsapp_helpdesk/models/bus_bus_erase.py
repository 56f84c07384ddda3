"""What was on its way to screens and devices: it is stored for a day."""

import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, escape_psql

from .mail_message_erase import MIN_NAME

#: Notices are deleted by Odoo after this time anyway.
KEPT = timedelta(hours=25)


class BusBus(models.Model):
    _inherit = "bus.bus"

    @api.model
    def _erase_person(self, identities, partner):
        """Delete notices of the person's conversations and those that name them.

        A client that has not fetched one yet misses a change of its screen.
        """
        erase = self.env["messaging.erase"]._get_current()
        names = {
            partner.name,
            *identities.mapped("name"),
            *identities.mapped("username"),
        }
        patterns = [f"%{_escaped(value)}%" for value in erase._get_written_values()]
        patterns += [_get_name_pattern(name) for name in sorted(filter(None, names))]
        places = erase._get_conversations().ids
        self.env.flush_all()
        count = self._erase_notices(places, patterns)
        return count + self._erase_pushes(places, patterns)

    @api.model
    def _erase_notices(self, places, patterns):
        self.env.cr.execute(
            SQL(
                "DELETE FROM bus_bus WHERE message LIKE ANY(%s) OR channel ~ %s "
                "OR message LIKE %s AND message ~ %s",
                patterns,
                f'"discuss.channel", ?({_any(places)})[],]',
                '%"discuss.channel"%',
                f'"id": ?({_any(places)})[,}}]',
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _erase_pushes(self, places, patterns):
        self.env.cr.execute(
            SQL(
                "DELETE FROM mail_push WHERE payload LIKE ANY(%s) OR payload ~ %s",
                patterns,
                f'"res_id": ?({_any(places)})[,}}]',
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _erase_mentions_of_messages(self, messages):
        """Delete notices with the content of messages, wherever they were sent."""
        recent = messages.filtered(
            lambda message: message.create_date > fields.Datetime.now() - KEPT
        )
        if recent:
            self.env.flush_all()
            pattern = f'"id": ?({_any(recent.ids)})[,}}]'
            self.env.cr.execute(SQL("DELETE FROM bus_bus WHERE message ~ %s", pattern))


def _any(ids):
    """Part of a regular expression; no ids match nothing."""
    return "|".join(str(number) for number in ids) or "none"


def _get_name_pattern(name):
    """A short name is part of other words: only a value that is it counts."""
    quote = "" if len(name) >= MIN_NAME else '"'
    return f"%{quote}{_escaped(name)}{quote}%"


def _escaped(text):
    """As it stands in JSON: other alphabets are escaped there."""
    return escape_psql(json.dumps(text)[1:-1])
