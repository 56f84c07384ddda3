from odoo.exceptions import AccessError
from odoo.tests import TransactionCase
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

OWN = "helpdesk_mgmt.group_helpdesk_user_own"
TEAM = "helpdesk_mgmt.group_helpdesk_user_team"
ALL = "helpdesk_mgmt.group_helpdesk_user"
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
SALES = "sales_team.group_sale_salesman"


class SecurityMixin:
    """A small company: two open teams, a private one, and everybody who might look.

    Everything is made with superuser rights; the tests then act as the persons. All
    customers' conversations exist with one message of the customer and one note.
    """

    @classmethod
    def _set_up_security(cls):
        cls.env = cls.env(
            context=dict(cls.env.context, no_reset_password=True, tracking_disable=True)
        )
        cls.company = cls.env.company
        cls.people = {}
        for name, groups in cls._get_people().items():
            cls._create_person(name, groups)
        cls.people["public"] = cls.env.ref("base.public_user")
        cls._create_teams()
        cls._create_channel_records()
        cls._create_conversations()

    @classmethod
    def _get_people(cls):
        return {
            "agent": OWN,
            "colleague": OWN,
            "team_agent": TEAM,
            "all_agent": ALL,
            "leader": OWN,
            "manager": MANAGER,
            "hr_member": OWN,
            "hr_leader": OWN,
            "salesperson": SALES,
            "other_salesperson": SALES,
            "employee": "base.group_user",
            "portal": "base.group_portal",
            "administrator": "base.group_system",
        }

    @classmethod
    def _create_person(cls, name, groups, **values):
        cls.people[name] = mail_new_test_user(
            cls.env,
            login=f"sec_{name}",
            name=name.replace("_", " ").title(),
            email=f"{name}@example.com",
            groups=groups,
            notification_type="email" if "portal" in groups else "inbox",
            **values,
        )
        return cls.people[name]

    @classmethod
    def _create_teams(cls):
        people = cls.people
        Team = cls.env["helpdesk.ticket.team"]
        support_users = people["agent"] | people["colleague"] | people["team_agent"]
        cls.team = Team.create(
            {
                "name": "Support",
                "user_id": people["leader"].id,
                "user_ids": [(6, 0, support_users.ids)],
            }
        )
        cls.other_team = Team.create({"name": "Repairs"})
        hr_users = people["hr_member"] | people["hr_leader"]
        cls.private_team = Team.create(
            {
                "name": "Personnel",
                "is_private": True,
                "user_id": people["hr_leader"].id,
                "user_ids": [(6, 0, hr_users.ids)],
            }
        )

    @classmethod
    def _create_channel_records(cls):
        cls.connection = cls.env["messaging.connection"].create(
            {
                "name": "App",
                "channel": "whatsapp",
                "app_secret": "app-secret-value",
                "app_secret_previous": "old-secret-value",
                "base_url": "https://proxy.example.com",
            }
        )
        cls.account = cls.env["messaging.account"].create(
            {
                "name": "Number",
                "connection_id": cls.connection.id,
                "external_id": "111",
                "access_token": "access-token-value",
                "team_id": cls.team.id,
            }
        )

    @classmethod
    def _create_conversations(cls):
        people = cls.people
        cls.conversations = {}
        for name, team, agent in (
            ("mine", cls.team, people["agent"]),
            ("queue", cls.team, None),
            ("colleague", cls.team, people["colleague"]),
            ("other_team", cls.other_team, None),
            ("private", cls.private_team, people["hr_member"]),
        ):
            cls._create_conversation(name, team, agent)
        portal = people["portal"]
        cls.conversations["mine"].helpdesk_ticket_id.partner_id = portal.partner_id
        # The salesperson's contacts: one open, one talking to the private team.
        for name in ("mine", "private"):
            partner = cls.conversations[name].helpdesk_partner_id
            partner.user_id = people["salesperson"]

    @classmethod
    def _create_identity(cls, account, partner):
        identity = cls.env["messaging.identity"].create(
            {"account_id": account.id, "name": partner.name, "partner_id": partner.id}
        )
        cls.env["messaging.address"].create(
            {
                "identity_id": identity.id,
                "kind": "phone",
                "value": f"+96477000{identity.id:05}",
                "scope": f"account:{account.id}",
                "reach": "provider:whatsapp",
            }
        )
        return identity

    @classmethod
    def _create_conversation(cls, name, team, agent=None, account=None, partner=None):
        account = account or cls.account
        partner = partner or (
            cls.people["portal"].partner_id
            if name == "mine"
            else cls.env["res.partner"].create({"name": f"Customer {name}"})
        )
        identity = cls._create_identity(account, partner)
        conversation = cls.env["discuss.channel"]._get_or_create_conversation(
            account.inbox_id, partner, team if team.is_private else None
        )
        identity.conversation_id = conversation
        ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": f"Case {name}",
                "description": "first message",
                "partner_id": partner.id,
                "team_id": team.id,
                "user_id": agent and agent.id,
                "company_id": account.company_id.id,
                "conversation_id": conversation.id,
                "messaging_account_id": account.id,
                "messaging_identity_id": identity.id,
            }
        )
        conversation.write(
            {
                "helpdesk_ticket_id": ticket.id,
                "helpdesk_team_id": team.id,
                "helpdesk_agent_id": agent and agent.id,
                "helpdesk_sales_readable": True,
                "messaging_identity_id": identity.id,
            }
        )
        if agent:
            conversation._helpdesk_add_agent(agent)
        message = conversation._helpdesk_post_inbound(
            identity=identity, ticket=ticket, body=f"secret of {name}"
        )
        cls._create_records_of_message(message, identity, ticket)
        cls.conversations[name] = conversation
        return conversation

    @classmethod
    def _create_records_of_message(cls, message, identity, ticket):
        """The rows that the workers leave behind for a received message."""
        part = cls.env["messaging.message"].create(
            {
                "account_id": identity.account_id.id,
                "identity_id": identity.id,
                "conversation_id": identity.conversation_id.id,
                "mail_message_id": message.id,
                "ticket_id": ticket.id,
                "direction": "in",
                "kind": "text",
                "author_kind": "customer",
                "state": "received",
                "external_id": f"wamid.{message.id}",
            }
        )
        cls.env["messaging.attempt"].create(
            {"message_id": part.id, "account_id": identity.account_id.id}
        )
        cls.env["messaging.media"].create(
            {"message_id": part.id, "kind": "image", "reference": {"id": "1"}}
        )
        cls.env["messaging.consent"].create(
            {
                "identity_id": identity.id,
                "purpose": "marketing",
                "state": "in",
                "source": "message",
            }
        )
        Fact = cls.env["helpdesk.message.fact"]
        if not Fact.search_count([("mail_message_id", "=", message.id)]):
            Fact.create(
                {
                    "ticket_id": ticket.id,
                    "mail_message_id": message.id,
                    "company_id": ticket.company_id.id,
                    "direction": "in",
                    "author_kind": "customer",
                    "path": "messaging",
                    "occurred_at": message.date,
                    "posted_at": message.date,
                }
            )

    # -- questions ------------------------------------------------------------------

    def _as(self, name, records):
        """The records as that person sees them: no rights but their own."""
        return records.with_user(self.people[name]).sudo(False)

    def _is_allowed(self, action):
        """Try for real, in a savepoint; only a refusal for lack of rights is a no."""
        try:
            with (
                mute_logger("odoo.addons.base.models.ir_rule", "odoo.models"),
                self.env.cr.savepoint(),
            ):
                action()
                self.env.flush_all()
                raise _Undo
        except _Undo:
            return True
        except AccessError:
            return False
        finally:
            self.env.invalidate_all()

    def _get_customer_message(self, conversation):
        return self.env["mail.message"].search(
            [
                ("model", "=", "discuss.channel"),
                ("res_id", "=", conversation.id),
                ("messaging_direction", "=", "in"),
            ],
            limit=1,
        )


class _Undo(Exception):
    """Takes back what an allowed attempt did."""


class SecurityCase(SecurityMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_security()
