"""Reading an imported file: which format, which columns, which lines."""

import base64
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import openpyxl
import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..gateway import columns, history_file, optin_file, phones, tables
from ..gateway.tables import FileProblem, Row
from .messaging_import_texts import PROBLEMS

#: Bytes of an unpacked Excel file.
MAX_UNPACKED = 200 * 1024 * 1024
#: How far clocks of other systems may be ahead of ours.
AHEAD = timedelta(days=1)


class MessagingImport(models.Model):
    _inherit = "messaging.import"

    def _get_raw(self):
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).file or b"")

    def _get_problem_text(self, problem):
        """Return the sentence for a file that cannot be used."""
        sentence = self.env._(PROBLEMS[problem.code])
        return sentence % {"line": problem.line, "limit": problem.limit}

    # -- layout -----------------------------------------------------------------------

    def _read_layout(self):
        """Find out the format and guess what is where.

        :raise UserError: the file cannot be used, and where the problem is.
        """
        raw = self._get_raw()
        try:
            self.file_format = self._find_format(raw)
            self._check_format()
            self._read_columns(raw)
            self._read_authors(raw)
        except FileProblem as problem:
            raise UserError(self._get_problem_text(problem)) from None
        lines, _orders = self._read_lines()
        self.total = len(lines)

    def _find_format(self, raw):
        tables.check_size(raw)
        if raw.startswith(b"PK\x03\x04"):
            return "xlsx"
        return history_file.find_kind(raw, self.filename or "")

    def _check_format(self):
        if self.kind == "opt_in" and self.file_format not in ("csv", "xlsx"):
            raise FileProblem("format")

    def _read_columns(self, raw):
        self.column_ids.unlink()
        if self.file_format not in ("csv", "xlsx"):
            return
        table = self._read_table(raw)
        is_opt_in = self.kind == "opt_in"
        known = columns.OPT_IN_ROLES if is_opt_in else columns.HISTORY_ROLES
        roles = columns.guess(table.header, known)
        field = "opt_in_role" if is_opt_in else "history_role"
        self.env["messaging.import.column"].create(
            [
                {
                    "import_id": self.id,
                    "index": index,
                    "heading": heading[:80] or self.env._("Column %s", index + 1),
                    "example": table.rows[0].get(index)[:80] if table.rows else False,
                    field: roles.get(index, False),
                }
                for index, heading in enumerate(table.header)
            ]
        )

    def _read_authors(self, raw):
        """Names in an exported chat; the one nobody of ours has is the customer."""
        self.author_ids.unlink()
        if self.file_format != "chat":
            return
        Author = self.env["messaging.import.author"]
        authors = Author.create(
            [
                {"import_id": self.id, "name": name[:100]}
                for name in history_file.find_authors(raw)
            ]
        )
        ours = {self.company_id.name, self.account_id.name}
        strangers = authors.filtered(
            lambda a: a.name not in ours and not self._find_user(a.name)
        )
        self.customer_author_id = strangers if len(strangers) == 1 else False

    @api.model
    def _find_user(self, name):
        """Return the internal user with exactly this name, or none."""
        if not name:
            return self.env["res.users"]
        # sudo: res.users - only names are compared
        users = (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("name", "=", name),
                    ("share", "=", False),
                    ("company_ids", "in", self.company_id.ids),
                ],
                limit=2,
            )
        )
        return users if len(users) == 1 else users.browse()

    # -- lines ------------------------------------------------------------------------

    def _read_lines(self):
        """Return the lines of the file, each with its error if it has one.

        :return: ``OptIn`` or ``HistoryLine`` values, and the orders in which all
            dates can be read.
        :raise UserError: the file cannot be used.
        """
        try:
            if self.kind == "opt_in":
                return self._read_opt_ins()
            return self._read_history()
        except FileProblem as problem:
            raise UserError(self._get_problem_text(problem)) from None

    def _read_opt_ins(self):
        table, roles = self._read_table(self._get_raw()), self._get_roles()
        orders = optin_file.find_orders(table, roles)
        defaults = self._get_defaults(self._choose_order(orders))
        lines = optin_file.read_table(table, roles, defaults)
        return [self._check_opt_in(line) for line in lines], orders

    def _get_defaults(self, order):
        purposes = ("marketing", "utility", "service")
        return optin_file.Defaults(
            country=self._get_country_code(),
            purposes=tuple(name for name in purposes if self[f"for_{name}"]),
            given_at=self.given_at and self.given_at.replace(tzinfo=timezone.utc),
            source=(self.origin or "").strip(),
            wording=(self.wording or "").strip(),
            order=order,
        )

    def _check_opt_in(self, line):
        if line.error:
            return line
        given_at = self._to_utc(line.given_at)
        # The newest word counts: one from tomorrow would outdo a "stop" of today.
        if given_at > fields.Datetime.now():
            return replace(line, error="future")
        if self._is_own_number(line.number):
            return replace(line, error="own_number")
        return replace(line, given_at=given_at)

    def _read_history(self):
        raw, number = self._get_raw(), self.number or ""
        if self.file_format == "json":
            lines = history_file.read_json(raw, number)
        elif self.file_format == "chat":
            customer = self.customer_author_id.name or ""
            lines = history_file.read_chat(raw, customer, number)
        else:
            table = self._read_table(raw)
            lines = history_file.read_table(table, self._get_roles(), number)
        orders = history_file.find_orders(lines)
        order = self._choose_order(orders)
        return [self._check_history_line(line, order) for line in lines], orders

    def _check_history_line(self, line, order):
        """Put the normalised number and the moment in the place of the texts."""
        if line.error:
            return line
        moment = history_file.read_when(line, order)
        if not moment:
            return replace(line, error="time")
        moment = self._to_utc(moment)
        if moment > fields.Datetime.now() + AHEAD:
            return replace(line, error="future")
        number = phones.normalise(line.number, self._get_country_code())
        if not number:
            return replace(line, error="number")
        if self._is_own_number(number):
            return replace(line, error="own_number")
        return replace(line, number=number, when=fields.Datetime.to_string(moment))

    def _choose_order(self, orders):
        """The order that the dates leave; when they leave two, a person's choice."""
        if len(orders) == 1 and orders[0]:
            return orders[0]
        return self.date_order or "dmy"

    def _get_roles(self):
        return {
            column.index: column._get_role()
            for column in self.column_ids
            if column._get_role()
        }

    def _get_country_code(self):
        account = self.account_id
        return (account.country_id or account.company_id.country_id).code or ""

    def _is_own_number(self, number):
        own = phones.normalise(
            self.account_id.display_address or "", self._get_country_code()
        )
        return bool(own) and number in phones.variants(own)

    def _to_utc(self, moment):
        """Naive UTC of a moment; without a zone it is one of ``tz``."""
        if moment.tzinfo is None:
            moment = pytz.timezone(self.tz or "UTC").localize(moment)
        return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)

    # -- tables -----------------------------------------------------------------------

    def _read_table(self, raw):
        if self.file_format == "xlsx":
            return tables.make_table(self._read_sheet(raw))
        return tables.read_csv(raw)

    @api.model
    def _read_sheet(self, raw):
        """Rows of the first sheet; a file that unpacks to too much is refused."""
        tables.check_size(raw)
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                size = sum(entry.file_size for entry in archive.infolist())
            if size > MAX_UNPACKED:
                raise FileProblem("too_large", limit=MAX_UNPACKED // 1024 // 1024)
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True)
            rows = book.worksheets[0].iter_rows(
                max_row=tables.MAX_ROWS + 2,
                max_col=tables.MAX_COLUMNS + 1,
                values_only=True,
            )
            return [
                Row(number, self._read_cells(cells))
                for number, cells in enumerate(rows, 1)
            ]
        except FileProblem:
            raise
        except Exception as error:
            # A stranger's file breaks a reader in any way it likes.
            raise FileProblem("xlsx") from error

    @api.model
    def _read_cells(self, cells):
        texts = [self._get_cell_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        return tuple(texts)

    @api.model
    def _get_cell_text(self, cell):
        if cell is None:
            return ""
        if isinstance(cell, (date, datetime)):
            return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)
        if isinstance(cell, float) and cell.is_integer():
            return str(int(cell))
        return str(cell)[: tables.MAX_LINE]
