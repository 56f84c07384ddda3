"""A business account's templates, behind the real WhatsApp provider.

Stands where the HTTP transport does, so requests and answers are made and read by the
code that talks to Meta.
"""

import json
import re
from types import SimpleNamespace

PAGE = 2
#: End of a path: what is always answered.
UPLOADS = {
    "debug_token": {"data": {"app_id": "55"}},
    "/uploads": {"id": "upload:1"},
    "upload:1": {"h": "4::sample"},
}


class FakeTemplates:
    """Transport that keeps templates in memory.

    :ivar rows: what the account has, by id.
    :ivar refusals: errors to answer with, taken in order: ``(http status, error)``.
    """

    def __init__(self):
        self.rows = {}
        self.refusals = []
        self.requests = []
        self.uploads = []
        self.next_status = "PENDING"

    def add(self, name, language="en", **values):
        row = {
            "id": str(1000 + len(self.rows)),
            "name": name,
            "language": language,
            "status": "APPROVED",
            "category": "UTILITY",
            "parameter_format": "POSITIONAL",
            "components": [{"type": "BODY", "text": "Thank you very much."}],
            **values,
        }
        self.rows[row["id"]] = row
        return row

    def refuse(self, code, text, status=400):
        error = {"code": code, "message": text, "error_user_msg": text}
        self.refusals.append((status, {"error": error}))

    def request(self, method, url, *, json=None, params=None, data=None, **_more):
        path = re.sub(r"^https?://[^/]+/v[0-9.]+/", "", url)
        self.requests.append((method, path, json or params or {}))
        if self.refusals:
            return self._answer(*self.refusals.pop(0)[::-1])
        return self._answer(self._handle(method, path, json, params or {}, data))

    def _answer(self, values, status=200):
        content = json.dumps(values).encode()
        return SimpleNamespace(
            status=status, headers={}, content=content, json=lambda: values
        )

    def _handle(self, method, path, values, params, data):
        if path.startswith("upload:"):
            self.uploads.append(data)
        fixed = {
            "/uploads": {"id": "upload:1"},
            "debug_token": {"data": {"app_id": "55"}},
        }
        fixed["upload:1"] = {"h": "4::sample"}
        for end, answer in fixed.items():
            if path.endswith(end):
                return answer
        if method == "GET":
            return self._list(params)
        if method == "DELETE":
            del self.rows[params["hsm_id"]]
            return {"success": True}
        if path.endswith("/message_templates"):
            row = self.add(**{**values, "status": self.next_status})
            return {name: row[name] for name in ("id", "status", "category")}
        if not path.endswith("/unpause"):
            self.rows[path] |= {**values, "status": self.next_status}
        return {"success": True}

    def _list(self, params):
        start = int(params.get("after") or 0)
        rows = list(self.rows.values())
        answer = {"data": rows[start : start + PAGE], "paging": {}}
        if start + PAGE < len(rows):
            answer["paging"] = {"cursors": {"after": str(start + PAGE)}, "next": "x"}
        return answer
