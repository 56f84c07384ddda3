"""Drafts are handed in, approved templates changed, deleted or asked back."""

import base64
import dataclasses
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..gateway.errors import GatewayError
from ..gateway.templates import DRAFT, MEDIA_FORMATS

#: What a provider lets change.
EDITABLE = ("APPROVED", "REJECTED", "PAUSED")
#: An approved template is changed once in this time.
EDIT_PAUSE = timedelta(hours=24)
#: Only what comes from the provider or from actions of this file.
SERVER_FIELDS = {
    "status",
    "external_id",
    "quality",
    "reason",
    "unsupported",
    "provider_status",
    "edited_at",
    "handed_in_by_id",
}
#: What reviewers approve.
REVIEWED_FIELDS = {
    "account_id",
    "name",
    "language",
    "category",
    "parameter_format",
    "header_format",
    "header_text",
    "body",
    "footer",
    "button_ids",
    "ttl",
}


class MessagingTemplate(models.Model):
    _inherit = "messaging.template"

    provider_status = fields.Char(
        readonly=True, copy=False, help="Status before it was changed here."
    )
    edited_at = fields.Datetime("Last Change Handed In", readonly=True, copy=False)
    handed_in_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    sample = fields.Binary(
        attachment=True,
        copy=True,
        help="A file like those you will send: reviewers look at it.",
    )
    sample_name = fields.Char()
    can_change = fields.Boolean(compute="_compute_can_change")

    @api.depends("status")
    def _compute_can_change(self):
        for template in self:
            template.can_change = template.status == DRAFT

    # -- what may be written ---------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what users create is a draft."""
        if not self.env.su:
            vals_list = [
                {name: v for name, v in vals.items() if name not in SERVER_FIELDS}
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        """Override: what was approved is not changed behind the provider's back."""
        if not self.env.su:
            self._check_written(set(vals))
        return super().write(vals)

    def _check_written(self, names):
        if names & SERVER_FIELDS:
            raise UserError(
                self.env._("Status and quality of a template come from the provider.")
            )
        if names & REVIEWED_FIELDS and any(one.status != DRAFT for one in self):
            raise UserError(
                self.env._(
                    "This text was handed in for approval. Choose Change to make "
                    "another version of it."
                )
            )
        if names & {"account_id", "name", "language"} and any(
            one.external_id for one in self
        ):
            raise UserError(
                self.env._(
                    "The provider knows the template by its name and language. "
                    "Duplicate it to use others."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_at_provider(self):
        if self.env.su:
            return
        if any(one.external_id and one.status != "DELETED" for one in self):
            raise UserError(
                self.env._(
                    "The provider has this template, so it would come back. Choose "
                    "Delete at the Provider, or archive it."
                )
            )

    def copy_data(self, default=None):
        """Override: a name is unique in its language."""
        result = super().copy_data(default)
        for template, values in zip(self, result, strict=True):
            same = ("account_id", "name", "language")
            if all(values.get(n) == template._convert_key(n) for n in same):
                values["name"] = f"{template.name}_copy"
        return result

    def _convert_key(self, name):
        value = self[name]
        return value.id if name == "account_id" else value

    # -- handing in ------------------------------------------------------------------

    def action_submit(self):
        """Hand a draft in; the provider's refusal is kept where everybody reads it."""
        self.ensure_one()
        self.check_access("write")
        self._check_can_submit()
        template_sudo = self.sudo()  # sudo: messaging.template - see SERVER_FIELDS
        definition = self._get_definition()
        content, mime_type = self._get_sample()
        # Kept before the call: a second click finds nothing to hand in.
        template_sudo.write(
            {"status": "PENDING", "reason": False, "handed_in_by_id": self.env.uid}
        )
        network = self.env["messaging.network"]
        try:
            handle = ""
            if content:
                handle = network._call(
                    self.account_id, "upload_sample", content, mime_type
                )
            definition = _with_sample(definition, handle)
            values = template_sudo._hand_in(definition)
        except GatewayError as error:
            text = network._get_failure_text(error)
            template_sudo.write({"status": DRAFT, "reason": text})
            return self._notify(text, "danger")
        template_sudo.write(values)
        return self._notify(self._get_submit_message(definition), "success")

    def _check_can_submit(self):
        if not self.try_lock_for_update():
            raise UserError(self.env._("Somebody else is handing it in right now."))
        if self.status != DRAFT:
            raise UserError(self.env._("Only drafts are handed in."))
        problems = self._get_problems(advice=False)
        if problems:
            raise UserError("\n".join(problems))
        if self.provider_status == "APPROVED" and self._is_too_early():
            raise UserError(
                self.env._(
                    "An approved template can be changed once in 24 hours. Hand it in "
                    "again after %(moment)s.",
                    moment=fields.Datetime.to_string(self.edited_at + EDIT_PAUSE),
                )
            )

    def _is_too_early(self):
        now = fields.Datetime.now()
        return bool(self.edited_at) and self.edited_at > now - EDIT_PAUSE

    def _get_sample(self):
        """Return content and type of the sample, for headers that need one."""
        if self.header_format not in MEDIA_FORMATS:
            return b"", ""
        # sudo: messaging.template - the file itself, not its size
        content = self.sudo().with_context(bin_size=False).sample
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search(  # sudo: of our own field
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "sample"),
                    ("res_id", "=", self.id),
                ],
                limit=1,
            )
        )
        return base64.b64decode(content or b""), attachment.mimetype or ""

    def _hand_in(self, definition):
        """Call the provider; return what it made of the template."""
        network = self.env["messaging.network"]
        if definition.external_id:
            network._call(self.account_id, "edit_template", definition)
            # Channels without reviewers have nothing to wait for.
            reviewed = self.account_id.has_template_list
            return {
                **self._prepare_handed_in_values(),
                "status": "PENDING" if reviewed else "APPROVED",
            }
        external_id, status, category = network._call(
            self.account_id, "create_template", definition
        )
        return {
            **self._prepare_handed_in_values(),
            "external_id": external_id,
            "status": self._get_known_status(status),
            "category": category,
        }

    @api.model
    def _prepare_handed_in_values(self):
        """The time is that after the call: lists asked for before do not have it."""
        return {"edited_at": fields.Datetime.now(), "provider_status": False}

    def _get_submit_message(self, definition):
        if self.category != definition.category:
            return self.env._("Handed in. The provider chose another category.")
        if self.status == "APPROVED":
            return self.env._("Approved: it can be sent now.")
        return self.env._("Handed in. You are told what becomes of it.")

    @api.model
    def _notify(self, message, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "sticky": kind == "danger",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # -- changing --------------------------------------------------------------------

    def action_edit(self):
        """Make another version; until it is handed in and approved it is not sent."""
        self.ensure_one()
        self.check_access("write")
        if self.status not in EDITABLE:
            raise UserError(
                self.env._(
                    "Only approved, rejected and paused templates can be changed."
                )
            )
        if self.status == "APPROVED" and self._is_too_early():
            raise UserError(
                self.env._("An approved template can be changed once in 24 hours.")
            )
        # sudo: messaging.template - see SERVER_FIELDS
        self.sudo().write({"provider_status": self.status, "status": DRAFT})

    def action_discard(self):
        """Forget what was changed here: the provider's version is fetched again."""
        self.ensure_one()
        self.check_access("write")
        if not self._is_local_draft():
            raise UserError(self.env._("Nothing was changed here."))
        account = self.account_id
        # sudo: messaging.template - see SERVER_FIELDS
        self.sudo().write({"status": self.provider_status, "provider_status": False})
        if account.has_template_list:
            return account.sudo().action_fetch_templates()  # sudo: as the sync does
        return None

    def action_unpause(self):
        self.ensure_one()
        self.check_access("write")
        self.env["messaging.network"]._call_for_person(
            self.account_id, "unpause_template", self.external_id
        )
        # sudo: messaging.template - see SERVER_FIELDS
        self.sudo().write({"status": "APPROVED", "reason": False})

    def action_delete(self):
        """Delete this language at the provider, and keep an archived row of it."""
        self.check_access("unlink")
        for template in self:
            if template.external_id:
                self.env["messaging.network"]._call_for_person(
                    template.account_id,
                    "delete_template",
                    template.name,
                    template.external_id,
                )
            # sudo: messaging.template - see SERVER_FIELDS
            template.sudo().write({"status": "DELETED", "active": False})


def _with_sample(definition, handle):
    if not handle:
        return definition
    header = dataclasses.replace(definition.header, example=handle)
    return dataclasses.replace(definition, header=header)
