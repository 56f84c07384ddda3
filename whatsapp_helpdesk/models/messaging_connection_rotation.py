"""Changing the app secret without losing a message: both are accepted for a while."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: A previous secret that is accepted for longer deserves a reminder.
REMIND_AFTER = timedelta(days=7)


class MessagingConnection(models.Model):
    _inherit = "messaging.connection"

    secret_changed_at = fields.Datetime(
        "Secret Replaced", readonly=True, copy=False, groups="base.group_system"
    )
    is_rotating = fields.Boolean(
        compute="_compute_is_rotating", groups="base.group_system"
    )
    new_secret_count = fields.Integer(
        "Signed with the New Secret",
        compute="_compute_secret_counts",
        groups="base.group_system",
        help="Deliveries since the secret was replaced.",
    )
    old_secret_count = fields.Integer(
        "Signed with the Previous Secret",
        compute="_compute_secret_counts",
        groups="base.group_system",
        help="Deliveries since the secret was replaced.",
    )

    @api.depends("app_secret_previous")
    def _compute_is_rotating(self):
        for connection in self:
            connection.is_rotating = bool(connection.app_secret_previous)

    @api.depends("secret_changed_at", "app_secret_previous")
    def _compute_secret_counts(self):
        for connection in self:
            counts = connection._count_by_secret() if connection.is_rotating else {}
            connection.new_secret_count = counts.get(False, 0)
            connection.old_secret_count = counts.get(True, 0)

    def _count_by_secret(self):
        """Return ``{whether it was the previous one: deliveries}`` of this rotation."""
        domain = [("connection_id", "=", self.id)]
        if self.secret_changed_at:
            domain.append(("received_at", ">=", self.secret_changed_at))
        counts = {}
        rows = self.env["messaging.event"]._read_group(
            domain, ["old_secret"], ["__count"]
        )
        for old, count in rows:
            counts[bool(old)] = counts.get(bool(old), 0) + count
        return counts

    # -- replacing --------------------------------------------------------------------

    def write(self, vals):
        """Override: whatever way a secret is replaced, the one before stays good."""
        secret = self._drop_masked(vals).get("app_secret")
        if not secret or "app_secret_previous" in vals:
            return super().write(vals)
        replaced = self.filtered(lambda c: c._is_replacing_secret(secret))
        result = super(MessagingConnection, self - replaced).write(vals)
        for connection in replaced:
            values = connection._prepare_rotation_values()
            result = super(MessagingConnection, connection).write({**vals, **values})
        return result

    def _is_replacing_secret(self, secret):
        """A secret that never signed anything was a mistake: it is not kept.

        Else the correction of a mistake would push out the one that still signs.
        """
        current = (self.app_secret or "").strip()
        if not current or current == secret.strip():
            return False
        domain = [("connection_id", "=", self.id)]
        if self.app_secret_previous and self.secret_changed_at:
            domain += [
                ("received_at", ">", self.secret_changed_at),
                ("old_secret", "=", False),
            ]
        # sudo: messaging.event - whether there is one
        Event = self.env["messaging.event"].sudo()
        return bool(Event.search_count(domain, limit=1))

    def _prepare_rotation_values(self):
        return {
            "app_secret_previous": self.app_secret,
            "secret_changed_at": fields.Datetime.now(),
        }

    def action_rotate(self):
        """Ask for the new secret."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Replace the App Secret"),
            "res_model": "messaging.secret.replace",
            "view_mode": "form",
            "target": "new",
            "context": {"default_connection_id": self.id},
        }

    def action_finish_rotation(self):
        """Forget the previous secret, once it is certain that nobody signs with it."""
        self.ensure_one()
        self.check_access("write")
        newest = self._get_newest_delivery()
        if not newest:
            raise UserError(
                self.env._(
                    "Nothing was delivered since the secret was replaced. Write to one "
                    "of your numbers from a phone, then finish."
                )
            )
        if newest.old_secret:
            raise UserError(
                self.env._(
                    "The last delivery was still signed with the previous secret. "
                    "Check that the new one is the secret shown by the provider."
                )
            )
        self.write({"app_secret_previous": False, "secret_changed_at": False})

    def _get_newest_delivery(self):
        """Return the last event since the secret was replaced, or none."""
        since = self.secret_changed_at or self.create_date
        return self.env["messaging.event"].search(
            [("connection_id", "=", self.id), ("received_at", ">=", since)],
            order="received_at desc, id desc",
            limit=1,
        )

    # -- noticing ---------------------------------------------------------------------

    def _take_in(self, body, headers=None):
        """Override: while two secrets are good, remember which one was used."""
        if self._is_old_secret(headers, body):
            self = self.with_context(messaging_old_secret=True)
        return super()._take_in(body, headers)

    def _is_old_secret(self, headers, body):
        access = self._get_webhook_access()
        if not headers or len(access.secrets) < 2:
            return False
        return access.provider.verify(headers, body, access.secrets) > 0

    def _prepare_event_row(self, body, error, now):
        row = super()._prepare_event_row(body, error, now)
        if self.env.context.get("messaging_old_secret"):
            row["old_secret"] = True
        return row
