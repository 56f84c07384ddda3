from odoo import api, models

from .quick_reply_texts import QUICK_REPLIES


class MailCannedResponse(models.Model):
    _inherit = "mail.canned.response"

    @api.model
    def _prepare_quick_replies(self, codes=None):
        """Create the quick replies of languages in use that are not there yet.

        English is everybody's fallback; others come with their language. Each has an
        external id, so it is created once and kept as people changed it.

        :param codes: codes of languages; those in use if not given.
        """
        if codes is None:
            codes = [code for code, _name in self.env["res.lang"].get_installed()]
        languages = {code.partition("_")[0] for code in codes} | {"en"}
        for language in sorted(languages & set(QUICK_REPLIES)):
            self._prepare_quick_replies_of(language)

    @api.model
    def _prepare_quick_replies_of(self, language):
        agents = self.env.ref("helpdesk_mgmt.group_helpdesk_user_own")
        data = [
            {
                "xml_id": f"whatsapp_helpdesk.quick_reply_{language}_{name}",
                "noupdate": True,
                "values": {
                    "source": shortcut,
                    "substitution": text,
                    "group_ids": [(6, 0, agents.ids)],
                },
            }
            for name, shortcut, text in QUICK_REPLIES[language]
        ]
        new = [
            line
            for line in data
            if not self.env.ref(line["xml_id"], raise_if_not_found=False)
        ]
        self._load_records(new)
