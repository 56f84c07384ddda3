"""Set-up shared by the tests of templates."""

from unittest.mock import patch

from .common import MessagingCase
from .fake_templates import FakeTemplates


class TemplateCase(MessagingCase):
    """One approved template with a header, two body variables and two buttons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls._create_template("order_update")

    @classmethod
    def _create_template(cls, name, **values):
        return cls.env["messaging.template"].create(
            {
                "account_id": cls.account.id,
                "name": name,
                "language": "en",
                "category": "utility",
                "status": "APPROVED",
                "header_format": "text",
                "header_text": "Order {{1}}",
                "body": "Hello {{1}}, your order {{2}} is on its way.",
                "footer": "Example Shop",
                "button_ids": [
                    (0, 0, {"kind": "quick_reply", "title": "Thanks", "sequence": 1}),
                    (
                        0,
                        0,
                        {
                            "kind": "url",
                            "title": "Track",
                            "url": "https://example.com/t/{{1}}",
                            "sequence": 2,
                        },
                    ),
                ],
                **values,
            }
        )

    def _get_keys(self, template=None):
        return (template or self.template).variable_ids.mapped("key")


class ProviderTemplateCase(MessagingCase):
    """The account's provider keeps its templates in memory."""

    _create_template = classmethod(TemplateCase._create_template.__func__)

    def setUp(self):
        super().setUp()
        self.fake = FakeTemplates()
        account_class = self.env.registry["messaging.account"]
        network_class = self.env.registry["messaging.network"]
        for owner, name, stand_in in (
            (account_class, "_prepare_transport", lambda *_args: self.fake),
            (
                network_class,
                "_end_transaction",
                lambda network: network.env.flush_all(),
            ),
        ):
            patcher = patch.object(owner, name, stand_in)
            self.startPatcher(patcher)
