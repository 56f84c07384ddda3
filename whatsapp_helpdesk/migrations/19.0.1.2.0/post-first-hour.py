"""What a new installation starts with, for databases that are older.

Working hours of existing teams need no step: the column is computed when it is added.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    cr.execute(
        "UPDATE discuss_channel SET helpdesk_has_history = TRUE WHERE id IN ("
        "SELECT res_id FROM mail_message WHERE helpdesk_is_history "
        "AND model = 'discuss.channel')"
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["res.company"].search([])._prepare_first_hour()
    Reply = env["mail.canned.response"]
    agents = env.ref("helpdesk_mgmt.group_helpdesk_user_own")
    if not Reply.search_count([("group_ids", "in", agents.ids)], limit=1):
        Reply._prepare_quick_replies()
