"""The one gate to the network: which addresses the crawler may connect to.

A crawler follows what strangers write, so it must not reach what only this machine can reach. Names
are resolved here, every address is checked against the table below, and the connection goes to the
address that was checked: a name that answers differently a moment later gains nothing. The table is
our own because `ipaddress.is_global` calls several unsafe ranges global (NAT64, 6to4, multicast and
some cloud metadata addresses).
Registries: https://www.iana.org/assignments/iana-ipv4-special-registry/ and
https://www.iana.org/assignments/iana-ipv6-special-registry/
"""

from __future__ import annotations

import functools
import ipaddress
from typing import Any

from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer

from contract.errors import RefusedAddressError
from crawler import urls

DENIED_V4 = [
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32",
        "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4",
    )
]  # fmt: skip
"""What the registry keeps apart, and 168.63.129.16, by which Azure speaks to its machines."""

ALLOWED_V6 = ipaddress.ip_network("2000::/3")
"""Global unicast; everything outside it is local, mapped, translated or reserved."""

DENIED_V6 = [
    ipaddress.ip_network(block)
    for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]
"""Protocol assignments with Teredo, documentation, 6to4."""


def is_public(address: str) -> bool:
    """Tell whether a numeric address is one that anybody on the internet could reach."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in block for block in DENIED_V4)
    return parsed in ALLOWED_V6 and not any(parsed in block for block in DENIED_V6)


class Gate:
    """Decides for one source.

    `private_hosts` are the hosts of all sources set to `private_network`; `own` is this source's
    host where it is one of them, and then the only one of them it may reach.
    """

    def __init__(self, private_hosts: frozenset[str] = frozenset(), own: str | None = None) -> None:
        self._private_hosts = private_hosts
        self._own = own

    def check(self, url: str) -> None:
        """Raise RefusedAddressError where the address is not ours to reach.

        Hosts given as numbers are judged here; names are judged when they are resolved.
        """
        try:
            parsed = urls.parts(url)
        except ValueError as error:
            raise RefusedAddressError(f"{url!r} is not an address") from error
        if parsed.protocol not in {"http:", "https:"}:
            raise RefusedAddressError(f"{url}: only http and https are fetched")
        name = parsed.hostname
        if name != self._own and (name in self._private_hosts or _is_private(name)):
            raise RefusedAddressError(f"{url}: {name} is on a private network")


@functools.lru_cache(maxsize=1024)
def _is_private(name: str) -> bool:
    """Whether it is the number of an address that not everybody can reach; a name is none."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return not is_public(name)


@implementer(IHostnameResolver)
class GateResolver(CachingHostnameResolver):
    """Resolves names for every crawl of this process and passes on only what may be reached."""

    def __init__(self, reactor: Any, cache_size: int, private_hosts: frozenset[str]) -> None:
        super().__init__(reactor, cache_size)
        self._private_hosts = private_hosts

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GateResolver:
        """Build it from the settings of the process, as Scrapy asks."""
        settings = crawler.settings
        return cls(reactor, settings.getint("DNSCACHE_SIZE"), settings["PRIVATE_HOSTS"])

    def resolveHostName(  # noqa: N802  Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Resolve, leaving out the addresses that the gate refuses."""
        if hostName not in self._private_hosts:
            resolutionReceiver = _Sieve(resolutionReceiver)  # noqa: N806
        return super().resolveHostName(
            resolutionReceiver, hostName, portNumber, addressTypes, transportSemantics
        )


class _Sieve:
    """Passes a resolution on without the addresses that must not be reached."""

    def __init__(self, receiver: Any) -> None:
        self._receiver = receiver

    def __getattr__(self, name: str) -> Any:
        return getattr(self._receiver, name)

    def addressResolved(self, address: Any) -> None:  # noqa: N802  Twisted's name
        """Pass on an address that is public."""
        if is_public(address.host):
            self._receiver.addressResolved(address)
