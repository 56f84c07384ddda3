from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.base.models.res_partner import _tz_get

#: As many lines are imported while the person waits; more by a job.
AT_ONCE = 500


class MessagingImport(models.Model):
    """A file with opt-ins or conversations, from reading it to its result.

    The file is deleted when its import is done; refused lines are kept for a while so
    that they can be corrected.
    """

    _name = "messaging.import"
    _description = "Messaging Import"
    _order = "id desc"
    _rec_name = "filename"
    _check_company_auto = True

    kind = fields.Selection(
        [("opt_in", "Opt-ins and Opt-outs"), ("history", "Past Conversations")],
        required=True,
        default="opt_in",
    )
    account_id = fields.Many2one(
        "messaging.account",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self._get_default_account(),
        help="The number or page that these customers know. Numbers without a country "
        "code belong to its country.",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    state = fields.Selection(
        [
            ("draft", "New"),
            ("read", "To Check"),
            ("running", "Running"),
            ("done", "Done"),
            ("stopped", "Stopped"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )
    file = fields.Binary(attachment=True, copy=False)
    filename = fields.Char(copy=False)
    file_format = fields.Selection(
        [
            ("csv", "CSV"),
            ("xlsx", "Excel"),
            ("json", "JSON"),
            ("chat", "Exported Chat"),
        ],
        readonly=True,
        copy=False,
    )
    column_ids = fields.One2many("messaging.import.column", "import_id")
    date_order = fields.Selection(
        [("dmy", "Day, Month, Year"), ("mdy", "Month, Day, Year")],
        "Order of Dates",
        help="The file does not tell whether 1/2 is the first of February or the "
        "second of January.",
    )
    date_order_needed = fields.Boolean(compute="_compute_preview")
    tz = fields.Selection(
        _tz_get,
        "Time Zone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="Of times in the file that name none.",
    )
    create_contacts = fields.Boolean(
        help="Without this, lines whose number no contact has are refused."
    )
    # -- opt-ins
    for_marketing = fields.Boolean("Marketing", default=True)
    for_utility = fields.Boolean("Utility")
    for_service = fields.Boolean("Service")
    given_at = fields.Datetime(
        "Given On", help="For lines without a date of their own."
    )
    origin = fields.Char(
        "Where It Was Given",
        help="For example the form, shop or fair. For lines without an own one.",
    )
    wording = fields.Text(
        "What They Agreed To",
        help="The sentence these customers agreed to, word by word: the proof when "
        "somebody asks. For lines without an own one.",
    )
    # -- conversations
    number = fields.Char(
        "Customer's Number", help="For files that do not tell the number."
    )
    author_ids = fields.One2many("messaging.import.author", "import_id")
    customer_author_id = fields.Many2one(
        "messaging.import.author",
        "Customer in the File",
        domain="[('import_id', '=', id)]",
        ondelete="set null",
        help="Everybody else in the file wrote for the business.",
    )
    # -- result
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    blocker = fields.Char(compute="_compute_preview")
    total = fields.Integer("Lines", readonly=True)
    position = fields.Integer("Lines Handled", readonly=True, copy=False)
    done_count = fields.Integer("Imported", readonly=True, copy=False)
    known_count = fields.Integer("Imported Before", readonly=True, copy=False)
    contact_count = fields.Integer("Contacts Created", readonly=True, copy=False)
    refusal_ids = fields.One2many("messaging.import.refusal", "import_id")
    refused_count = fields.Integer("Refused", compute="_compute_refused_count")
    stop_reason = fields.Char(readonly=True, copy=False)

    @api.model
    def _get_default_account(self):
        domain = [
            ("company_id", "=", self.env.company.id),
            ("is_test", "=", False),
        ]
        return self.env["messaging.account"].search(domain, limit=1)

    @api.depends("refusal_ids")
    def _compute_refused_count(self):
        counts = dict(
            self.env["messaging.import.refusal"]._read_group(
                [("import_id", "in", self.ids)], ["import_id"], ["__count"]
            )
        )
        for record in self:
            record.refused_count = counts.get(record, 0)

    # -- buttons ----------------------------------------------------------------------

    def action_read(self):
        """Read the file and guess what its columns mean."""
        self.ensure_one()
        self.check_access("write")
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        self._read_layout()
        self.state = "read"

    def action_start(self):
        """Import now, or by a job when it takes longer."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "read":
            raise UserError(self.env._("This file was imported already."))
        if self.blocker:
            raise UserError(self.blocker)
        self.write({"state": "running", "position": 0})
        if self.total <= AT_ONCE:
            self._run_now()
        else:
            self._wake_job()

    def action_back(self):
        """Choose another file."""
        self.ensure_one()
        if self.state == "read":
            self.column_ids.unlink()
            self.author_ids.unlink()
            self.write({"state": "draft", "file": False, "file_format": False})

    def action_stop(self):
        """Stop a job; what it imported stays."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "running":
            self._finish("stopped")

    def action_show_refusals(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refused Lines"),
            "res_model": "messaging.import.refusal",
            "view_mode": "list",
            "domain": [("import_id", "=", self.id)],
        }

    def action_download_refusals(self):
        """The refused lines as a CSV file in which nothing is a formula."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/messaging/import/{self.id}/refused.csv",
            "target": "download",
        }

    def action_download_sample(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/messaging/import/sample/{self.kind}.csv",
            "target": "download",
        }
