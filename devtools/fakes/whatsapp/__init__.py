"""A local WhatsApp Cloud API that misbehaves as the real one does.

In a process of its own: ``python -m devtools.fakes.whatsapp --port 8080 --webhook-url
http://localhost:8069/... --app-secret S``. In a test::

    with FakeWhatsApp(webhook_url=url, app_secret="s") as fake:
        fake.deliver(bodies.text(bodies.Customer("16505551234", "Ann"), "Hello"))
        ...
        fake.behave("fail", code=131026, to="+16505551234")
        fake.sent[-1].body["text"]["body"]

What it knows about the real one is in the project's notes on the Cloud API; the
modules here: :mod:`.bodies` (webhook bodies), :mod:`.state` (what it remembers),
:mod:`.graph`, :mod:`.messages`, :mod:`.media`, :mod:`.setup` (the endpoints),
:mod:`.webhooks` (posting), :mod:`.control` (steering from another process).
"""

from . import bodies
from .server import FakeWhatsApp
from .state import Behaviour

__all__ = ["Behaviour", "FakeWhatsApp", "bodies"]
