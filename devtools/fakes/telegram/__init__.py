"""A local Telegram Bot API that misbehaves as the real one does.

In a process of its own: ``python -m devtools.fakes.telegram --port 8081``. In a test::

    with FakeTelegram() as fake:
        fake.set_webhook(url, "secret")  # or the app does it, by setWebhook
        ann = Customer(500000001, "Ann")
        fake.people.start(ann)
        fake.people.text(ann, "Hello")
        fake.behave("error", code=403, to=ann.id)
        fake.sent[-1].values["text"]

What it knows about the real one is in the project's notes on the Bot API; the modules
here: :mod:`.bodies` (updates and their content), :mod:`.state` (what it remembers),
:mod:`.api` (methods), :mod:`.sending` (all ``send...``), :mod:`.courier` (deliveries),
:mod:`.people` (the customers' side), :mod:`.control` (from another process).
"""

from .bodies import Customer
from .server import FakeTelegram
from .state import Behaviour, Bot

__all__ = ["Behaviour", "Bot", "Customer", "FakeTelegram"]
