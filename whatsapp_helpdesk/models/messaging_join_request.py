"""Joins that were asked for from a transaction that had to stay short."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class MessagingJoin(models.Model):
    _inherit = "messaging.join"

    @api.model
    def _request(self, identities, partner, proof):
        """Ask for a join within seconds, from a transaction that shall stay short.

        :return: the journal's record, ``state`` waiting; an equal one that waits
            already is returned instead.
        """
        identities, partner = identities.sudo(), partner.sudo()
        # sudo: messaging.join - what customers prove is written by the server
        waiting = self.sudo().search(
            [("state", "=", "waiting"), ("partner_id", "=", partner.id)]
        )
        for join in waiting:
            if join.identity_ids == identities:
                return join
        join = self.sudo().create(
            self._prepare_join_values("join", identities, partner, proof=proof)
        )
        self._wake()
        return join

    @api.model
    def _wake(self):
        # sudo: ir.cron - started by whatever proves something
        self.env.ref("whatsapp_helpdesk.cron_join").sudo()._wake_once()

    @api.model
    def _cron_join(self):
        """Do what waits, each in a transaction of its own."""
        journal = self.sudo()  # sudo: a job has no user
        for join in journal.search([("state", "=", "waiting")], order="id"):
            join._in_own_transaction(join._perform_waiting)
            if self.env["ir.cron"]._commit_progress(1) <= 0:
                journal._wake()
                self.env["ir.cron"]._commit_progress()
                return
        journal._in_own_transaction(journal._sweep)

    @api.model
    def _in_own_transaction(self, function):
        """Others may change the same rows all the time; then it is tried again soon."""
        try:
            self.env["messaging.message"]._in_transaction(function)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            _logger.info("Others are using the rows of a join; it is tried again.")
            self._wake()

    def _perform_waiting(self):
        """Do it unless another worker does; what cannot be done says why."""
        join = self.try_lock_for_update(limit=1)
        join.invalidate_recordset()
        if not join or join.state != "waiting":
            return
        partner = join._get_successor(join.partner_id)
        if partner != join.partner_id:
            join.write({"partner_id": partner.id, "partner_name": partner.name})
        if all(i.partner_id == join.partner_id for i in join.identity_ids):
            join._finish()
            return
        try:
            with self.env.cr.savepoint():
                join._perform()
        except UserError as refusal:
            join._fail(str(refusal))
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001 - one join stops no other
            _logger.error("Join %s failed: %s", join.id, type(error).__name__)  # noqa: TRY400
            join._fail(self.env._("An error happened."))

    def _fail(self, reason):
        values = {"state": "failed", "failure": reason}
        self.write({**values, "done_at": fields.Datetime.now()})

    @api.model
    def _sweep(self):
        """Bring along what was left in a conversation that stepped back.

        A net below the locks: a row that no message announces, such as a reaction on
        its way out while the conversation was moved.
        """
        for conversation in self.env["discuss.channel"]._helpdesk_find_left_behind():
            self._move_contents(conversation, conversation._helpdesk_get_survivor())
