"""Visitors: where a call comes from, and whether that is the user of this machine at a page of our own."""

import ipaddress
from urllib.parse import urlsplit

from flask import request

from sandbox.gateway import context
from sandbox.kernel.settings import is_this_machine

#: Whoever has one IPv6 address has all the others of its network.
_IPV6_NETWORK = 64
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


def are_alone() -> bool:
    """Whether this installation is one machine's, with one user who needs no login."""
    settings = context.visit().services.settings
    names = (settings.host, urlsplit(settings.public_origin).hostname)
    return not settings.public and all(map(is_this_machine, names))


def is_user_of_this_machine() -> bool:
    """Whether the caller is that one user.

    The name in the call is asked too: a foreign page that rebinds its name to us keeps that name. And so is
    the page from which it comes: a browser sends what any page asks it to. What a proxy passes on comes from
    elsewhere, whatever name it calls us by.
    """
    passed_on = any(one in request.headers for one in _FORWARDED)
    named = is_this_machine(urlsplit(request.host_url).hostname)
    return are_alone() and named and not passed_on and not is_foreign()


def is_foreign() -> bool:
    """Whether a page of somebody else's makes the call, by what the browser says of it.

    Source: Fetch Standard, Origin; W3C Fetch Metadata, Sec-Fetch-Site. Programs send neither.
    """
    origin = request.headers.get("Origin")
    if origin is not None:
        ours = {_origin(request.host_url), _origin(context.visit().services.origin)}
        return origin.lower() not in ours
    return request.method not in {"GET", "HEAD"} and _is_of_another_site()


def address() -> str:
    """Whence the call comes, as it is counted: an address, or a network where that is one household's.

    `X-Forwarded-For` is read from the right, past the proxies that we trust: what stands further left,
    anybody may have written.
    """
    trusted = context.visit().services.settings.trusted_proxies
    way = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    found = request.remote_addr or ""
    while way and trusted.hold(found):
        found = way.pop()
    return _counted(found)


def came_by_tls() -> bool:
    """Whether the call has come over TLS: to us, or to a proxy that we trust, which ends it before us."""
    trusted = context.visit().services.settings.trusted_proxies
    return request.is_secure or trusted.hold(request.remote_addr or "")


def _is_of_another_site() -> bool:
    return request.headers.get("Sec-Fetch-Site", "same-origin") in {"cross-site", "same-site"}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _counted(text: str) -> str:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text[:_IPV6_NETWORK]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _IPV6_NETWORK), strict=False))
    return str(found)
