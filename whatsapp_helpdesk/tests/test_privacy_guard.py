"""Whoever adds a model says what it holds about a person."""

from odoo.tests import TransactionCase, tagged

#: What makes a model suspect: a link to a person, or room for what they said.
PERSONS = {"res.partner", "messaging.identity", "discuss.channel", "mail.message"}
TEXTS = {"text", "html", "json", "binary", "image"}
OWN = {"create_uid", "write_uid"}


@tagged("post_install", "-at_install")
class TestPrivacyGuard(TransactionCase):
    def _get_our_models(self):
        models = self.env["ir.model"].search([("abstract", "=", False)])
        return sorted(
            model.model
            for model in models
            if model.modules.split(", ")[0] == "whatsapp_helpdesk"
            and self.env[model.model]._auto
            and not self.env[model.model]._transient
        )

    def _get_suspicious_fields(self, model):
        return sorted(
            name
            for name, field in self.env[model]._fields.items()
            if name not in OWN
            and field.store
            and field.type not in ("one2many", "many2many")
            and (field.comodel_name in PERSONS or field.type in TEXTS)
        )

    def test_every_model_is_erased_or_says_why_not(self):
        person = self.env["messaging.person"]
        known = {model for model, _method in person._get_all_erasers()}
        known |= set(person._get_impersonal_models())
        missing = {
            model: self._get_suspicious_fields(model)
            for model in self._get_our_models()
            if model not in known
        }
        self.assertFalse(
            missing, "add these to messaging.person: _get_erasers or IMPERSONAL"
        )

    def test_models_without_persons_link_to_none(self):
        """Those whose rows go with another one, and counts, may."""
        person = self.env["messaging.person"]
        for model, why in person._get_impersonal_models().items():
            linked = [
                name
                for name in self._get_suspicious_fields(model)
                if self.env[model]._fields[name].comodel_name in PERSONS
            ]
            with self.subTest(model=model, why=why):
                self.assertTrue(why)
                self.assertTrue(
                    not linked
                    or why.startswith("goes with")
                    or all(
                        self.env[model]._fields[name].ondelete
                        in ("set null", "cascade")
                        for name in linked
                    )
                )

    def test_every_eraser_and_exporter_exists(self):
        person = self.env["messaging.person"]
        listed = [
            *person._get_all_erasers(),
            *((model, method) for _name, model, method in person._get_exporters()),
        ]
        for model, method in listed:
            with self.subTest(model=model, method=method):
                self.assertTrue(callable(getattr(self.env[model], method)))
