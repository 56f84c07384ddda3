"""A server action that writes to the customer, for automation rules and buttons."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError

from ..gateway import placeholders
from .messaging_arbiter import Candidate

#: After everything that answers the customer.
PRIORITY = 60


class IrActionsServer(models.Model):
    _name = "ir.actions.server"
    _inherit = ["ir.actions.server", "messaging.automation.mixin"]

    state = fields.Selection(
        selection_add=[("messaging", "Send Message to Customer"), ("followers",)],
        ondelete={"messaging": "cascade"},
    )
    messaging_text = fields.Text(
        "Message",
        translate=True,
        help="Plain text. You may use {customer}, {first_name}, {agent}, {company}, "
        "{record} and {number}.",
    )

    def _needs_fallback(self):
        return self.state == "messaging"

    @api.model
    def _get_decision_fields(self):
        return super()._get_decision_fields() | {"state"}

    def _check_fallback(self):
        """Override: the text is checked with the decision."""
        result = super()._check_fallback()
        for action in self.filtered(lambda action: action.state == "messaging"):
            if problem := action._get_text_problem():
                raise ValidationError(problem)
        return result

    def _get_text_problem(self):
        """Return a sentence about what is wrong with the text, or ""."""
        self.ensure_one()
        if not (self.messaging_text or "").strip():
            return self.env._("Write the message that is sent to the customer.")
        names = placeholders.unknown(
            self.messaging_text, self._get_messaging_placeholders()
        )
        if names:
            return self.env._(
                "There is no placeholder %(name)s. Use one of: %(known)s.",
                name=f"{{{names[0]}}}",
                known=", ".join(
                    f"{{{name}}}" for name in self._get_messaging_placeholders()
                ),
            )
        return ""

    @api.model
    def _get_messaging_placeholders(self):
        """Hook: names that may stand in a text, see ``_prepare_messaging_values``."""
        return ["customer", "first_name", "agent", "company", "record", "number"]

    @api.depends("state")
    def _compute_available_model_ids(self):
        """Override: models whose records are about a contact."""
        mine = self.filtered(lambda action: action.state == "messaging")
        if mine:
            about = self.env["ir.model.fields"].search(
                [("name", "=", "partner_id"), ("relation", "=", "res.partner")]
            )
            found = about.model_id.filtered(lambda model: not model.transient)
            found |= self.env["ir.model"]._get("res.partner")
            for action in mine:
                action.available_model_ids = found.ids
        return super(IrActionsServer, self - mine)._compute_available_model_ids()

    def _generate_action_name(self):
        if self.state == "messaging":
            return self.env._("Send message to customer")
        return super()._generate_action_name()

    # -- running ----------------------------------------------------------------------

    def _run_action_messaging_multi(self, eval_context=None):
        """Tell the customer of each record; the gate decides whether it may be said."""
        if self._is_recompute():
            return False
        context = self.env.context
        ids = context.get("active_ids") or [context.get("active_id")]
        for record in self.env[self.model_name].browse(filter(None, ids)).exists():
            self._tell_customer_of(record)
        return False

    def _tell_customer_of(self, record):
        """Return the message, empty when it must not be sent.

        Why is in the list of automatic messages.
        """
        conversation = self._find_conversation_of(record)
        if not conversation:
            return self.env["mail.message"]
        arbiter = self.env["messaging.arbiter"]
        identity = conversation.messaging_identity_id
        language = arbiter._get_language(identity)
        action = self.sudo().with_context(
            lang=language
        )  # sudo: its text is for anybody
        text = placeholders.fill(
            action.messaging_text or "",
            action._prepare_messaging_values(record, conversation),
        )
        candidate = Candidate(
            kind="server_action",
            priority=PRIORITY,
            text=text,
            fallback=action._get_fallback(identity, record),
            personal=action._tells_about_records(),
        )
        case = conversation.helpdesk_ticket_id
        if record._name == "helpdesk.ticket":
            case = record.sudo()  # sudo: helpdesk.ticket - what it is about
        return arbiter._tell(conversation, candidate, case)

    def _tells_about_records(self):
        """Whether the text has anything in it that only this customer may read."""
        text = self.messaging_text or ""
        values = dict.fromkeys(("customer", "first_name", "record", "number"), "")
        return text != placeholders.fill(text, values)

    def _find_conversation_of(self, record):
        """Return the conversation, with ``sudo``, in which a customer is told.

        The one of the record; else where the contact wrote last.
        """
        # sudo: discuss.channel - an automation writes where its user may not read
        record = record.sudo()
        if "conversation_id" in record._fields and record.conversation_id:
            return record.conversation_id
        partner = record if record._name == "res.partner" else record.partner_id
        identities = self.env["messaging.identity"].sudo()  # sudo: as above
        # "in": without a contact nobody, not whoever has none
        domain = [("partner_id", "in", partner.ids), ("conversation_id", "!=", False)]
        company = "company_id" in record._fields and record.company_id
        if company:
            domain.append(("company_id", "=", company.id))
        elif self.env.uid != SUPERUSER_ID:  # who runs it; jobs serve all companies
            domain.append(("company_id", "in", self.env.companies.ids))
        return identities.search(domain, limit=1).conversation_id

    def _prepare_messaging_values(self, record, conversation):
        """Hook: the value of each placeholder, as plain text."""
        partner = conversation.helpdesk_partner_id
        name = partner.name or ""
        agent = conversation.helpdesk_agent_id
        number = record.number if "number" in record._fields else ""
        return {
            "customer": name,
            "first_name": name.split()[0] if name.split() else "",
            "agent": agent.name or conversation.helpdesk_company_id.name,
            "company": conversation.helpdesk_company_id.name,
            "record": record.sudo().display_name or "",  # sudo: shown to its customer
            "number": str(number or ""),
        }
