"""Which addresses on the network the bot may call on behalf of a draft: public ones, unless it is told otherwise."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from bot.errors import CountersignError, TryAgain

_NAT64 = IPv6Network("64:ff9b::/96")  # holds an IPv4 address, which may be a private one


def resolve(host: str, port: int, *, private: bool) -> str:
    """The IP address to connect to. Raises CountersignError for a host inside our own network, unless `private`.

    The caller connects to this very address: asked a second time, the name could mean another.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise TryAgain(f"{host} could not be looked up: nothing was sent.") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not private and not all(is_public(ip_address(address)) for address in addresses):
        raise CountersignError(f"{host} is an address inside a private network: nothing was sent.")
    return addresses[0]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address is one of the public Internet, also where one hides in another."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.sixtofour is not None or address.teredo is not None or address in _NAT64:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
