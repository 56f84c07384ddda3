"""Records of erasing and exporting for the security matrix."""

import secrets

from odoo import fields

#: A change of each that only the server makes.
PRIVACY_CHANGES = {
    "messaging.erase": {"note": "changed"},
    "messaging.erased.address": {"was_blocked": True},
    "messaging.export": {"reference": "changed"},
    "messaging.export.file": {"filename": "changed"},
}


def get_new_privacy_values(env, company):
    companies = [(6, 0, company.ids)]
    export = env["messaging.export"].create({"company_ids": companies})
    return {
        "messaging.erase": {"reason": "request", "company_ids": companies},
        "messaging.erased.address": {
            "hash": secrets.token_hex(32),
            "company_id": company.id,
            "erased_at": fields.Datetime.now(),
        },
        "messaging.export": {"company_ids": companies},
        "messaging.export.file": {
            "export_id": export.id,
            "number": 1,
            "filename": "export.zip",
        },
    }
