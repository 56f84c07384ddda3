"""What counts now stands on the identity, for accounts that had a ledger before."""

from odoo.tools import SQL


def migrate(cr, version):
    for purpose in ("service", "utility", "marketing"):
        cr.execute(
            SQL(
                """
                UPDATE messaging_identity identity SET %(column)s = newest.state
                  FROM (SELECT DISTINCT ON (identity_id) identity_id, state
                          FROM messaging_consent WHERE purpose = %(purpose)s
                         ORDER BY identity_id, given_at DESC, id DESC) newest
                 WHERE newest.identity_id = identity.id
                """,
                column=SQL.identifier(f"{purpose}_consent"),
                purpose=purpose,
            )
        )
