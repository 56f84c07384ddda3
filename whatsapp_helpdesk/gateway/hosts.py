"""Which servers may be contacted: the host list of a channel and the address check."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from .errors import GatewayError

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public_address(address: str) -> bool:
    """Whether an IP address is an ordinary one on the Internet.

    Addresses with another one inside (IPv4-mapped, 6to4, Teredo) are never public: they
    are not used by real servers and hide their target. NAT64 goes by its inside.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped or ip.sixtofour or ip.teredo:
            return False
        if ip in _NAT64:
            return is_public_address(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    special = (ip.is_multicast, ip.is_reserved, ip.is_loopback, ip.is_link_local)
    return ip.is_global and not any((*special, ip.is_unspecified, ip.is_private))


@dataclass(frozen=True)
class HostPolicy:
    """Which (scheme, host, port) may be contacted.

    :ivar hosts: names, exact or ``*.example.org``; https on port 443 only.
    :ivar override: one more origin, of any scheme, port and address.
    """

    hosts: tuple[str, ...]
    override: tuple[str, str, int] | None = None

    @classmethod
    def build(cls, hosts: Sequence[str], base_url: str = "") -> HostPolicy:
        """:raise GatewayError: ``base_url`` is not a plain http(s) address."""
        override = origin_of(base_url) if base_url else None
        if base_url and (override is None or override[0] not in ("http", "https")):
            raise refused("", "in the account's base address cannot be used")
        return cls(tuple(host.lower() for host in hosts), override)

    def is_override(self, scheme: str, host: str, port: int) -> bool:
        return self.override == (scheme, host, port)

    def _lists(self, host: str) -> bool:
        for pattern in self.hosts:
            if pattern.startswith("*."):
                if host.endswith(pattern[1:]) and len(host) > len(pattern) - 1:
                    return True
            elif host == pattern:
                return True
        return False

    def check(self, scheme: str, host: str, port: int) -> None:
        """:raise GatewayError: reason ``host_refused``."""
        if self.is_override(scheme, host, port):
            return
        if scheme != "https" or port != 443 or not self._lists(host):
            raise refused(host)

    def check_address(self, scheme: str, host: str, port: int, address: str) -> None:
        """:raise GatewayError: reason ``host_refused``."""
        if not self.is_override(scheme, host, port) and not is_public_address(address):
            raise refused(host, "resolves to a private address")

    def check_url(self, url: str) -> None:
        """:raise GatewayError: reason ``host_refused``."""
        origin = origin_of(url)
        if origin is None:
            raise refused("")
        self.check(*origin)


def refused(host: str, why: str = "is not on the channel's list") -> GatewayError:
    name = host if re.fullmatch(r"[a-z0-9.\-:]{1,100}", host) else "address"
    return GatewayError("host_refused", details=f"{name} {why}")


def origin_of(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address, or None when it is not a plain one."""
    if re.search(r"[\s\\\x00-\x20\x7f]", url):
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        return None
    if not host or parts.username is not None or parts.password is not None:
        return None
    return parts.scheme.lower(), host, port
