from odoo import models

#: Digits at the end of a number that find candidates Odoo could not normalise.
MATCHED_END = 7
#: Those digits, in SQL and as the index has them.
PHONE_END = (
    "right(regexp_replace(translate(phone, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', "
    f"'01234567890123456789'), '[^0-9]', '', 'g'), {MATCHED_END})"
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Every first message of a customer looks for the owner of its number.
    _messaging_phone_sanitized = models.Index(
        "(phone_sanitized) WHERE phone_sanitized IS NOT NULL"
    )
    _messaging_phone_end = models.Index(
        f"({PHONE_END}) WHERE phone_sanitized IS NULL AND phone IS NOT NULL"
    )
