from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """What was delivered before there was a ledger becomes charges, by a job."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    [[first]] = env["messaging.message"]._read_group(
        [("pricing_category", "!=", False)], aggregates=["create_date:min"]
    )
    if first:
        env["messaging.recompute"].create({"date_from": first.date()})
