"""Wire formats of the messaging channels, in pure Python.

Nothing in this package imports Odoo. The vocabulary (``updates``, ``outgoing``,
``errors``) is shared; each channel is one package that translates between it and
the provider's own JSON. The import rules are checked by ``tests/unit/test_layers.py``.
"""

from __future__ import annotations

from .provider import Provider
from .sandbox.provider import SandboxProvider
from .telegram.provider import TelegramProvider
from .whatsapp.provider import WhatsAppProvider

#: Channels of this addon. Other addons extend ``messaging.connection``'s
#: ``_get_provider_class`` instead of changing this mapping.
PROVIDERS: dict[str, type[Provider]] = {
    provider.code: provider
    for provider in (WhatsAppProvider, TelegramProvider, SandboxProvider)
}
