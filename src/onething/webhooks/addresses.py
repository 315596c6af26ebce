"""Where messages may go: to public addresses by https, and inside the networks that the settings allow. Nowhere else.

A name is looked up before every attempt and the connection is made to the very address that was judged, so a name that
points inside later leads nowhere.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from onething.core.errors import Problem
from onething.webhooks.errors import BAD_ADDRESS

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
MOST_CHARACTERS = 500


class RefusedAddressError(Exception):
    """A place that messages must not go to."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect, and for whom to ask there."""

    url: str
    """With the address in place of the name."""
    host: str
    """For the Host header and the certificate."""
    authority: str
    """The host with its port where one is given."""


def networks(names: Sequence[str]) -> tuple[Network, ...]:
    """Networks from the settings. Raises ValueError naming what is none."""
    return tuple(ipaddress.ip_network(name, strict=False) for name in names)


def parsed(url: str) -> SplitResult:
    """An address as it may be subscribed. Raises `Problem(webhooks.bad_address)`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Problem(BAD_ADDRESS, why="it is no web address") from None
    if len(url) > MOST_CHARACTERS or not url.isascii() or any(each <= " " for each in url):
        raise Problem(BAD_ADDRESS, why="it is too long, or has characters that a web address has not")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise Problem(BAD_ADDRESS, why="it does not begin with https:// and a host")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Problem(BAD_ADDRESS, why="it has a user name, a password or a fragment")
    if port == 0:
        raise Problem(BAD_ADDRESS, why="its port is none")
    return parts


def allowed(address: Address, scheme: str, inside: Sequence[Network]) -> bool:
    """Whether messages may go to this address by this scheme."""
    real = _behind(address)
    if any(each.version == network.version and each in network for each in {address, real} for network in inside):
        return True
    return scheme == "https" and real.is_global and not real.is_multicast and not real.is_reserved


def _behind(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
    return address


async def resolved(url: str, inside: Sequence[Network]) -> Target:
    """Where to connect for this address now. Raises `RefusedAddressError` when any of its addresses is one that messages must
    not go to, OSError when the name is not known."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found))
    if not addresses or not all(allowed(each, parts.scheme, inside) for each in addresses):
        raise RefusedAddressError(host)
    first = next((each for each in addresses if each.version == 4), addresses[0])
    literal = f"[{first}]" if first.version == 6 else str(first)
    return Target(parts._replace(netloc=f"{literal}:{port}").geturl(), host, parts.netloc)
