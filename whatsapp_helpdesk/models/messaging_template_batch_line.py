import logging

from odoo import fields, models
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class MessagingTemplateBatchLine(models.Model):
    """One contact of a mass message. The key makes a second message impossible."""

    _name = "messaging.template.batch.line"
    _description = "Recipient of a Mass Message"
    _order = "id"

    batch_id = fields.Many2one(
        "messaging.template.batch", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="batch_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade"
    )
    res_model = fields.Char("Record Model")
    res_id = fields.Many2oneReference("Record", model_field="res_model")
    state = fields.Selection(
        [("waiting", "Waiting"), ("sent", "Sent"), ("skipped", "Skipped")],
        required=True,
        default="waiting",
    )
    reason = fields.Char("Why Skipped")
    mail_message_id = fields.Many2one(
        "mail.message", "Message", index="btree_not_null", ondelete="set null"
    )

    _batch_partner_unique = models.Constraint(
        "UNIQUE(batch_id, partner_id)", "This contact is in the mass message already."
    )
    _waiting = models.Index("(batch_id, id) WHERE state = 'waiting'")

    def _send(self):
        """Send to this contact, or note why not. Both are in one transaction."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                message = self._post()
        except (AccessError, MissingError, UserError, ValidationError) as refusal:
            self.write({"state": "skipped", "reason": str(refusal)})
            return
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001 - one contact stops no other
            _logger.error("Recipient %s left out: %s", self.id, type(error).__name__)  # noqa: TRY400
            self.write({"state": "skipped", "reason": self.env._("Other reason")})
            return
        self.write({"state": "sent", "mail_message_id": message.id})

    def _post(self):
        """Post with the rights, company and language of who started it."""
        batch = self.batch_id
        user = batch.user_id
        env = self.env(
            user=user,
            su=False,
            context={
                "lang": user.lang,
                "tz": user.tz,
                "allowed_company_ids": batch.company_id.ids,
            },
        )
        template = batch.template_id.with_env(env)
        partner = self.partner_id.with_env(env)
        record = env[self.res_model].browse(self.res_id).exists()
        record.check_access("read")
        texts = {key: text for key, text in (batch.texts or {}).items() if text}
        # sudo: messaging.template - its mapping; records are read as the sender
        values = template.sudo()._get_values_for(record, partner, user) | texts
        return env["discuss.channel"]._helpdesk_start_with_template(
            template,
            values,
            partner,
            bulk=True,
            attachment=self._copy_header_file(env),
            location=batch.location or None,
        )

    def _copy_header_file(self, env):
        """Each message has a file of its own; the content is stored once."""
        source = self.batch_id.attachment_id
        if not source:
            return env["ir.attachment"]
        return env["ir.attachment"].create(
            {
                "name": source.name,
                "raw": source.raw,
                "mimetype": source.mimetype,
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )
