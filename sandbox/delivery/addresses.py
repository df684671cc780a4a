"""Addresses: where the sandbox calls when a TPP asks it to, and where it does not.

A caller that fetches what strangers name can be used to reach what strangers cannot (server-side request
forgery). So a name is resolved once, every number it has is looked at, and the connection goes to one of
those very numbers: what the name says a moment later does not matter.
"""

import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from sandbox.kernel.errors import Refusal

#: Longer ones are refused; a row and a log entry hold them.
URI_MAX = 2000
_URI = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:[/?][a-z0-9\-._~:/?@!$&'()*+,;=%\[\]]*)?)",
    re.IGNORECASE,
)
#: Ports below 1024 at which a web server answers; at the others, mail servers and their like would.
_LOW_PORTS = {80, 443}
#: Higher ports at which something else answers, and might take a body for a command.
#: Source: WHATWG Fetch, section 2.9 "port blocking", and the usual databases and caches.
_ODD_PORTS = {
    *(1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679),
    *(6697, 10080, 1433, 1521, 2375, 2376, 2379, 3306, 3389, 5432, 5900, 6379, 9042, 9200, 11211, 27017),
}
#: Where Azure's own services answer, though the number looks public.
_METADATA = {IPv4Address("168.63.129.16")}
_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NUMBERS_TRIED_MAX = 4


class AddressMalformed(Refusal):
    """It is not an absolute http or https URI in ASCII."""

    text = "An absolute http or https URI is expected, such as https://tpp.example/notifications."


class AddressForbidden(Refusal):
    """It leads where this sandbox does not call: into a private network, or to a port of something else."""

    text = "This sandbox does not call that address."


@dataclass(frozen=True, slots=True)
class Address:
    """A URI taken apart. `host` is a name or a number, an IPv6 one without its brackets."""

    scheme: str
    host: str
    port: int
    path: str


def read(uri: str) -> Address:
    """Take a URI apart. Raises AddressMalformed, AddressForbidden for a port where no web server answers."""
    found = _URI.fullmatch(uri) if len(uri) <= URI_MAX else None
    if found is None:
        raise AddressMalformed(detail=uri[:URI_MAX])
    scheme, host, path = found["scheme"].lower(), found["host"].strip("[]").lower(), found["path"]
    port = int(found["port"] or {"http": 80, "https": 443}[scheme])
    if not (port in _LOW_PORTS or 1024 <= port <= 65535) or port in _ODD_PORTS:
        raise AddressForbidden(detail=f"port {port} of {uri}")
    return Address(scheme, host, port, path if path.startswith("/") else f"/{path}")


def check(uri: str, *, private: bool) -> None:
    """See that the sandbox may call there, as far as one can know now. `private` allows private networks.

    A name that nobody knows yet is let through: it is looked up again whenever something is sent there.
    Raises AddressMalformed, AddressForbidden.
    """
    address = read(uri)
    if private:
        return
    try:
        numbers(address, private=False)
    except OSError:
        return


def numbers(address: Address, *, private: bool) -> Sequence[str]:
    """The numbers at which the address can be called. Raises AddressForbidden, OSError for an unknown name.

    However a number is written (decimal, octal, hexadecimal, short), the resolver reads it as the
    connection would.
    """
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{address.host} is no name: {error}") from error
    resolved = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not private:
        # One private number among public ones is enough: the name is in the hands of whoever gave it.
        for number in resolved:
            if is_private(number):
                raise AddressForbidden(detail=f"{address.host} is {number}")
    return resolved[:_NUMBERS_TRIED_MAX]


def is_private(number: str) -> bool:
    """Whether an IP address is anything but a public one: private, loopback, link-local, reserved, …"""
    try:
        address = ip_address(number)
    except ValueError:
        return True  # a zone, such as fe80::1%eth0
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is None:
            in_a_tunnel = address.sixtofour is not None or address.teredo is not None
            return address not in _GLOBAL_UNICAST or not address.is_global or in_a_tunnel
        address = inner
    return not address.is_global or address.is_multicast or address.is_reserved or address in _METADATA
