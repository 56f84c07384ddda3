"""The customer's portal: closing a ticket, and the ticket's conversation."""

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk
from odoo.addons.portal.controllers.portal_thread import PortalChatter


class HelpdeskTicketCloseController(HelpdeskTicketController):
    @http.route("/ticket/close", type="http", auth="user", methods=["POST"], csrf=True)
    def support_ticket_close(self, ticket_id=None, stage_id=None, **kw):
        """Override of `helpdesk_mgmt`: it closes any ticket for anybody, by a link."""
        try:
            ticket_sudo = CustomerPortalHelpdesk()._document_check_access(
                "helpdesk.ticket", int(ticket_id)
            )
            stage_sudo = self._get_closing_stage(ticket_sudo, int(stage_id))
        except (AccessError, MissingError, TypeError, ValueError):
            raise NotFound() from None
        ticket_sudo.stage_id = stage_sudo
        return request.redirect(f"/my/ticket/{ticket_sudo.id}")

    def _get_closing_stage(self, ticket_sudo, stage_id):
        """Return the stage if the ticket's page offers it.

        :raise ValueError: otherwise.
        """
        offered = CustomerPortalHelpdesk()._ticket_get_page_view_values(
            ticket_sudo, access_token=None
        )["closed_stages"]
        stage = offered.filtered(lambda stage: stage.id == stage_id)
        if not stage:
            raise ValueError(stage_id)
        return stage.sudo()  # sudo: helpdesk.ticket.stage - the page offers it


class ConversationPortalChatter(PortalChatter):
    @http.route()
    def portal_message_fetch(self, thread_model, thread_id, fetch_params=None, **kw):
        """Show a case's public messages, which are kept in its conversation."""
        if not isinstance(thread_model, str) or thread_model not in request.env:
            raise NotFound()  # Odoo would repeat it in its answer, whatever it is
        if thread_model == "helpdesk.ticket":
            ticket = self._get_thread_with_access(thread_model, thread_id, **kw)
            # sudo: helpdesk.ticket - reading the ticket was checked above
            if ticket and ticket.sudo().conversation_id:
                return self._fetch_case_messages(ticket.sudo(), fetch_params, kw)
        return super().portal_message_fetch(thread_model, thread_id, fetch_params, **kw)

    def _fetch_case_messages(self, ticket_sudo, fetch_params, options):
        # sudo: mail.message - the customer may read what both sides said about a case
        # that they may read; the domain leaves out notes and other cases
        Message_sudo = request.env["mail.message"].sudo()
        result = Message_sudo._message_fetch(
            ticket_sudo._get_portal_messages_domain(), **(fetch_params or {})
        )
        messages = result.pop("messages")
        values = messages.portal_message_format(options=options)
        place = {"model": "helpdesk.ticket", "id": ticket_sudo.id}
        for message_values in values:
            message_values.update(
                model=place["model"], res_id=place["id"], thread=place
            )
        return {**result, "data": {"mail.message": values}, "messages": messages.ids}
