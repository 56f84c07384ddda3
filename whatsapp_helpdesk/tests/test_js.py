import odoo.tests

from odoo.addons.web.tests.test_js import HOOTCommon, unit_test_error_checker


class HelpdeskHoot(HOOTCommon):
    """Browser tests of our own client code, and of nothing else."""

    preset = "desktop"

    def get_hoot_filters(self):
        self._test_params = [("+", "@whatsapp_helpdesk")]
        return super().get_hoot_filters()

    def _run_hoot(self):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset={self.preset}&timeout=15000"
            f"{self.hoot_filters}",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )


@odoo.tests.tagged("post_install", "-at_install", "wh_js")
class TestHelpdeskJs(HelpdeskHoot):
    def test_conversations(self):
        self._run_hoot()


@odoo.tests.tagged("post_install", "-at_install", "wh_js")
class TestHelpdeskJsOnPhone(HelpdeskHoot):
    browser_size = "375x667"
    touch_enabled = True
    preset = "mobile"

    def test_conversations(self):
        self._run_hoot()
