"""Templates belong to the company of their account."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .template_case import ProviderTemplateCase

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


@tagged("post_install", "-at_install")
class TestTemplateCompany(ProviderTemplateCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls._create_template("order_update")
        cls.other = cls.env["res.company"].create({"name": "Other Company"})
        cls.stranger = new_test_user(
            cls.env,
            "template_stranger",
            groups=MANAGER,
            company_id=cls.other.id,
            company_ids=[(6, 0, cls.other.ids)],
        )

    def test_other_companies_see_none(self):
        for record in (
            self.template,
            self.template.variable_ids,
            self.template.button_ids,
        ):
            theirs = record.with_user(self.stranger)
            with self.subTest(model=record._name):
                self.assertFalse(theirs.search([("id", "in", record.ids)]))
                with self.assertRaises(AccessError):
                    theirs.check_access("read")

    def test_other_companies_fetch_none(self):
        self.env["messaging.template"].with_user(self.stranger).action_fetch_all()
        self.assertFalse(self.fake.requests)

    def test_other_companies_change_none(self):
        theirs = self.template.with_user(self.stranger)
        for method in ("action_edit", "action_resume", "action_delete"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(theirs, method)()

    def test_examples_are_for_accounts_one_sees(self):
        Pick = self.env["messaging.template.example.pick"].with_user(self.stranger)
        self.assertFalse(Pick._get_accounts())
        with self.assertRaises(AccessError):
            pick = Pick.create({"account_id": self.account.id})
            pick.line_ids[0].chosen = True
            pick.action_create()
