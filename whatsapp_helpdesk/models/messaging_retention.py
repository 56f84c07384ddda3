"""How long each class of data is kept, and the jobs that remove what is older.

Raw deliveries have their own rules in ``messaging_event_retention.py``. Nothing here
touches an open case or whoever has a legal hold; counted figures stay.
"""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

#: Days by class; 0 keeps for ever.
DEFAULT_DAYS = {
    "text": 0,
    "media": 0,
    "fact": 0,
    "sandbox": 30,
    "signature": 30,
    "export": 7,
}
#: Rows in one transaction.
BATCH = 500
#: The preview counts no further.
MAX_COUNT = 100_000


class MessagingRetention(models.AbstractModel):
    _name = "messaging.retention"
    _description = "Retention of Messaging Data"

    # -- settings ---------------------------------------------------------------------

    @api.model
    def _get_parameter(self, name):
        return f"whatsapp_helpdesk.retention_{name}_days"

    @api.model
    def _get_days(self, name):
        # sudo: ir.config_parameter - a number
        value = (
            self.env["ir.config_parameter"].sudo().get_param(self._get_parameter(name))
        )
        try:
            return max(int(value), 0) if value else DEFAULT_DAYS[name]
        except ValueError:
            return DEFAULT_DAYS[name]

    @api.model
    def _get_limit(self, days):
        return fields.Datetime.now() - timedelta(days=days)

    # -- jobs -------------------------------------------------------------------------

    @api.autovacuum
    def _gc_texts(self):
        return self._run("text", self._remove_texts)

    @api.autovacuum
    def _gc_files(self):
        return self._run("media", self._remove_files)

    @api.autovacuum
    def _gc_sandbox(self):
        """Of test channels texts and files go together."""
        done, more = self._run("sandbox", self._remove_files, "media", is_test=True)
        texts, more_texts = self._run(
            "sandbox", self._remove_texts, "text", is_test=True
        )
        return done + texts, more or more_texts

    @api.autovacuum
    def _gc_facts(self):
        return self._run("fact", self._remove_facts)

    @api.autovacuum
    def _gc_case_texts(self):
        return self._run("text", self._remove_case_texts, "case")

    @api.model
    def _run(self, name, remove, query="", **options):
        """Remove one batch; :return: rows done and whether there may be more."""
        days = self._get_days(name)
        if not days:
            return 0, 0
        ids = self._find(query or name, days, BATCH, lock=True, **options)
        if ids:
            remove(ids, days)
            self.env.flush_all()
        return len(ids), int(len(ids) == BATCH)

    @api.model
    def _count(self, name, days):
        """Return how many rows a setting would remove now, counted up to a limit."""
        if not days:
            return 0
        if name == "sandbox":
            return len(
                set(self._find("media", days, MAX_COUNT, is_test=True))
                | set(self._find("text", days, MAX_COUNT, is_test=True))
            )
        return len(self._find(name, days, MAX_COUNT))

    # -- what is due ------------------------------------------------------------------

    @api.model
    def _find(self, name, days, limit, *, lock=False, is_test=False):
        """Return ids of what is older than some days, the oldest first."""
        self.env.flush_all()
        query = getattr(self, f"_get_{name}_query")(self._get_limit(days), is_test)
        lock_clause = SQL("FOR UPDATE OF item SKIP LOCKED") if lock else SQL()
        self.env.cr.execute(SQL("%s LIMIT %s %s", query, limit, lock_clause))
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _get_free_condition(self, channel):
        """No open case, and nothing that a court may want."""
        return SQL(
            """
            NOT EXISTS (
                SELECT 1 FROM helpdesk_ticket held
             LEFT JOIN helpdesk_ticket_stage stage ON stage.id = held.stage_id
                 WHERE held.conversation_id = %(channel)s
                   AND (held.legal_hold
                        OR held.active AND stage.closed IS NOT TRUE))
            AND NOT EXISTS (
                SELECT 1 FROM discuss_channel place
                  JOIN res_partner ON res_partner.id = place.helpdesk_partner_id
                 WHERE place.id = %(channel)s AND res_partner.messaging_legal_hold)
            """,
            channel=channel,
        )

    @api.model
    def _get_message_query(self, limit, is_test, condition):
        return SQL(
            """
            SELECT item.id FROM mail_message item
              JOIN discuss_channel channel
                ON channel.id = item.res_id AND channel.channel_type = 'helpdesk'
             WHERE item.model = 'discuss.channel' AND item.date < %s
               AND item.message_type IN ('helpdesk_message', 'comment')
               AND %s AND %s AND %s
             ORDER BY item.date, item.id
            """,
            limit,
            condition,
            self._get_test_condition(is_test),
            self._get_free_condition(SQL("channel.id")),
        )

    @api.model
    def _get_test_condition(self, is_test):
        """By the customer: a test channel shares its inbox with real ones."""
        return SQL(
            """
            COALESCE(
                (SELECT account.is_test FROM messaging_identity identity
                   JOIN messaging_account account ON account.id = identity.account_id
                  WHERE identity.id = item.messaging_identity_id),
                (SELECT bool_and(account.is_test) FROM messaging_identity identity
                   JOIN messaging_account account ON account.id = identity.account_id
                  WHERE identity.partner_id = channel.helpdesk_partner_id),
                FALSE) = %s
            """,
            is_test,
        )

    @api.model
    def _get_text_query(self, limit, is_test):
        return self._get_message_query(
            limit, is_test, SQL("item.helpdesk_text_removed IS NOT TRUE")
        )

    @api.model
    def _get_media_query(self, limit, is_test):
        return self._get_message_query(
            limit,
            is_test,
            SQL(
                "EXISTS (SELECT 1 FROM message_attachment_rel link "
                "JOIN ir_attachment file ON file.id = link.attachment_id "
                "WHERE link.message_id = item.id "
                "AND file.res_model = 'discuss.channel')"
            ),
        )

    @api.model
    def _get_fact_query(self, limit, is_test):
        return SQL(
            """
            SELECT item.id FROM helpdesk_message_fact item
              JOIN helpdesk_ticket ticket ON ticket.id = item.ticket_id
         LEFT JOIN res_partner ON res_partner.id = ticket.partner_id
         LEFT JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
             WHERE item.posted_at < %s AND stage.closed
               AND ticket.legal_hold IS NOT TRUE
               AND res_partner.messaging_legal_hold IS NOT TRUE
             ORDER BY item.posted_at, item.id
            """,
            limit,
        )

    @api.model
    def _get_case_query(self, limit, is_test):
        """Closed cases whose title and description are a customer's words."""
        return SQL(
            """
            SELECT item.id FROM helpdesk_ticket item
              JOIN helpdesk_ticket_stage stage ON stage.id = item.stage_id
         LEFT JOIN res_partner ON res_partner.id = item.partner_id
             WHERE item.conversation_id IS NOT NULL AND stage.closed
               AND item.closed_date < %s AND item.text_removed IS NOT TRUE
               AND item.legal_hold IS NOT TRUE
               AND res_partner.messaging_legal_hold IS NOT TRUE
             ORDER BY item.closed_date, item.id
            """,
            limit,
        )

    # -- removing ---------------------------------------------------------------------

    @api.model
    def _get_placeholder(self, days):
        return Markup('<p class="o-helpdesk-removed text-muted">%s</p>') % self.env._(
            "Removed after %(days)s days", days=days
        )

    @api.model
    def _remove_texts(self, ids, days):
        """The line stays where it was, so that a talk still shows when what came."""
        messages = self.env["mail.message"].browse(ids)
        messages.write(
            {
                "body": self._get_placeholder(days),
                "subject": False,
                "helpdesk_text_removed": True,
            }
        )
        messages.messaging_part_ids.write({"payload": False})

    @api.model
    def _remove_files(self, ids, days):
        text = Markup('<p class="o-helpdesk-removed text-muted">%s</p>') % self.env._(
            "File removed after %(days)s days", days=days
        )
        for message in self.env["mail.message"].browse(ids):
            files = message.attachment_ids.filtered(
                lambda file: file.res_model == "discuss.channel"
            )
            message.messaging_part_ids.media_ids.write({"filename": False})
            files._erase_part_links()
            files.unlink()
            if not message.helpdesk_text_removed:
                message.body = (message.body or Markup("")) + text

    @api.model
    def _remove_facts(self, ids, days):
        self.env["helpdesk.message.fact"].browse(ids).unlink()

    @api.model
    def _remove_case_texts(self, ids, days):
        cases = self.env["helpdesk.ticket"].browse(ids)
        cases = cases.with_context(tracking_disable=True)._without_emails()
        cases.write(
            {
                "name": self.env._("Removed after %(days)s days", days=days),
                "description": self._get_placeholder(days),
                "text_removed": True,
            }
        )
