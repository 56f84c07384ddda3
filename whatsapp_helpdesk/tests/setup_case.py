"""Set-up of the tests of connecting a number: an administrator and a provider."""

from unittest.mock import patch

from odoo.addons.mail.tests.common import mail_new_test_user

from . import bodies
from .fake_graph import FakeAccountGraph


class SetupMixin:
    """The base case has made a team; accounts of its own are out of the way."""

    def _start_graph(self):
        self.graph = FakeAccountGraph()
        self.addCleanup(self.graph.stop)
        network_class = self.env.registry["messaging.network"]
        self.startPatcher(
            patch.object(network_class, "_end_transaction", lambda network: None)
        )

    def _create_admin(self):
        return mail_new_test_user(
            self.env,
            login="setup_admin",
            password="setup_admin",
            name="Ada Administrator",
            email="ada@example.com",
            groups="base.group_system,helpdesk_mgmt.group_helpdesk_manager",
        )

    def _start_setup(self):
        """Return a guided set-up in the step where the app is entered."""
        Setup = self.env["messaging.setup"].with_user(self.admin)
        setup = Setup.browse(Setup.action_start()["res_id"])
        setup.with_context(setup_channel="whatsapp").action_choose_channel()
        setup.write({"app_secret": "right-secret", "base_url": self.graph.url})
        return setup

    def _choose_number(self, setup):
        """Go on to the tests, with the fake's one number."""
        setup.action_next()
        setup.write({"access_token": "good-token", "external_parent_id": bodies.WABA})
        setup.action_find_numbers()
        setup.number_ids.action_choose()
        return setup.account_id

    def _get_states(self, setup):
        setup.invalidate_recordset()
        return {check["code"]: check["state"] for check in setup.checks}

    def _get_check(self, setup, code):
        setup.invalidate_recordset()
        return next(check for check in setup.checks if check["code"] == code)
