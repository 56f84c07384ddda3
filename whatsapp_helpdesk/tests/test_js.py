import odoo.tests
from odoo.addons.web.tests.test_js import WebSuite


@odoo.tests.tagged("post_install", "-at_install", "wh_js")
class TestHelpdeskJs(WebSuite):
    def get_hoot_filters(self):
        self._test_params = [("+", "@whatsapp_helpdesk")]
        return super().get_hoot_filters()

    def test_conversations(self):
        self.test_unit_desktop()
