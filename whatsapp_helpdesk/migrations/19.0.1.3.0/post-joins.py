"""Messages of merged contacts go to the conversation that goes on."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["messaging.join"]._adopt_earlier_merges()
