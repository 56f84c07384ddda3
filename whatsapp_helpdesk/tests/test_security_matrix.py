"""Who may do what: the document people read.

Two tables. The first says who sees which conversation; the second who may read,
write, create and delete each kind of record. The tests try every cell for real.
"""

import secrets
from datetime import datetime

from odoo.exceptions import UserError
from odoo.tests import tagged

from .import_case import get_new_import_values
from .security_case import SecurityCase
from .security_join import JOIN_CHANGES, get_new_join_values
from .security_privacy import PRIVACY_CHANGES, get_new_privacy_values

#: The conversations: "mine" is held by the agent, "queue" by nobody, "colleague" by
#: another agent of the same team, "other_team" is another team's queue, "private" is
#: the personnel team's. r = reads it, n = may write a note, p = may post an answer.
#: The customer of "mine" and "private" is the salesperson's contact.
#: An administrator sees what core's own rule shows; of private teams nothing directly.
WHO_SEES_WHAT = """
                     mine  queue  colleague  other_team  private
    agent            rnp   rn     -          -           -
    team_agent       rn    rn     rn         -           -
    all_agent        rn    rn     rn         rn          -
    leader           rnp   rnp    rnp        -           -
    manager          rn    rn     rn         rn          -
    hr_member        -     -      -          -           rnp
    hr_leader        -     -      -          -           rnp
    salesperson      rn    -      -          -           -
    other_salesperson -    -      -          -           -
    employee         -     -      -          -           -
    portal           -     -      -          -           -
    public           -     -      -          -           -
    administrator    rn    rn     rn         rn          -
"""

#: Records of the conversation "mine". r = read, w = write, c = create, u = unlink.
WHO_MAY_DO_WHAT = """
                            agent team all  leader mgr  sales staff portal public admin
    discuss.channel         r     r    r    r      r    r     -     -      -      r
    discuss.channel.member  rw    r    r    r      r    -     -     -      -      rw
    mail.message            r     r    r    r      r    r     -     r      -      r
    helpdesk.ticket         rwc   rwc  rwc  rwc    rwcu r     -     r      -      -
    messaging.connection    -     -    -    -      r    -     -     -      -      rwcu
    messaging.account       r     r    r    r      rw   -     -     -      -      rwcu
    messaging.inbox         r     r    r    r      rwc  -     -     -      -      rwcu
    messaging.identity      r     r    r    r      rw   -     -     -      -      r
    messaging.address       r     r    r    r      r    -     -     -      -      r
    messaging.consent       rc    rc   rc   rc     rc   -     -     -      -      r
    messaging.event         -     -    -    -      -    -     -     -      -      ru
    messaging.update        -     -    -    -      r    -     -     -      -      rw
    messaging.message       r     r    r    r      r    -     -     -      -      r
    messaging.attempt       -     -    -    -      r    -     -     -      -      r
    messaging.automatic     -     -    -    -      -    -     -     -      -      r
    messaging.pace          -     -    -    -      -    -     -     -      -      r
    messaging.media         -     -    -    -      r    -     -     -      -      r
    messaging.health        -     -    -    -      r    -     -     -      -      r
    messaging.problem       -     -    -    -      r    -     -     -      -      r
    messaging.setup         -     -    -    -      -    -     -     -      -      rwcu
    messaging.setup.number  -     -    -    -      -    -     -     -      -      rwcu
    messaging.signature.failure -  -   -    -      r    -     -     -      -      r
    messaging.template      r     r    r    r      rwcu -     -     -      -      rwcu
    messaging.template.batch -    -    -    -      r    -     -     -      -      r
    messaging.template.batch.line - -  -    -      r    -     -     -      -      r
    messaging.template.button r   r    r    r      rwcu -     -     -      -      rwcu
    messaging.template.variable r r    r    r      rwcu -     -     -      -      rwcu
    messaging.sandbox.link  -     -    -    -      rwcu -     -     -      -      rwcu
    messaging.import        -     -    -    -      rwcu -     -     -      -      rwcu
    messaging.import.column -     -    -    -      rwcu -     -     -      -      rwcu
    messaging.import.author -     -    -    -      rwcu -     -     -      -      rwcu
    messaging.import.refusal -    -    -    -      r    -     -     -      -      r
    messaging.rate          -     -    -    -      rwcu -     -     -      -      rwcu
    messaging.charge        r     r    r    r      r    -     -     -      -      r
    messaging.budget        -     -    -    -      r    -     -     -      -      r
    messaging.recompute     -     -    -    -      rc   -     -     -      -      rc
    helpdesk.assignment     -     -    -    -      -    -     -     -      -      r
    helpdesk.message.fact   r     r    r    r      r    -     -     -      -      r
    messaging.erase         -     -    -    -      -    -     -     -      -      r
    messaging.erased.address -    -    -    -      -    -     -     -      -      r
    messaging.export        -     -    -    -      -    -     -     -      -      -
    messaging.export.file   -     -    -    -      -    -     -     -      -      -
    messaging.join          r     r    r    r      r    -     -     -      -      r
    messaging.join.line     r     r    r    r      r    -     -     -      -      r
    messaging.join.open     r     r    r    r      r    -     -     -      -      r
    messaging.join.suggestion r   r    r    r      r    -     -     -      -      r
    messaging.join.progress -     -    -    -      -    -     -     -      -      r
    messaging.proof         -     -    -    -      r    -     -     -      -      r
"""

#: Column heads of the second table that are short for a person of the first.
SHORT = {
    "team": "team_agent",
    "all": "all_agent",
    "mgr": "manager",
    "sales": "salesperson",
    "staff": "employee",
    "admin": "administrator",
}


def parse(table):
    """Return ``{row: {column: cell}}`` of a table written with blanks."""
    header, *rows = (line.split() for line in table.strip().splitlines())
    header = [SHORT.get(name, name) for name in header]
    return {row[0]: dict(zip(header, row[1:], strict=True)) for row in rows}


@tagged("post_install", "-at_install")
class TestSecurityMatrix(SecurityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        connection = cls.env["messaging.connection"].create(
            {"name": "Sandbox", "channel": "sandbox"}
        )
        cls.sandbox_account = cls.env["messaging.account"].create(
            {"name": "Sandbox", "connection_id": connection.id, "external_id": "test"}
        )

    def assertSameTable(self, expected, actual):
        differences = [
            f"{row} / {column}: written {cell}, found {actual[row][column]}"
            for row, cells in expected.items()
            for column, cell in cells.items()
            if cell != actual[row][column]
        ]
        self.assertFalse(differences, "\n" + "\n".join(differences))

    def test_who_sees_which_conversation(self):
        expected = parse(WHO_SEES_WHAT)
        actual = {
            person: {
                name: self._get_rights_in(person, self.conversations[name])
                for name in cells
            }
            for person, cells in expected.items()
        }
        self.assertSameTable(expected, actual)

    def test_messages_are_read_by_those_who_see_the_conversation(self):
        for person, cells in parse(WHO_SEES_WHAT).items():
            for name, cell in cells.items():
                if (person, name) == ("portal", "mine"):
                    continue  # the customer reads what they wrote themselves
                message = self._get_customer_message(self.conversations[name])
                with self.subTest(person=person, conversation=name):
                    self.assertEqual(
                        self._reads(person, message), "r" in cell, message.body
                    )

    def test_who_may_do_what_with_each_kind_of_record(self):
        expected = parse(WHO_MAY_DO_WHAT)
        actual = {
            model: {person: self._get_operations(person, model) for person in cells}
            for model, cells in expected.items()
        }
        self.assertSameTable(expected, actual)

    def test_every_model_of_ours_is_in_the_table(self):
        models = self.env["ir.model"].search([("abstract", "=", False)])
        ours = {
            model.model
            for model in models
            if model.modules.split(", ")[0] == "whatsapp_helpdesk"
            and not self.env[model.model]._transient
        }
        self.assertGreater(len(ours), 12)
        self.assertFalse(ours - set(parse(WHO_MAY_DO_WHAT)))

    # -- how a cell is found out --------------------------------------------------

    def _reads(self, person, record):
        def read():
            record_as = self._as(person, record)
            record_as.check_access("read")
            record_as.read(["id", "display_name"])

        found = False
        if self._is_allowed(lambda: self._as(person, record).search([("id", "=", 1)])):
            found = bool(self._as(person, record).search([("id", "=", record.id)]))
        allowed = self._is_allowed(read)
        self.assertEqual(
            found, allowed, f"{person}: search and read of {record} differ"
        )
        return allowed

    def _get_rights_in(self, person, conversation):
        def note():
            self._as(person, conversation).message_post(
                body="note", subtype_xmlid="mail.mt_note", message_type="comment"
            )

        def reply():
            channel = self._as(person, conversation)
            channel._helpdesk_check_readable()
            try:
                channel._helpdesk_check_can_reply()
            except UserError as error:
                self.assertNotIsInstance(error, AssertionError)
                raise

        rights = "r" if self._reads(person, conversation) else ""
        rights += "n" if self._is_allowed(note) else ""
        rights += "p" if self._is_allowed(reply) else ""
        return rights or "-"

    def _get_operations(self, person, model):
        conversation = self.conversations["mine"]
        record = self._get_record(model, conversation)
        rights = "r" if self._reads(person, record) else ""
        attempts = {
            "w": lambda: self._as(person, record).write(self._get_change(model)),
            "c": lambda: self._as(person, self.env[model]).create(
                self._get_new_values(model, conversation)
            ),
            "u": lambda: self._as(person, self._make_spare(model, record)).unlink(),
        }
        for letter, attempt in attempts.items():
            rights += letter if self._is_allowed(attempt) else ""
        return rights or "-"

    def _get_record(self, model, conversation):
        message = self._get_customer_message(conversation)
        records = {
            "discuss.channel": conversation,
            "discuss.channel.member": conversation.channel_member_ids,
            "mail.message": message,
            "helpdesk.ticket": conversation.helpdesk_ticket_id,
            "messaging.connection": self.connection,
            "messaging.account": self.account,
            "messaging.inbox": self.account.inbox_id,
            "messaging.identity": conversation.messaging_identity_id,
            "messaging.address": conversation.messaging_identity_id.address_ids,
            "messaging.message": message.messaging_part_ids,
            "messaging.health": self.env["messaging.health"].browse(self.account.id),
        }
        if model in records:
            return records[model]
        domains = {
            "messaging.consent": [
                ("identity_id", "=", conversation.messaging_identity_id.id)
            ],
            "messaging.attempt": [("message_id", "=", message.messaging_part_ids.id)],
            "messaging.media": [("message_id", "=", message.messaging_part_ids.id)],
            "helpdesk.message.fact": [("mail_message_id", "=", message.id)],
            "messaging.pace": [("account_id", "=", self.account.id)],
        }
        if model in domains:
            return self.env[model].search(domains[model])
        return self.env[model].create(self._get_new_values(model, conversation))

    def _get_change(self, model):
        return {
            "discuss.channel": {"name": "Renamed"},
            "discuss.channel.member": {"custom_channel_name": "Renamed"},
            "mail.message": {"body": "changed"},
            "helpdesk.ticket": {"name": "Renamed"},
            "messaging.identity": {"blocked": True},
            "messaging.address": {"value": "+1"},
            "messaging.consent": {"wording": "changed"},
            "messaging.event": {"error": "changed"},
            "messaging.health": {"sequence": 1},
            "messaging.problem": {"kind": "changed"},
            **PRIVACY_CHANGES,
            **JOIN_CHANGES,
            "messaging.signature.failure": {"count": 0},
            "messaging.setup": {"external_parent_id": "1"},
            "messaging.update": {"state": "pending"},
            "messaging.message": {"state": "read"},
            "messaging.attempt": {"outcome": "accepted"},
            "messaging.automatic": {"scope": "changed"},
            "messaging.proof": {"state": "used"},
            "messaging.media": {"state": "done"},
            "messaging.template.batch.line": {"state": "sent"},
            "helpdesk.message.fact": {"final_state": "failed"},
            "helpdesk.assignment": {"cases": 2},
            "messaging.pace": {"due": 1.0},
            "messaging.rate": {"source": "changed"},
            "messaging.charge": {"is_estimate": True},
            "messaging.budget": {"spent": 1.0},
            "messaging.recompute": {"added_count": 1},
            "messaging.template.button": {"title": "Renamed"},
            "messaging.import": {"filename": "Renamed"},
            "messaging.import.column": {"heading": "Renamed"},
            "messaging.import.refusal": {"code": "number"},
        }.get(model, {"name": "Renamed"})

    def _get_new_values(self, model, conversation):
        return {
            **self._get_new_set_up(),
            **self._get_new_templates(),
            **self._get_new_talk(conversation),
            **self._get_new_traffic(conversation),
            **get_new_privacy_values(self.env, self.company),
            **get_new_join_values(self.env, conversation),
            **self._get_new_costs(conversation),
            **get_new_import_values(self.env, self.account),
        }[model]

    def _get_new_set_up(self):
        return {
            "messaging.connection": {"name": "New", "channel": "whatsapp"},
            "messaging.account": {
                "name": "New",
                "connection_id": self.connection.id,
                "external_id": "999",
            },
            "messaging.inbox": {"name": "New"},
            "helpdesk.assignment": {"user": 1, "cases": 1, "transaction": "1"},
            "messaging.setup": {},
            "messaging.setup.number": {
                "setup_id": self.env["messaging.setup"].create({}).id,
                "external_id": "1",
            },
            "messaging.health": {"sequence": 1},
            "messaging.problem": {
                "account_id": self.account.id,
                "kind": secrets.token_hex(8),
            },
            "messaging.signature.failure": {
                "connection_id": self.connection.id,
                "hour": datetime.fromtimestamp(secrets.randbelow(10**9)),
            },
            "messaging.sandbox.link": {
                "name": "New",
                "account_id": self.sandbox_account.id,
            },
            "messaging.identity": {"account_id": self.account.id},
            "messaging.pace": {
                "account_id": self.account.id,
                "identity_id": self.env["messaging.identity"]
                .create({"account_id": self.account.id})
                .id,
            },
        }

    def _get_new_templates(self):
        return {
            "messaging.template": {
                "account_id": self.account.id,
                "name": secrets.token_hex(8),
                "language": "en",
            },
            "messaging.template.button": {
                "template_id": self._make_template().id,
                "title": "New",
            },
            "messaging.template.variable": {
                "template_id": self._make_template().id,
                "component": "body",
                "name": secrets.token_hex(8),
            },
            "messaging.template.batch": self._get_new_batch(),
            "messaging.template.batch.line": {
                "batch_id": self.env["messaging.template.batch"]
                .create(self._get_new_batch())
                .id,
                "partner_id": self.env["res.partner"].create({"name": "One"}).id,
            },
        }

    def _make_template(self):
        values = {"name": secrets.token_hex(8), "language": "en"}
        return self.env["messaging.template"].create(
            {"account_id": self.account.id, **values}
        )

    def _get_new_batch(self):
        template = self.env["messaging.template"].create(
            {
                "account_id": self.account.id,
                "name": secrets.token_hex(8),
                "language": "en",
            }
        )
        return {"name": "New", "template_id": template.id, "user_id": 1}

    def _get_new_costs(self, conversation):
        day = datetime.fromtimestamp(secrets.randbelow(10**9)).date()
        currency = self.company.currency_id
        return {
            "messaging.rate": {
                "category": "utility",
                "region": "rest_of_world",
                "date_from": day,
                "amount": 0.1,
                "currency_id": currency.id,
            },
            "messaging.charge": {
                "account_id": self.account.id,
                "company_id": self.company.id,
                "external_key": secrets.token_hex(8),
                "ticket_id": conversation.helpdesk_ticket_id.id,
                "basis": "free",
                "currency_id": currency.id,
                "charged_at": "2025-01-01",
                "date": day,
            },
            "messaging.budget": {"account_id": self.account.id, "month": day},
            "messaging.recompute": {"date_from": day},
        }

    def _get_new_talk(self, conversation):
        stranger = self.env["res.partner"].search([("name", "=", "New")], limit=1)
        stranger = stranger or self.env["res.partner"].create({"name": "New"})
        return {
            "discuss.channel": {
                "channel_type": "helpdesk",
                "name": "New",
                "messaging_inbox_id": self.account.inbox_id.id,
                "helpdesk_partner_id": stranger.id,
            },
            "discuss.channel.member": {
                "channel_id": conversation.id,
                "partner_id": stranger.id,
            },
            "mail.message": {
                "model": "discuss.channel",
                "res_id": conversation.id,
                "body": "new",
            },
            "helpdesk.ticket": {
                "name": "New",
                "description": "new",
                "team_id": self.team.id,
                "user_id": False,
            },
            "helpdesk.message.fact": {
                "ticket_id": conversation.helpdesk_ticket_id.id,
                "company_id": self.company.id,
                "direction": "note",
                "author_kind": "agent",
                "path": "internal",
                "occurred_at": "2025-01-01",
                "posted_at": "2025-01-01",
            },
        }

    def _get_new_traffic(self, conversation):
        identity = conversation.messaging_identity_id
        part = self._get_customer_message(conversation).messaging_part_ids
        return {
            "messaging.address": {
                "identity_id": identity.id,
                "kind": "email",
                "value": "new@example.com",
                "scope": "x",
                "reach": "x",
            },
            "messaging.consent": self._get_new_consent(identity),
            "messaging.event": self._get_new_event(),
            "messaging.update": {
                "event_id": self.env["messaging.event"]
                .create(self._get_new_event())
                .id,
                "connection_id": self.connection.id,
                "key": secrets.token_hex(8),
                "kind": "message",
            },
            "messaging.message": {
                "account_id": self.account.id,
                "identity_id": identity.id,
                "conversation_id": conversation.id,
                "direction": "out",
                "kind": "text",
                "author_kind": "agent",
            },
            "messaging.attempt": {
                "message_id": part.id,
                "account_id": self.account.id,
            },
            "messaging.automatic": {
                "identity_id": identity.id,
                "account_id": self.account.id,
                "conversation_id": conversation.id,
                "kind": "greeting",
                "sent_at": "2025-01-01",
            },
            "messaging.proof": self._get_new_proof(conversation),
            "messaging.media": {
                "message_id": part.id,
                "kind": "image",
                "reference": {},
            },
        }

    def _get_new_proof(self, conversation):
        return {
            "kind": "link",
            "account_id": self.account.id,
            "partner_id": conversation.helpdesk_partner_id.id,
            "secret": secrets.token_hex(8),
            "started_at": "2025-01-01",
            "expires_at": "2025-01-01",
        }

    def _get_new_consent(self, identity):
        return {
            "identity_id": identity.id,
            "purpose": "marketing",
            "state": "in",
            "source": "agent",
            "wording": "Yes, send me offers",
        }

    def _get_new_event(self):
        return {
            "connection_id": self.connection.id,
            "sha256": secrets.token_hex(32),
            "body": "e30=",
        }

    def _make_spare(self, model, record):
        """A record that nothing else holds on to, so that only rights decide."""
        spare = {
            "messaging.connection": {"name": "Spare", "channel": "whatsapp"},
            "messaging.account": {
                "name": "Spare",
                "connection_id": self.connection.id,
                "external_id": "888",
            },
            "messaging.inbox": {"name": "Spare"},
            "messaging.identity": {"account_id": self.account.id},
        }
        if model in spare:
            return self.env[model].create(spare[model])
        return record
