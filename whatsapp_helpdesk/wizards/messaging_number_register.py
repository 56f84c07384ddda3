from odoo import fields, models
from odoo.exceptions import UserError


class MessagingNumberRegister(models.TransientModel):
    """Proves that a number is ours and connects it with its PIN.

    Codes and PIN are forgotten before they are used.
    """

    _name = "messaging.number.register"
    _description = "Register a Number"
    _inherit = ["messaging.secret.mixin"]

    _secret_fields = ("pin", "code")

    account_id = fields.Many2one("messaging.account", required=True, ondelete="cascade")
    display_address = fields.Char(related="account_id.display_address")
    step = fields.Selection(
        [("verify", "Code"), ("register", "PIN")], default="register", required=True
    )
    method = fields.Selection(
        [("sms", "Text Message"), ("voice", "Call")],
        "Send It by",
        default="sms",
        required=True,
    )
    code = fields.Char(copy=False, groups="base.group_system")
    pin = fields.Char(
        "PIN",
        copy=False,
        groups="base.group_system",
        help="Six digits: the two-step PIN of the number, or a new one. Keep it safe.",
    )

    def action_request_code(self):
        self.ensure_one()
        self._ask("request_code", self.method, self.env.lang or "en_US")
        return self._show()

    def action_verify_code(self):
        self.ensure_one()
        self._ask("verify_code", self._take("code"))
        self.step = "register"
        return self._show()

    def action_register(self):
        self.ensure_one()
        pin = self._take("pin")
        if len(pin) != 6 or not (pin.isascii() and pin.isdecimal()):
            raise UserError(self.env._("The PIN has six digits."))
        self._ask("register", pin)
        setup = self.env["messaging.setup"].search(
            [("account_id", "=", self.account_id.id), ("step", "=", "check")], limit=1
        )
        if setup:
            setup.action_check()
        return {"type": "ir.actions.act_window_close"}

    def _take(self, name):
        value = (self[name] or "").strip()
        self[name] = False
        if not value:
            raise UserError(self.env._("Enter the digits first."))
        return value

    def _ask(self, method, *args):
        self.env["messaging.account"].check_access("create")
        network = self.env["messaging.network"]
        network._call_for_person(self.account_id, method, *args)

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register the Number"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
