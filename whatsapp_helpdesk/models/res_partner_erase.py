"""The contact of an erased person: kept, archived, or emptied of who it was."""

from odoo import api, models

from .messaging_erase import BATCH

#: Everything a contact says about a person.
PERSONAL_FIELDS = (
    "phone",
    "email",
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "partner_latitude",
    "partner_longitude",
    "website",
    "function",
    "vat",
    "ref",
    "comment",
    "company_name",
    "company_registry",
    "barcode",
    "image_1920",
    "category_id",
    "user_id",
    "parent_id",
    "tz",
    "properties",
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _erase_person(self, identities, partner):
        erase = self.env["messaging.erase"]._get_current()
        if not partner or erase.cursor:
            return 0
        erase.cursor = 1
        if erase.contact_action == "anonymise" and erase._may_change_contact():
            return partner._anonymise(erase)
        if erase.contact_action != "keep" and erase._may_change_contact():
            partner.active = False
        partner._message_log(body=self.env._("%(erase)s is done.", erase=erase.name))
        return 1

    def _anonymise(self, erase):
        """Empty the contact; documents that name it keep an empty name."""
        self.ensure_one()
        self.env["mail.activity"].with_context(active_test=False).search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        ).unlink()
        messages = self.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "=", self.id)]
        )
        count = len(messages)
        for batch in range(0, count, BATCH):
            messages[batch : batch + BATCH]._erase_rows()
        while self.env["ir.attachment"]._erase_files_of(self._name, self.ids):
            pass
        self.write(self._prepare_anonymous_values(erase))
        self.env["mail.followers"].search([("partner_id", "=", self.id)]).unlink()
        return count + 1

    def _prepare_anonymous_values(self, erase):
        """Hook: values of a contact that says nothing about anybody."""
        values = {name: False for name in PERSONAL_FIELDS if name in self._fields}
        return {
            **values,
            "name": self.env._("Erased (%(number)s)", number=erase.id),
            "active": False,
        }
