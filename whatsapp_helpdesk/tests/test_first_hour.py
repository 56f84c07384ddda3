"""What is there when somebody opens the app for the first time."""

import importlib.util
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from ..hooks import post_init_hook
from ..models.quick_reply_texts import QUICK_REPLIES

AGENTS = "helpdesk_mgmt.group_helpdesk_user_own"


@tagged("post_install", "-at_install")
class TestFirstHour(TransactionCase):
    def _get_teams(self, company):
        return self.env["helpdesk.ticket.team"].search(
            [("company_id", "=", company.id)]
        )

    def _get_quick_replies(self, language):
        Data = self.env["ir.model.data"]
        domain = [
            ("module", "=", "whatsapp_helpdesk"),
            ("model", "=", "mail.canned.response"),
            ("name", "=like", f"quick_reply_{language}_%"),
        ]
        ids = Data.search(domain).mapped("res_id")
        return self.env["mail.canned.response"].browse(ids)

    def test_a_new_company_has_an_inbox_a_team_and_hours(self):
        company = self.env["res.company"].create({"name": "Second Shop"})
        self.assertTrue(
            self.env["messaging.inbox"].search([("company_id", "=", company.id)])
        )
        team = self._get_teams(company)
        self.assertEqual(len(team), 1)
        self.assertEqual(team.resource_calendar_id, company.resource_calendar_id)
        self.assertTrue(team.resource_calendar_id)

    def test_who_creates_the_company_leads_its_team(self):
        admin = self.env.ref("base.user_admin")
        company = (
            self.env["res.company"].with_user(admin).create({"name": "Second Shop"})
        )
        team = self._get_teams(company)
        self.assertEqual(team.user_id, admin)
        self.assertEqual(team.user_ids, admin)

    def test_a_company_with_a_team_gets_no_other(self):
        company = self.env["res.company"].create({"name": "Second Shop"})
        self._get_teams(company).name = "Front Desk"
        company._prepare_first_hour()
        self.assertEqual(self._get_teams(company).mapped("name"), ["Front Desk"])

    def test_an_archived_team_is_not_replaced(self):
        company = self.env["res.company"].create({"name": "Second Shop"})
        self._get_teams(company).active = False
        company._prepare_first_hour()
        self.assertFalse(self._get_teams(company))

    def test_the_hook_can_run_twice(self):
        post_init_hook(self.env)
        before = [
            self.env[model].search_count([])
            for model in (
                "messaging.inbox",
                "helpdesk.ticket.team",
                "mail.canned.response",
            )
        ]
        post_init_hook(self.env)
        after = [
            self.env[model].search_count([])
            for model in (
                "messaging.inbox",
                "helpdesk.ticket.team",
                "mail.canned.response",
            )
        ]
        self.assertEqual(before, after)

    def test_a_team_keeps_hours_of_its_own(self):
        calendar = self.env["resource.calendar"].create({"name": "Nights"})
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Night Watch", "resource_calendar_id": calendar.id}
        )
        team.name = "Nights"
        self.assertEqual(team.resource_calendar_id, calendar)

    def test_a_team_moved_to_another_company_has_that_companys_hours(self):
        company = self.env["res.company"].create({"name": "Second Shop"})
        calendar = self.env["resource.calendar"].create(
            {"name": "Nights", "company_id": self.env.company.id}
        )
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Night Watch", "resource_calendar_id": calendar.id}
        )
        team.company_id = company
        self.assertEqual(team.resource_calendar_id, company.resource_calendar_id)

    def test_stages_of_a_talk_exist_once(self):
        team = self.env["helpdesk.ticket.team"].create({"name": "Front Desk"})
        names = team._get_applicable_stages().with_context(lang="en_US").mapped("name")
        wanted = {"New", "In Progress", "Awaiting", "Done", "Cancelled"}
        self.assertLessEqual(wanted, set(names))
        self.assertEqual(len(names), len(set(names)))

    # -- quick replies ----------------------------------------------------------------

    def test_agents_find_quick_replies(self):
        agent = mail_new_test_user(self.env, login="first_agent", groups=AGENTS)
        found = self.env["mail.canned.response"].with_user(agent).search([])
        shared = self._get_quick_replies("en")
        self.assertGreaterEqual(len(shared), 8)
        self.assertLessEqual(shared, found)

    def test_who_is_no_agent_does_not_find_them(self):
        person = mail_new_test_user(self.env, login="staff", groups="base.group_user")
        found = self.env["mail.canned.response"].with_user(person).search([])
        self.assertFalse(found & self._get_quick_replies("en"))

    def test_a_manager_changes_quick_replies(self):
        manager = mail_new_test_user(
            self.env, login="boss", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        reply = self._get_quick_replies("en")[0].with_user(manager)
        reply.substitution = "Good morning!"
        self.assertEqual(reply.substitution, "Good morning!")

    def test_arabic_replies_come_with_arabic(self):
        self._get_quick_replies("ar").unlink()
        Lang = self.env["res.lang"].with_context(active_test=False)
        arabic = Lang.search([("code", "=", "ar_001")])
        if arabic.active:
            arabic.active = False
        arabic.active = True
        self.assertEqual(len(self._get_quick_replies("ar")), len(QUICK_REPLIES["ar"]))

    def test_a_changed_reply_stays_changed(self):
        reply = self._get_quick_replies("en")[0]
        reply.substitution = "Our own words"
        self.env["mail.canned.response"]._prepare_quick_replies()
        self.assertEqual(reply.substitution, "Our own words")

    def test_each_language_has_every_reply_with_another_shortcut(self):
        names = {
            language: [name for name, _shortcut, _text in replies]
            for language, replies in QUICK_REPLIES.items()
        }
        shortcuts = [
            shortcut
            for replies in QUICK_REPLIES.values()
            for _name, shortcut, _text in replies
        ]
        self.assertEqual(names["en"], names["ar"])
        self.assertEqual(len(shortcuts), len(set(shortcuts)))

    # -- older databases --------------------------------------------------------------

    def test_an_older_database_gets_them_unless_it_has_its_own(self):
        self.env["mail.canned.response"].search([]).unlink()
        migration = self._load_migration()
        migration.migrate(self.env.cr, "19.0.1.1.0")
        replies = self._get_quick_replies("en")
        self.assertEqual(len(replies), len(QUICK_REPLIES["en"]))
        replies[1:].unlink()
        migration.migrate(self.env.cr, "19.0.1.1.0")
        self.assertEqual(self._get_quick_replies("en"), replies[:1])

    def _load_migration(self):
        path = Path(__file__).parents[1] / ("migrations/19.0.1.2.0/post-first-hour.py")
        spec = importlib.util.spec_from_file_location("post_first_hour", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
