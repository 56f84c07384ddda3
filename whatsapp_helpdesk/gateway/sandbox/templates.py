"""Templates of the Sandbox: nobody reviews them, they are good at once."""

from __future__ import annotations

import uuid
from typing import ClassVar

from ..template_check import Issue, TemplateLimits, check
from ..templates import APPROVED, TemplateDefinition
from ..whatsapp.template_limits import LIMITS


class SandboxTemplates:
    template_limits: ClassVar[TemplateLimits] = LIMITS

    @classmethod
    def check_template(cls, definition: TemplateDefinition) -> list[Issue]:
        return check(definition, cls.template_limits)

    def create_template(self, definition: TemplateDefinition) -> tuple[str, str, str]:
        return f"sbx.{uuid.uuid4()}", APPROVED, definition.category

    def edit_template(self, definition: TemplateDefinition) -> None:
        """Approved as it is."""

    def delete_template(self, name: str, external_id: str) -> None:
        """Nothing is kept outside of the database."""

    def unpause_template(self, external_id: str) -> None:
        """Nothing ever pauses one."""

    def upload_sample(self, content: bytes, mime: str) -> str:
        return f"sample.{uuid.uuid4()}"
