"""Wire formats of the messaging channels, in pure Python.

Nothing in this package imports Odoo. The vocabulary (``updates``, ``outgoing``,
``errors``) is shared; each channel is one package that translates between it and
the provider's own JSON. The import rules are checked by ``tests/unit/test_layers.py``.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from .provider import Provider


def _find_providers() -> list[type[Provider]]:
    """The class of every package in here that has a module ``provider``."""
    found = []
    for package in pkgutil.iter_modules(__path__):
        if not package.ispkg:
            continue
        module = import_module(f"{__name__}.{package.name}.provider")
        found += [
            item
            for item in vars(module).values()
            if isinstance(item, type)
            and issubclass(item, Provider)
            and item.__module__ == module.__name__
            and item.code
        ]
    return sorted(found, key=lambda provider: (provider.order, provider.code))


#: Channels of this addon. Other addons extend ``messaging.connection``'s
#: ``_get_provider_class`` instead of changing this mapping.
PROVIDERS: dict[str, type[Provider]] = {
    provider.code: provider for provider in _find_providers()
}
