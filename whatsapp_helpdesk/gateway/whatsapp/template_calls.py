"""Templates of a business account: listing, creating, changing, deleting."""

from __future__ import annotations

from typing import Any, ClassVar

from .. import read
from ..errors import GatewayError, Retry
from ..template_check import Issue, TemplateLimits, check
from ..templates import TemplateDefinition
from . import template_json, template_limits
from .graph import TIMEOUT, UPLOAD_TIMEOUT, GraphClient

PAGE = 100
#: 6,000 templates are the most an account may have; languages count.
MAX_PAGES = 100
FIELDS = (
    "id,name,language,status,category,components,parameter_format,quality_score,"
    "rejected_reason,message_send_ttl_seconds"
)


class TemplateCalls(GraphClient):
    """``credentials.extra["parent"]`` is the business account they belong to."""

    template_limits: ClassVar[TemplateLimits] = template_limits.LIMITS

    @classmethod
    def check_template(cls, definition: TemplateDefinition) -> list[Issue]:
        return check(definition, cls.template_limits)

    def list_templates(self) -> tuple[TemplateDefinition, ...]:
        """All of them, or an error: never a part."""
        params = {"fields": FIELDS, "limit": str(PAGE)}
        found = {}
        for _page in range(MAX_PAGES):
            answer = self._get(self._templates_path(), params)
            for row in read.objects(answer, "data"):
                definition = template_json.from_json(row)
                if definition:
                    found[definition.name, definition.language] = definition
            paging = read.obj(answer, "paging")
            if not read.text(paging, "next"):
                return tuple(found.values())
            after = read.text(read.obj(paging, "cursors"), "after")
            if not after or params.get("after") == after:
                raise GatewayError("server", Retry.SOON, details="no way to page on")
            params = {**params, "after": after}
        raise GatewayError("server", details=f"more than {MAX_PAGES} pages")

    def create_template(self, definition: TemplateDefinition) -> tuple[str, str, str]:
        answer = self._post(
            self._templates_path(),
            json=template_json.to_json(definition),
            # A second one of the same name and language is refused.
            repeatable=True,
        )
        external_id = read.text(answer, "id")
        if not external_id:
            raise GatewayError("server", Retry.SOON, details="answer without an id")
        status = read.text(answer, "status").upper() or "PENDING"
        category = read.text(answer, "category").lower() or definition.category
        return external_id, status, category

    def edit_template(self, definition: TemplateDefinition) -> None:
        body: dict[str, Any] = {
            "components": template_json.to_components(definition),
        }
        if definition.status != "APPROVED":  # an approved one keeps its category
            body["category"] = definition.category.upper()
        if definition.ttl:
            body["message_send_ttl_seconds"] = definition.ttl
        self._post(definition.external_id, json=body, repeatable=True)

    def delete_template(self, name: str, external_id: str) -> None:
        params = {"name": name, "hsm_id": external_id}
        response = self.transport.request(
            "DELETE",
            self._url(self._templates_path()),
            params=params,
            token=self.credentials.token,
            timeout=TIMEOUT,
            repeatable=True,
        )
        self._answer(response, Retry.SOON)

    def unpause_template(self, external_id: str) -> None:
        self._post(f"{external_id}/unpause", repeatable=True)

    def upload_sample(self, content: bytes, mime: str) -> str:
        """Resumable upload: a session of the app, then the bytes."""
        session = self._post(
            f"{self._get_app()}/uploads",
            params={
                "file_name": f"sample{_SUFFIXES.get(mime, '')}",
                "file_length": str(len(content)),
                "file_type": mime,
            },
            repeatable=True,
        )
        upload = read.text(session, "id")
        if not upload.startswith("upload:"):
            raise GatewayError("server", Retry.SOON, details="upload without an id")
        response = self.transport.request(
            "POST",
            self._url(upload),
            headers={
                # This endpoint knows the token by this scheme only.
                "Authorization": f"OAuth {self.credentials.token}",
                "file_offset": "0",
                "Content-Type": "application/octet-stream",
            },
            data=content,
            timeout=UPLOAD_TIMEOUT,
            repeatable=True,
        )
        handle = read.text(self._answer(response, Retry.SOON), "h")
        if not handle:
            raise GatewayError("server", Retry.SOON, details="upload without a handle")
        return handle

    def _get_app(self) -> str:
        app = self.credentials.extra.get("app")
        if not app:
            params = {"input_token": self.credentials.token}
            data = read.obj(self._get("debug_token", params), "data")
            app = read.text(data, "app_id")
        if not app:
            raise GatewayError("token", details="the app of the token is not known")
        return app

    def _templates_path(self) -> str:
        parent = self.credentials.extra.get("parent")
        if not parent:
            raise GatewayError("invalid", details="business account ID is missing")
        return f"{parent}/message_templates"


_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "video/mp4": ".mp4",
    "application/pdf": ".pdf",
}
