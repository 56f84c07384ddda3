"""What a browser may call by name, tried by people whose business it is not.

Every method without a leading underscore can be called by anybody who is logged in.
They are found by looking, so a new one is tried without being listed here.
"""

import inspect
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .security_case import SecurityCase

APP = "odoo.addons.whatsapp_helpdesk"
#: Those who have nothing to do with the private team's customer, nor with set-up.
STRANGERS = ("employee", "portal", "agent", "other_salesperson")
#: Methods whose answer is meant for strangers, too; why.
FOR_EVERYBODY = {
    # Says nothing without a team of one's own.
    "messaging.checklist.get_checklist",
}
#: What no answer to a stranger may have in it.
SECRETS = (
    "secret of private",
    "access-token-value",
    "app-secret-value",
    "old-secret-value",
) + ("Case private",)


@tagged("post_install", "-at_install")
class TestPublicMethods(SecurityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.target = cls.conversations["private"]
        cls.case = cls.target.helpdesk_ticket_id
        cls.partner = cls.target.helpdesk_partner_id
        cls.partner.user_id = False
        cls.message = cls.env["mail.message"].search(
            [("res_id", "=", cls.target.id), ("messaging_direction", "=", "in")]
        )
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Lead", "partner_id": cls.partner.id, "user_id": False}
        )
        cls.template = cls.env["messaging.template"].create(
            {
                "account_id": cls.account.id,
                "external_id": "1",
                "name": "hello",
                "language": "en",
                "category": "utility",
                "status": "APPROVED",
                "body": "Hello {{1}}",
            }
        )
        cls.template.variable_ids[:1].write({"source": "ticket", "field_path": "name"})
        cls.arguments = {
            "partner_id": cls.partner.id,
            "ticket_id": cls.case.id,
            "message_id": cls.message.id,
            "emails": ["x@example.com"],
            "pinned": True,
            "decision": "arrived",
        }

    def test_strangers_change_and_learn_nothing(self):
        tried = 0
        for model, name, function in self._get_methods():
            for person in STRANGERS:
                with self.subTest(f"{model}.{name}", person=person):
                    self._attack(model, name, function, person)
                tried += 1
        self.assertGreater(tried, 100)

    # -- finding ----------------------------------------------------------------------

    def _get_methods(self):
        """Return model, name and function of every public method of this app."""
        known = set(dir(self.env.registry["mail.thread"]))
        known |= set(dir(self.env.registry["discuss.channel.member"]))
        found = []
        for model in sorted(self.env.registry):
            model_class = self.env.registry[model]
            for name in sorted(set(dir(model_class)) - known):
                function = inspect.getattr_static(model_class, name)
                if name.startswith("_") or not inspect.isfunction(function):
                    continue
                own = any(
                    name in vars(base) and base.__module__.startswith(APP)
                    for base in model_class.__mro__
                )
                if own:
                    found.append((model, name, function))
        return found

    def _get_target(self, model):
        """Return somebody else's record, of the private team where there is one."""
        records = self.env[model]
        if records._abstract or records._transient:
            return records.browse()
        named = {
            "discuss.channel": self.target,
            "helpdesk.ticket": self.case,
            "helpdesk.ticket.team": self.private_team,
            "mail.message": self.message,
            "res.partner": self.partner,
            "crm.lead": self.lead,
        }.get(model)
        if named:
            return named
        for field, value in (
            ("conversation_id", self.target.id),
            ("message_id.conversation_id", self.target.id),
            ("identity_id.conversation_id", self.target.id),
        ):
            known = records._fields.get(field.split(".")[0])
            domain = [(field, "=", value)]
            if known and known.store and (found := records.search(domain, limit=1)):
                return found
        return records.search([], limit=1)

    def _get_arguments(self, function):
        parameters = list(inspect.signature(function).parameters.values())[1:]
        return {
            parameter.name: self.arguments[parameter.name]
            for parameter in parameters
            if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
            and (
                parameter.default is parameter.empty or parameter.name in self.arguments
            )
        }

    # -- attacking --------------------------------------------------------------------

    def _attack(self, model, name, function, person):
        record = self._as(person, self._get_target(model))
        record = record.with_context(
            active_model="discuss.channel",
            active_id=self.target.id,
            active_ids=self.target.ids,
            default_conversation_id=self.target.id,
            default_partner_id=self.partner.id,
        )
        self.env.flush_all()
        self.env.invalidate_all()  # nothing is known from before
        before = self._get_state()
        network = self.env.registry["messaging.network"]
        try:
            with (
                self.env.cr.savepoint(),
                mute_logger("odoo.addons.base.models.ir_rule", "odoo.models"),
                patch.object(network, "_end_transaction", self._refuse_network),
            ):
                if record._transient:
                    record = record.create(self._get_wizard_values(record))
                    self.assertNoSecretIn(record.read())
                answer = getattr(record, name)(**self._get_arguments(function))
                self.env.flush_all()
                after = self._get_state()
                raise _Undo
        except _Undo:
            self.assertEqual(after, before, "it changed something")
            self.assertHarmless(f"{model}.{name}", answer)
        except (AccessError, UserError) as refusal:
            self.assertTrue(refusal)
        except ValueError as error:
            # Called for nothing, as Odoo itself says it.
            self.assertIn("singleton", str(error))
        finally:
            self.env.invalidate_all()

    def _get_wizard_values(self, wizard):
        """Fill in what a wizard would be opened for: the stranger's wish."""
        wishes = {
            record._name: record.id
            for record in (self.target, self.case, self.partner, self.account)
            + (self.connection, self.template, self.target.messaging_identity_id)
        }
        return {
            name: wishes[field.comodel_name]
            for name, field in wizard._fields.items()
            if field.type == "many2one"
            and field.comodel_name in wishes
            and not field.related
            and (not field.compute or not field.readonly)
        }

    def _refuse_network(self, *_args):
        raise AssertionError("a stranger made the server call a provider")

    def assertHarmless(self, name, answer):
        self.assertNoSecretIn(answer)
        # Windows are descriptions; their records are read with the reader's rights.
        is_window = isinstance(answer, dict) and "type" in answer
        if not is_window and name not in FOR_EVERYBODY:
            self.assertIn(answer, (None, False, True), f"{name} answers")

    def assertNoSecretIn(self, answer):
        text = repr(answer)
        for secret in SECRETS:
            self.assertNotIn(secret, text)

    def _get_state(self):
        """A value that changes with any row that matters."""
        tables = [
            model._table
            for name, model in self.env.registry.items()
            if (name.startswith(("messaging.", "helpdesk.")) or name in WATCHED)
            and model._auto
            and not (model._abstract or model._transient)
        ]
        parts = " UNION ALL ".join(
            f"SELECT '{table}', count(*), sum(hashtext(t::text)::bigint) "
            f'FROM "{table}" t'
            for table in sorted(tables)
        )
        self.env.cr.execute(parts)
        return self.env.cr.fetchall()


#: Other tables that our methods write to.
WATCHED = (
    "discuss.channel",
    "discuss.channel.member",
    "mail.message",
    "res.partner",
) + ("crm.lead", "ir.attachment", "ir.config_parameter", "mail.activity")


class _Undo(Exception):
    """Takes back what was not refused."""
