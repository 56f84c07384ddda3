from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Templates from before had a text only: what it leaves open becomes rows."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    templates = env["messaging.template"].with_context(active_test=False).search([])
    templates._refresh_variables()
