"""Sending a template: the one way, whoever wants it."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.mail.tools.discuss import Store

from .discuss_channel_store import is_helpdesk


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _helpdesk_post_template(  # noqa: PLR0913 - one way for all senders
        self,
        template,
        values,
        *,
        identity,
        author,
        author_kind,
        ticket=None,
        attachment=None,
        location=None,
        unasked=False,
        bulk=False,
    ):
        """Post what the customer will read and queue the template.

        Called with ``sudo`` by methods that checked who wants it.

        :param dict values: texts by the key of their variable.
        :param author: ``res.partner``; the current user is judged when an agent sends.
        :param ticket: the case it is about, when not the current one.
        :param attachment, location: file or place of the header.
        :raise UserError: when the gate or the template refuses.
        """
        self.ensure_one()
        user = self.env.user if author_kind == "agent" else self.env["res.users"]
        policy = self._prepare_template_policy(template, user, unasked, bulk)
        passed = self.env["messaging.gate"]._pass(identity, author_kind, **policy)
        attachment = attachment or self.env["ir.attachment"]
        Outbox = self.env["messaging.message"]
        ready = Outbox._make_ready_part(
            template._build_out(values, attachment, location),
            template,
            identity,
            attachment,
            Outbox._prepare_start_values(template, identity, user, bulk),
        )
        return self.with_context(
            messaging_pass=passed, helpdesk_ready_part=ready
        )._helpdesk_store_outbound(
            author=author,
            author_kind=author_kind,
            identity=identity,
            ticket=ticket if ticket is not None else self.helpdesk_ticket_id,
            body=template._get_body_html(values),
            attachment_ids=attachment.ids,
        )

    @api.model
    def _prepare_template_policy(self, template, user, unasked, bulk):
        """Fields of the gate's intent."""
        return {
            "template": template,
            "purpose": template._get_purpose(),
            "user": user or None,
            "unasked": unasked,
            "bulk": bulk,
        }

    def _get_helpdesk_store_fields(self):
        return [
            *super()._get_helpdesk_store_fields(),
            Store.Attr(
                "helpdesk_has_templates",
                # sudo: discuss.channel - from hidden account settings
                lambda channel: channel.sudo()._helpdesk_has_templates(),
                predicate=is_helpdesk,
            ),
        ]

    def _helpdesk_has_templates(self):
        account = self.messaging_identity_id.account_id
        return bool(account) and account._get_features().templates

    # -- what persons do --------------------------------------------------------------

    def _helpdesk_send_template(self, template, values, identity_id=None, **options):
        """The current user goes on with this conversation, by a template.

        :param int identity_id: the chosen way, when not where the customer wrote last.
        :param options: ``attachment`` and ``location`` of the header.
        :raise UserError: with a sentence for the person.
        """
        self.ensure_one()
        self._helpdesk_check_readable()
        self._helpdesk_check_can_reply()
        self._helpdesk_check_attachments(options["attachment"].ids)
        # sudo: discuss.channel - the assignee may answer, checked above
        return self.sudo()._helpdesk_post_template(
            template.sudo(),
            values,
            identity=self._get_reply_identity(identity_id),
            author=self.env.user.partner_id,
            author_kind="agent",
            **options,
        )

    @api.model
    def _helpdesk_start_with_template(
        self, template, values, partner, *, ticket=None, bulk=False, **options
    ):
        """The current user writes to a contact, known on the account or not.

        An agent gets the case, as with "Write to Customer". Somebody who is no agent,
        and who writes to many, leaves it to the answer to open one.

        :return: the message, with ``sudo``.
        """
        user = self.env.user
        self._helpdesk_check_may_send_templates()
        partner.check_access("read")
        template.check_access("read")
        if ticket:
            ticket.check_access("write")
        # sudo: messaging.identity - a contact without conversation belongs to no agent
        identity = (
            self.env["messaging.identity"]
            .sudo()
            ._get_or_create_for_partner(template.sudo().account_id, partner.sudo())
        )
        # Judged before a case is opened: who holds one may always go on.
        self._helpdesk_check_start(template, identity, bulk)
        # sudo: discuss.channel, helpdesk.ticket - rights were checked above
        conversation = self.sudo()._get_for_identity(identity, partner.sudo())
        ticket = (ticket or self.env["helpdesk.ticket"]).sudo()
        case = conversation._helpdesk_get_case_to_start(user, identity, ticket, bulk)
        conversation._helpdesk_set_sender(identity)
        return conversation._helpdesk_post_template(
            template.sudo(),
            values,
            identity=identity,
            author=user.partner_id,
            author_kind="agent",
            ticket=case,
            unasked=True,
            bulk=bulk,
            **options,
        )

    @api.model
    def _helpdesk_check_start(self, template, identity, bulk):
        """:raise UserError: the gate would refuse the current user."""
        gate = self.env["messaging.gate"].sudo()  # sudo: it reads consents of all
        policy = self._prepare_template_policy(
            template.sudo(), self.env.user, unasked=True, bulk=bulk
        )
        refusal = gate._get_refusal(identity, "agent", **policy)
        if refusal:
            gate._refuse(*refusal)

    def _helpdesk_check_may_send_templates(self):
        user = self.env.user
        is_agent = user.has_group("helpdesk_mgmt.group_helpdesk_user_own")
        if not is_agent and not user._may_start_conversations():
            raise AccessError(self.env._("You may not write to customers."))

    def _helpdesk_get_case_to_start(self, user, identity, ticket, bulk):
        """Return the case that the message belongs to; it may be none."""
        self.ensure_one()
        is_agent = user.has_group("helpdesk_mgmt.group_helpdesk_user_own")
        if is_agent and not bulk:
            self._helpdesk_take_for_writing(user, identity, ticket)
        else:
            self._helpdesk_check_not_taken(user, bulk)
        return self._helpdesk_get_open_cases()[:1]

    def _helpdesk_check_not_taken(self, user, bulk):
        """Somebody who gets no case does not write into a colleague's talk."""
        private_team = self.helpdesk_private_team_id
        if private_team and user not in (private_team.user_ids | private_team.user_id):
            raise UserError(self.env._("Another team is serving this customer now."))
        case = self._helpdesk_get_open_cases()[:1]
        if not bulk and case.user_id and case.user_id != user:
            raise UserError(
                self.env._(
                    "%(holder)s is already serving this customer, in case %(number)s.",
                    holder=case.user_id.name,
                    number=case.number,
                )
            )
