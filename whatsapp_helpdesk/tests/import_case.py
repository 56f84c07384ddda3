"""Importing a file as the buttons do it."""

import base64
import secrets


class ImportMixin:
    """One way to import a file, as the buttons do it."""

    @classmethod
    def _set_up_import(cls):
        cls.account.country_id = cls.env.ref("base.iq")
        cls.manager = cls._create_agent(
            "import_manager", "Mona Manager", "helpdesk_mgmt.group_helpdesk_manager"
        )

    def _prepare(self, content, filename="list.csv", **values):
        content = content.encode() if isinstance(content, str) else content
        record = (
            self.env["messaging.import"]
            .with_user(self.manager)
            .create(
                {
                    "account_id": self.account.id,
                    "file": base64.b64encode(content),
                    "filename": filename,
                    "tz": "UTC",
                    **values,
                }
            )
        )
        record.action_read()
        return record

    def _import(self, content, filename="list.csv", **values):
        record = self._prepare(content, filename, **values)
        record.action_start()
        return record

    def _get_codes(self, record):
        return [(refusal.line, refusal.code) for refusal in record.refusal_ids]


def get_new_import_values(env, account):
    """Values of a new record of each model of imports."""
    record = env["messaging.import"].create({"account_id": account.id})
    line = {"import_id": record.id}
    return {
        "messaging.import": {"account_id": account.id},
        "messaging.import.column": {**line, "index": secrets.randbelow(10**6)},
        "messaging.import.author": {**line, "name": "Ann"},
        "messaging.import.refusal": {**line, "line": 2, "code": "number"},
    }
