from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import content_disposition, request


class MessagingExportDownload(http.Controller):
    @http.route(
        "/messaging/export/<int:file_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=False,
        save_session=False,
    )
    def download(self, file_id):
        """Give a file of an export to who asked for it, once."""
        file = request.env["messaging.export.file"].browse(file_id)
        try:
            content, name = file._take(), file.filename
        except (AccessError, MissingError):
            raise request.not_found() from None
        except UserError as error:
            return request.make_response(
                str(error),
                headers=[("Content-Type", "text/plain; charset=utf-8")],
                status=410,
            )
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )
