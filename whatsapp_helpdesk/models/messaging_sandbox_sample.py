"""A sample conversation: something to answer before the first customer writes.

It goes through the Sandbox, the way every message comes in and out, so that all of it
can be tried. Everything belongs to one test customer and is removed in one click.
"""

from datetime import datetime, timedelta, timezone

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError

from ..gateway.sandbox import builder
from ..gateway.updates import Address, AddressKind, Scope

#: What the Sandbox knows the sample customer and an account made for it by.
CUSTOMER = "sample-customer"
ACCOUNT = "sample"
#: Only this very object lets a conversation be deleted; no client can send it.
REMOVING = object()


class MessagingSample(models.AbstractModel):
    _name = "messaging.sandbox.sample"
    _description = "Sample Conversation"

    # -- buttons ----------------------------------------------------------------------

    @api.model
    def action_create(self):
        """Open the sample conversation; created when there is none."""
        self._check_manager()
        user = self.env.user
        sample = self.sudo()  # sudo: all models - rights were checked, test data only
        conversation = sample._find_identity().conversation_id
        if not conversation:
            conversation = sample._create_conversation(user)
        return conversation.with_env(self.env).action_open_conversation()

    @api.model
    def action_remove(self):
        """Delete the sample customer with all that was written."""
        self._check_manager()
        # OdooBot: messages of conversations are deleted by the system only
        removed = self.with_user(SUPERUSER_ID)._remove(self.env.company)
        text = (
            self.env._("The sample conversation was removed.")
            if removed
            else self.env._("There is no sample conversation.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text,
                "type": "success" if removed else "info",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _check_manager(self):
        user = self.env.user
        if not (
            user.has_group("helpdesk_mgmt.group_helpdesk_manager")
            or user.has_group("base.group_system")
        ):
            raise AccessError(
                self.env._("Only managers of the helpdesk handle sample data.")
            )

    # -- creating ---------------------------------------------------------------------

    @api.model
    def _get_addresses(self):
        return [Address(AddressKind.USER_ID, CUSTOMER, Scope.ACCOUNT)]

    @api.model
    def _find_accounts(self, company):
        domain = [("company_id", "=", company.id), ("is_test", "=", True)]
        return self.env["messaging.account"].search(domain)

    @api.model
    def _find_identity(self, company=None):
        Identity = self.env["messaging.identity"]
        accounts = self._find_accounts(company or self.env.company)
        return Identity.union(
            *(Identity._find(account, self._get_addresses()) for account in accounts)
        )[:1]

    @api.model
    def _get_account(self):
        company = self.env.company
        account = self._find_accounts(company)[:1]
        if account:
            return account
        team = self.env["helpdesk.ticket.team"].search(
            [("company_id", "in", [company.id, False]), ("is_private", "=", False)],
            limit=1,
        )
        connection = self.env["messaging.connection"].create(
            {
                "name": self.env._("Sandbox"),
                "channel": "sandbox",
                "company_id": company.id,
            }
        )
        return self.env["messaging.account"].create(
            {
                "name": self.env._("Sandbox"),
                "connection_id": connection.id,
                "external_id": ACCOUNT,
                "display_address": self.env._("Test phone"),
                "team_id": team.id,
            }
        )

    @api.model
    def _create_conversation(self, user):
        account = self._get_account()
        for body in self._build_bodies(account):
            self._deliver(account.connection_id, body)
        identity = self._find_identity()
        conversation = identity.conversation_id
        conversation._messaging_note(
            self.env._(
                "This is a sample: nobody else sees what you answer. Take the case, "
                "type :: for a quick reply, write a note, resolve it. Settings > "
                "Helpdesk > Sandbox removes it."
            )
        )
        case = conversation.helpdesk_ticket_id
        if user in case.team_id.user_ids and case.user_id != user:
            case.user_id = user
        return conversation

    @api.model
    def _build_bodies(self, account):
        sender = builder.Sender(
            account.external_id, CUSTOMER, self.env._("Sara (sample)")
        )
        now = datetime.now(timezone.utc)
        texts = self._get_texts()
        return [
            builder.build_message(sender, text, at=now - timedelta(minutes=minutes))
            for minutes, text in zip((6, 4), texts, strict=True)
        ]

    @api.model
    def _get_texts(self):
        return (
            self.env._("Hello! I ordered a blue backpack last week, number S00042."),
            self.env._("When will it arrive? I need it for a trip on Friday."),
        )

    @api.model
    def _deliver(self, connection, body):
        """Take a body in as from outside and handle it at once."""
        secret = connection._get_sandbox_secret()
        connection._receive(builder.signed_headers(body, secret), body)
        Update = self.env["messaging.update"]
        updates = Update.search(
            [("connection_id", "=", connection.id), ("state", "=", "pending")],
            order="id",
        )
        locked = Update._lock_partitions(list(set(updates.mapped("partition"))))
        updates.filtered(lambda update: update.partition in locked)._process_batch()

    # -- removing ---------------------------------------------------------------------

    @api.model
    def _remove(self, company):
        """Return whether there was a sample."""
        identity = self.with_company(company)._find_identity(company)
        if not identity:
            return False
        account, partner = identity.account_id, identity.partner_id
        cases = self.env["helpdesk.ticket"].search(
            [("messaging_identity_id", "=", identity.id)]
        )
        conversations = cases.conversation_id | identity.conversation_id
        self._remove_traffic(identity, conversations, cases)
        identity.conversation_id = False
        conversations.write({"messaging_identity_id": False})
        cases.unlink()
        conversations.with_context(messaging_sample=REMOVING).unlink()
        identity.unlink()
        if partner.is_messaging_test and not partner._has_messaging_history():
            partner.unlink()
        if account.external_id == ACCOUNT:
            self._remove_account(account)
        return True

    @api.model
    def _remove_traffic(self, identity, conversations, cases):
        """Everything that points at the customer, what depends on other rows first."""
        self.env["helpdesk.message.fact"].search(
            [("ticket_id", "in", cases.ids)]
        ).unlink()
        for model in self._get_models():
            self.env[model].search([("identity_id", "=", identity.id)]).unlink()
        self.env["mail.message"].search(
            [("model", "=", "discuss.channel"), ("res_id", "in", conversations.ids)]
        ).unlink()

    @api.model
    def _get_models(self):
        """Hook: models whose rows of the sample customer go, by ``identity_id``."""
        return ["messaging.message", "messaging.consent", "messaging.pace"]

    @api.model
    def _remove_account(self, account):
        """Made for the sample alone: it goes unless somebody used it for more."""
        connection = account.connection_id
        used = self.env["messaging.identity"].search_count(
            [("account_id", "=", account.id)], limit=1
        )
        if used or connection.account_ids != account:
            return
        self.env["messaging.event"].search(
            [("connection_id", "=", connection.id)]
        ).unlink()
        account.unlink()
        connection.unlink()
