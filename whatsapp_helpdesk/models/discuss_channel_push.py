import json

from odoo import models


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _web_push_send_notification(
        self, devices, private_key, public_key, payload_by_lang=None, payload=None
    ):
        """Leave pushes of conversations to Odoo's job, however few they are.

        Core sends to a handful of devices at once, that is with the worker's
        transaction open while a server somewhere is waited for.
        """
        if not any(channel.is_helpdesk for channel in self):
            return super()._web_push_send_notification(
                devices,
                private_key,
                public_key,
                payload_by_lang=payload_by_lang,
                payload=payload,
            )
        # sudo: mail.push, ir.cron - the system tells the assignee's devices
        self.env["mail.push"].sudo().create(
            [
                {
                    "mail_push_device_id": device.id,
                    "payload": json.dumps(
                        (payload_by_lang or {}).get(device.partner_id.lang, payload)
                    ),
                }
                for device in devices
            ]
        )
        # sudo: ir.cron - as above
        return self.env.ref("mail.ir_cron_web_push_notification").sudo()._wake_once()
