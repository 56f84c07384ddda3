"""Posting in a customer conversation: who may, as what, and who is told.

The client always posts a ``comment``. Here it becomes either an internal note, which
can never leave, or a reply to the customer, which passes the gate and is queued.
"""

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError

#: What the client may say about a message; author, type and direction are ours.
NOTE_PARAMS = {"body", "attachment_ids", "attachments", "partner_ids", "parent_id"}
REPLY_PARAMS = {"body", "attachment_ids", "parent_id"}


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def message_post(self, *, message_type="notification", **kwargs):
        """Turn what a person posts into a note or a reply; nothing else is theirs.

        System lines keep their type, see ``discuss_channel_access``.
        """
        if not self.is_helpdesk:
            return super().message_post(message_type=message_type, **kwargs)
        self.ensure_one()
        if message_type in ("notification", "user_notification"):
            return super().message_post(message_type=message_type, **kwargs)
        if message_type == "email":
            return self._helpdesk_post_mail(**kwargs)
        if self._is_reply(kwargs):
            return self._helpdesk_post_reply(**kwargs)
        return self._helpdesk_post_note(**kwargs)

    def _is_reply(self, kwargs):
        """Only what asks for it leaves: without a subtype, a post is a note in core."""
        if kwargs.get("subtype_xmlid"):
            return kwargs["subtype_xmlid"] == "mail.mt_comment"
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        return kwargs.get("subtype_id") == comment

    def _helpdesk_post_mail(self, author_id=None, **kwargs):
        """Keep an answer to a mention's email as a note of whoever wrote it.

        Only the mail gateway, which acts as the system, may name the author.
        """
        user = self.env.user
        if self.env.uid == SUPERUSER_ID:
            user = self.env["res.partner"].browse(author_id or []).main_user_id
        if not user:
            raise AccessError(self.env._("Notes are for employees."))
        return self.with_user(user)._helpdesk_post_note(**kwargs)

    def _helpdesk_post_note(self, **kwargs):
        """Post an internal note as the current user; it stays inside Odoo."""
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Notes are for employees."))
        self._helpdesk_check_readable()
        self._helpdesk_check_attachments(kwargs.get("attachment_ids"))
        values = {key: kwargs[key] for key in NOTE_PARAMS if key in kwargs}
        # sudo: discuss.channel - readers may leave notes, checked above
        return super(DiscussChannel, self.sudo()).message_post(
            **values,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            author_id=self.env.user.partner_id.id,
        )

    def _helpdesk_post_reply(self, **kwargs):
        """Send what the current user wrote to the customer.

        :raise UserError: with a sentence for the person, when the gate refuses.
        """
        self._helpdesk_check_readable()
        self._helpdesk_check_can_reply()
        self._helpdesk_check_attachments(kwargs.get("attachment_ids"))
        values = self._prepare_reply_values(kwargs)
        # sudo: discuss.channel - the assignee may answer, checked above
        return self.sudo()._helpdesk_post_outbound(
            author=self.env.user.partner_id, author_kind="agent", **values
        )

    def _prepare_reply_values(self, kwargs):
        """Hook: what of a reply is the person's to say."""
        return {key: kwargs[key] for key in REPLY_PARAMS if key in kwargs}

    def _helpdesk_post_outbound(
        self,
        *,
        author,
        author_kind,
        identity=None,
        ticket=None,
        purpose="service",
        unasked=False,
        personal=False,
        **values,
    ):
        """Post a message to the customer and queue its parts in the same transaction.

        :param str author_kind: ``agent`` or ``automatic``.
        :param ticket: the case it is about, when not the current one.
        :param str purpose: of the consent it needs, see ``messaging.consent``.
        :param bool unasked: it answers nothing that the customer just did.
        :param bool personal: it tells something about the customer.
        :raise UserError: when the gate refuses.
        """
        self.ensure_one()
        identity = identity or self.messaging_identity_id
        policy = {"purpose": purpose, "unasked": unasked, "personal": personal}
        passed = self.env["messaging.gate"]._check_message(
            identity, author_kind, {**values, **policy}
        )
        return self.with_context(messaging_pass=passed)._helpdesk_store_outbound(
            author=author,
            author_kind=author_kind,
            identity=identity,
            ticket=ticket or self.helpdesk_ticket_id,
            **values,
        )

    def _helpdesk_store_outbound(
        self, *, author, author_kind, identity, ticket, **values
    ):
        """Post what passed the gate; the pass is in the context."""
        return super().message_post(
            **values,
            message_type="helpdesk_message",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
            helpdesk_ticket_id=ticket.id,
            messaging_identity_id=identity.id,
            messaging_direction="out",
            helpdesk_author_kind=author_kind,
            **self._prepare_message_header(author.email_formatted),
        )

    def _helpdesk_post_inbound(
        self, *, identity, ticket, body, author_kind="customer", author=None, **values
    ):
        """Store what the customer (or our phone app) wrote.

        :param Markup body: safe HTML, made by the inbound worker from plain text.
        :param author: the person, when it is not the contact itself (in the portal).
        """
        return super().message_post(
            **self._prepare_inbound_post(identity, ticket, body, author_kind, author),
            **values,
        )

    def _prepare_inbound_post(
        self, identity, ticket, body, author_kind="customer", author=None
    ):
        by_customer = author_kind == "customer"
        if not author:
            author = (
                self.helpdesk_partner_id if by_customer else self.env["res.partner"]
            )
        return {
            "body": body or Markup(""),
            "message_type": "helpdesk_message",
            "subtype_xmlid": "mail.mt_comment",
            "author_id": author.id or False,
            "helpdesk_ticket_id": ticket.id,
            "messaging_identity_id": identity.id,
            "messaging_direction": "in" if by_customer else "out",
            "helpdesk_author_kind": author_kind,
            **self._prepare_message_header(
                author.email_formatted or identity.account_id.name
            ),
        }

    def _prepare_message_header(self, email_from):
        """Values that core would compute for an email, which this is not."""
        return {
            "email_from": email_from or "",
            "reply_to": False,
            "record_alias_domain_id": False,
            "record_company_id": self.helpdesk_company_id.id,
            "email_add_signature": False,
        }

    def _message_post_after_hook(self, message, msg_vals):
        """Queue the parts before the first bus message, so it shows their state."""
        result = super()._message_post_after_hook(message, msg_vals)
        if message.helpdesk_author_kind in ("agent", "automatic"):
            self.env["messaging.message"]._queue_message(message)
        return result

    # -- who may ---------------------------------------------------------------------

    def _helpdesk_check_readable(self):
        """Check as the real user even when a controller called us with ``sudo``."""
        self.with_user(self.env.user).sudo(False).check_access("read")

    def _helpdesk_user_can_reply(self, user):
        """Hook: the assignee and the team's leader answer; others take over first."""
        self.ensure_one()
        # sudo: helpdesk.ticket - who holds the case of a readable conversation
        case = self.helpdesk_ticket_id.sudo()
        return user.has_group("helpdesk_mgmt.group_helpdesk_user_own") and (
            user in (case.user_id | case.team_id.user_id)
        )

    def _helpdesk_check_can_reply(self):
        # sudo: helpdesk.ticket - who holds the case of a readable conversation
        case = self.helpdesk_ticket_id.sudo()
        if not case or case.closed:
            raise UserError(
                self.env._("This case is closed. Reopen it to write to the customer.")
            )
        if not self._helpdesk_user_can_reply(self.env.user):
            holder = case.user_id.name or self.env._("Nobody")
            raise AccessError(
                self.env._(
                    "%(holder)s holds this case. Take it over to write to the "
                    "customer.",
                    holder=holder,
                )
            )

    def _helpdesk_check_attachments(self, attachment_ids):
        """A file goes out, or into a note, only if its sender may read it.

        Core's check in ``mail.message.create`` does not run under ``sudo``.
        """
        # sudo(False): controllers post with sudo
        files = self.env["ir.attachment"].sudo(False).browse(attachment_ids or [])
        files.check_access("read")

    # -- who is told -----------------------------------------------------------------

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Core notifies members for its own message types only."""
        return super()._notify_get_recipients(
            message, self._as_comment(message, msg_vals), **kwargs
        )

    def _notify_get_recipients_for_extra_notifications(
        self, message, recipients_data, msg_vals=False
    ):
        return super()._notify_get_recipients_for_extra_notifications(
            message, recipients_data, self._as_comment(message, msg_vals)
        )

    def _as_comment(self, message, msg_vals):
        values = dict(msg_vals or {})
        # sudo: mail.message - only its type
        message_type = values.get("message_type") or message.sudo().message_type
        if message_type == "helpdesk_message":
            values["message_type"] = "comment"
        return values

    def _get_allowed_message_partner_ids(self, partner_ids):
        """Mentions in notes reach colleagues who may read, never the customer."""
        if not self.is_helpdesk:
            return super()._get_allowed_message_partner_ids(partner_ids)
        partners = self.env["res.partner"].browse(partner_ids)
        return partners.filtered(self._helpdesk_partner_can_read).ids

    def _helpdesk_partner_can_read(self, partner):
        # sudo: res.partner - whether it is a colleague, whose own rights are asked
        users = partner.sudo().user_ids.filtered(lambda user: not user.share)
        return any(
            self.with_user(user).sudo(False).has_access("read") for user in users
        )

    @api.model
    def _get_message_create_valid_field_names(self):
        return super()._get_message_create_valid_field_names() | {
            "helpdesk_author_kind",
            "helpdesk_late",
            "helpdesk_occurred_at",
            "helpdesk_ticket_id",
            "messaging_direction",
            "messaging_identity_id",
        }

    def _notify_by_web_push_prepare_payload(
        self, message, msg_vals=False, force_record_name=False
    ):
        payload = super()._notify_by_web_push_prepare_payload(
            message, msg_vals=msg_vals, force_record_name=force_record_name
        )
        if self.is_helpdesk:
            payload["title"] = self.name
        return payload
