"""Two open cases about the same matter become one, and two again when it is undone."""

from odoo import fields, models
from odoo.tools import SQL


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _helpdesk_join_cases(self, move):
        """Make one of the open cases of both sides.

        The one that messages would be added to goes on: the current case of the
        conversation while it is open, else the latest open one.
        """
        cases = self._helpdesk_get_open_cases()
        came = cases & move.cases
        others = cases - came
        if not came or not others:
            return
        current = self.helpdesk_ticket_id
        survivor = current if current in others else others[0]
        move.details["joined"] = [case._join_into(survivor) for case in came]


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _join_into(self, survivor):
        """Close this case; its messages, parts, facts and costs are the other's.

        :return: what the journal needs to take it back.
        """
        self.ensure_one()
        message_ids = self._find_message_ids()
        fact_ids = self._find_bare_fact_ids()
        entry = {
            "case": self.id,
            "into": survivor.id,
            "stage": self.stage_id.id,
            "closed": self._get_stage_when_joined().id,
            "notes": self._find_message_ids(SQL("m.messaging_identity_id IS NULL")),
            "facts": fact_ids,
            "before": self._get_values_when_joined(),
        }
        self._repoint(survivor, message_ids, fact_ids)
        self._without_emails()._write_quietly(
            {"stage_id": entry["closed"], "duplicate_id": survivor.id}
        )
        self.message_post(
            body=self.env._("Goes on in case %(number)s.", number=survivor.number),
            subtype_xmlid="mail.mt_note",
            message_type="notification",
        )
        if message_ids or fact_ids:
            survivor._recompute_message_times()
        return entry

    def _get_values_when_joined(self):
        """Return what closing changes, as JSON can keep it."""
        return {
            "waiting_on": self.waiting_on,
            "waiting_since": fields.Datetime.to_string(self.waiting_since),
            "first_closed_at": fields.Datetime.to_string(self.first_closed_at),
            "reopen_count": self.reopen_count,
        }

    def _get_stage_when_joined(self):
        stages = self.team_id._get_applicable_stages().filtered("closed")
        return stages[:1] or self.env["helpdesk.ticket.stage"].search(
            [("closed", "=", True)], limit=1
        )

    def _find_message_ids(self, condition=None):
        """Return messages of the conversation that are of this case.

        :param SQL condition: on ``mail_message m``.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT m.id FROM mail_message m WHERE m.id IN ("
                "SELECT id FROM mail_message WHERE helpdesk_ticket_id = %(case)s UNION "
                "SELECT mail_message_id FROM helpdesk_message_fact "
                "WHERE ticket_id = %(case)s) "
                "AND m.model = 'discuss.channel' AND (%(condition)s) ORDER BY m.id",
                case=self.id,
                condition=condition or SQL("TRUE"),
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _find_bare_fact_ids(self):
        """Return facts of this case whose message is gone."""
        self.env.cr.execute(
            SQL(
                "SELECT id FROM helpdesk_message_fact "
                "WHERE mail_message_id IS NULL AND ticket_id = %s ORDER BY id",
                self.id,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    def _repoint(self, case, message_ids, fact_ids):
        """Give messages of this case, and what hangs on them, to another case."""
        parts = SQL(
            "(SELECT id FROM messaging_message WHERE mail_message_id = ANY(%s))",
            message_ids,
        )
        for table, field, condition in (
            ("messaging_charge", "ticket_id", SQL("message_id IN %s", parts)),
            ("messaging_message", "ticket_id", SQL("id IN %s", parts)),
            (
                "helpdesk_message_fact",
                "ticket_id",
                SQL("mail_message_id = ANY(%s) OR id = ANY(%s)", message_ids, fact_ids),
            ),
            ("mail_message", "helpdesk_ticket_id", SQL("id = ANY(%s)", message_ids)),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(field)s = %(new)s "
                    "WHERE %(field)s = %(old)s AND (%(condition)s)",
                    table=SQL.identifier(table),
                    field=SQL.identifier(field),
                    new=case.id,
                    old=self.id,
                    condition=condition,
                )
            )
        self.env.invalidate_all()

    def _get_joined_into(self, conversation):
        """Return the case that goes on here for this one, which was made one again."""
        case = self
        seen = case
        while (
            case.closed
            and case.duplicate_id.conversation_id == conversation
            and case.duplicate_id not in seen
        ):
            case = case.duplicate_id
            seen |= case
        return case

    def _take_out_of_joined(self, entry, move):
        """Get back what is of these identities, and open again."""
        joined = self.browse(entry["into"]).exists()
        if not joined or self.duplicate_id != joined:
            return
        joined = joined._get_joined_into(move.source)
        theirs = SQL(
            "m.messaging_identity_id IN %s OR m.id = ANY(%s)",
            tuple(move.identities.ids) or (0,),
            entry["notes"],
        )
        message_ids = joined._find_message_ids(theirs)
        joined._repoint(self, message_ids, entry["facts"])
        values = {"duplicate_id": False}
        if self.stage_id.id == entry["closed"] and joined._is_open():
            values["stage_id"] = entry["stage"]
        self._without_emails()._write_quietly(values)
        if "stage_id" in values:
            # It was never closed, so it is not opened again.
            self._write_quietly(entry.get("before") or {})
        if message_ids or entry["facts"]:
            (self | joined)._recompute_message_times()
        move.case_ids = [*move.case_ids, self.id]
