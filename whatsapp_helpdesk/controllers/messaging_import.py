from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request

from ..gateway import tables

#: Headings and rows of the files that show how a file may look.
SAMPLES = {
    "opt_in": (
        ("phone", "name", "purpose", "consent", "date", "source", "wording"),
        (
            "00964 770 123 4567",
            "Sara Ahmed",
            "marketing",
            "yes",
            "2025-03-01",
            "Shop counter",
            "Yes, you may send me offers by message.",
        ),
        (
            "00964 770 123 4568",
            "Omar Ali",
            "marketing; utility",
            "no",
            "2025-03-02",
            "E-mail",
            "Please send me no offers.",
        ),
    ),
    "history": (
        ("time", "direction", "author", "phone", "name", "text"),
        (
            "2025-03-01 10:15",
            "in",
            "",
            "00964 770 123 4567",
            "Sara Ahmed",
            "Hello, is the shop open on Friday?",
        ),
        (
            "2025-03-01 10:20",
            "out",
            "Customer Service",
            "00964 770 123 4567",
            "Sara Ahmed",
            "Yes, from 2 to 10 in the evening.",
        ),
    ),
}


class MessagingImportDownload(http.Controller):
    @http.route(
        "/messaging/import/<int:import_id>/refused.csv",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def download_refusals(self, import_id):
        """Give the refused lines to who may see the import."""
        record = request.env["messaging.import"].browse(import_id)
        try:
            record.check_access("read")
            rows = [
                (line.line, line.number, line.reason) for line in record.refusal_ids
            ]
        except (AccessError, MissingError):
            raise request.not_found() from None
        head = (
            request.env._("Line"),
            request.env._("Number"),
            request.env._("Reason"),
        )
        return self._respond([head, *rows], "refused.csv")

    @http.route(
        "/messaging/import/sample/<string:kind>.csv",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def download_sample(self, kind):
        if kind not in SAMPLES:
            raise request.not_found()
        return self._respond(SAMPLES[kind], f"sample_{kind}.csv")

    def _respond(self, rows, name):
        return request.make_response(
            tables.write_csv(rows),
            headers=[
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )
