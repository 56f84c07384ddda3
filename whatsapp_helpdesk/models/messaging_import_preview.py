"""What an import would do, before it does it."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

#: Lines shown: the first ones, and the first with a problem.
SHOWN = 10


class MessagingImport(models.Model):
    _inherit = "messaging.import"

    @api.depends(
        "kind",
        "state",
        "file",
        "file_format",
        "account_id",
        "column_ids.opt_in_role",
        "column_ids.history_role",
        "date_order",
        "tz",
        "for_marketing",
        "for_utility",
        "for_service",
        "given_at",
        "origin",
        "wording",
        "number",
        "customer_author_id",
    )
    @api.depends_context("lang", "tz")
    def _compute_preview(self):
        for record in self:
            record.preview = record.blocker = record.date_order_needed = False
            if record.state == "read" and record.file:
                record._preview_file()

    def _preview_file(self):
        try:
            lines, orders = self._read_lines()
        except UserError as error:
            self.blocker = str(error)
            return
        self.date_order_needed = len(orders) > 1
        self.blocker = self._find_blocker(lines, orders)
        self.preview = self._render_preview(lines)

    def _find_blocker(self, lines, orders):
        """Return a sentence about what is missing before the import, or False."""
        missing = (
            self._find_missing_customer()
            or self._find_missing_column()
            or self._find_missing_order(orders)
        )
        if not missing and lines and all(line.error for line in lines):
            return self._get_reason(lines[0].error)
        return missing

    def _find_missing_customer(self):
        if self.file_format != "chat":
            return False
        if not self.customer_author_id:
            return self.env._("Say who in the file is the customer.")
        return not self.number and self.env._("Fill in the customer's number.")

    def _find_missing_column(self):
        if self.file_format not in ("csv", "xlsx"):
            return False
        roles = set(self._get_roles().values())
        if "number" not in roles and not (self.kind == "history" and self.number):
            return self.env._("Say which column has the customers' numbers.")
        if self.kind == "history" and not {"time", "text"} <= roles:
            return self.env._("Say which columns have the time and the text.")
        return False

    def _find_missing_order(self, orders):
        if not orders:
            return self.env._(
                "Some dates put the day first and others the month. Correct the file."
            )
        if len(orders) > 1 and not self.date_order:
            return self.env._("Choose the order of day and month in the dates.")
        return False

    def _get_reason(self, code):
        return self.env["messaging.import.refusal"]._get_reason(code)

    # -- tables -----------------------------------------------------------------------

    def _render_preview(self, lines):
        good = [line for line in lines if not line.error]
        bad = [line for line in lines if line.error]
        text = self.env._(
            "%(good)s of %(total)s lines can be imported.",
            good=len(good),
            total=len(lines),
        )
        content = Markup("<p><strong>%s</strong></p>") % text
        content += self._render_table(self._get_preview_rows(good[:SHOWN]))
        if bad:
            content += Markup("<p><strong>%s</strong></p>") % self.env._(
                "%(count)s lines will be refused:", count=len(bad)
            )
            content += self._render_table(
                [
                    (self.env._("Line"), self.env._("Reason")),
                    *(
                        (line.line, self._get_reason(line.error))
                        for line in bad[:SHOWN]
                    ),
                ]
            )
        return content

    def _get_preview_rows(self, lines):
        """Heading and rows; values of the file are escaped where they are shown."""
        if self.kind == "opt_in":
            head = ("Line", "Number", "Name", "Purpose", "Agreed", "Given On", "Proof")
            return [self._get_preview_head(head)] + [
                self._get_opt_in_row(line) for line in lines
            ]
        head = ("Line", "Number", "Time", "Direction", "Author", "Text")
        return [self._get_preview_head(head)] + [
            self._get_history_row(line) for line in lines
        ]

    def _get_preview_head(self, names):
        labels = {
            "Line": self.env._("Line"),
            "Number": self.env._("Number"),
            "Name": self.env._("Name"),
            "Purpose": self.env._("Purpose"),
            "Agreed": self.env._("Agreed"),
            "Given On": self.env._("Given On"),
            "Proof": self.env._("Proof"),
            "Time": self.env._("Time"),
            "Direction": self.env._("Direction"),
            "Author": self.env._("Author"),
            "Text": self.env._("Text"),
        }
        return tuple(labels[name] for name in names)

    def _get_opt_in_row(self, line):
        purposes = dict(
            self.env["messaging.consent"]
            ._fields["purpose"]
            ._description_selection(self.env)
        )
        yes_no = {"in": self.env._("Yes"), "out": self.env._("No")}
        return (
            line.line,
            self._isolate(line.number),
            line.name,
            ", ".join(purposes[purpose] for purpose in line.purposes),
            yes_no[line.state],
            self._format_moment(line.given_at),
            f"{line.source}: {line.wording}"[:120],
        )

    def _get_history_row(self, line):
        ways = {"in": self.env._("Received"), "out": self.env._("Sent")}
        return (
            line.line,
            self._isolate(line.number),
            self._format_moment(fields.Datetime.to_datetime(line.when)),
            ways[line.direction],
            line.author,
            line.text[:120],
        )

    def _format_moment(self, moment):
        local = fields.Datetime.context_timestamp(self.with_context(tz=self.tz), moment)
        return self._isolate(local.strftime("%Y-%m-%d %H:%M"))

    def _isolate(self, text):
        """Keep numbers and times left to right inside Arabic."""
        return Markup('<bdi dir="ltr">%s</bdi>') % text

    def _render_table(self, rows):
        head, *body = rows
        if not body:
            return Markup("")
        cell, title = Markup("<td>%s</td>"), Markup("<th>%s</th>")
        lines = [Markup("").join(cell % value for value in row) for row in body]
        return Markup(
            '<div class="table-responsive"><table class="table table-sm">'
            "<thead><tr>%s</tr></thead><tbody>%s</tbody></table></div>"
        ) % (
            Markup("").join(title % value for value in head),
            Markup("").join(Markup("<tr>%s</tr>") % line for line in lines),
        )
