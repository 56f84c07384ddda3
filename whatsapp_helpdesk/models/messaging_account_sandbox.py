from odoo import SUPERUSER_ID, api, models
from odoo.modules.registry import Registry

from ..gateway.errors import GatewayError
from ..gateway.provider import MediaBlob


class PhoneFiles:
    """Where the gateway finds files sent from test phones: in this database.

    It is used like a network, while no transaction is open, so it opens its own.
    """

    def __init__(self, dbname, account_id):
        self._dbname = dbname
        self._account_id = account_id

    def load_media(self, media_id):
        """:raise GatewayError: reason ``media`` when there is no such file."""
        with Registry(self._dbname).cursor(readonly=True) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            account = env["messaging.account"].browse(self._account_id)
            attachment = account._find_phone_file(media_id)
            if not attachment:
                raise GatewayError("media", details="file is not there")
            return MediaBlob(
                content=attachment.raw,
                mime_type=attachment.mimetype or "",
                filename=attachment.name or "",
            )


class MessagingAccount(models.Model):
    _inherit = "messaging.account"

    def _prepare_transport(self, provider_class, credentials):
        """Override: a test channel has no network behind it."""
        if provider_class.features.test_only:
            return PhoneFiles(self.env.cr.dbname, self.id)
        return super()._prepare_transport(provider_class, credentials)

    def _find_phone_file(self, media_id):
        """Return the file sent from a test phone of this account, or none."""
        Attachment = self.env["ir.attachment"]
        if not media_id.isdecimal():
            return Attachment
        attachment = Attachment.browse(int(media_id)).exists()
        if attachment.res_model != "messaging.sandbox.link":
            return Attachment
        link = self.env["messaging.sandbox.link"].browse(attachment.res_id)
        return attachment if link.account_id == self else Attachment

    @api.model
    def _get_demo_phone_url(self):
        """Return the address of a new test phone, or False where there can be none.

        For the command that runs a demonstration: it prints the address.
        """
        Link = self.env["messaging.sandbox.link"]
        account = self.search([("is_test", "=", True)], limit=1)
        if not account or not Link._is_enabled():
            return False
        language = self.env.user.lang or "en_US"
        values = {"account_id": account.id, "language": language}
        name = self.env._("Test Customer")
        link = Link.search(
            [("account_id", "=", account.id), ("name", "=", name)], limit=1
        )
        return (link or Link.create({**values, "name": name}))._issue_url()
