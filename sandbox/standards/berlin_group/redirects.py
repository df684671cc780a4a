"""Whether the PSU is sent back to a place that is the TPP's own, by its certificate.

Source: NextGenPSD2 IG 1.3, section 4.10.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from sandbox.gateway import context, ladder
from sandbox.standards.berlin_group import switches
from sandbox.standards.berlin_group.errors import Message, RedirectUriForeign
from sandbox.standards.berlin_group.switches import ForeignRedirect

_HEADERS = {"redirect_uri": "TPP-Redirect-URI", "nok_redirect_uri": "TPP-Nok-Redirect-URI"}


def check(wishes: Mapping[str, str]) -> None:
    """Hold the ways back against the domains of the certificate.

    Raises RedirectUriForeign where the caller's rung and the bank say so.
    """
    shown = context.visit().certificate
    if shown is None:
        return
    for name, header in _HEADERS.items():
        if name in wishes and not _inside(wishes[name], shown.domains):
            said = Message(f"{RedirectUriForeign.text} {', '.join(shown.domains)}", header)
            _held(RedirectUriForeign(said))


def warnings() -> list[dict[str, str]]:
    """What the answer tells of it where it is not refused. Source: psd2-api 1.3.11, tppMessage2XX."""
    found = context.visit().faults
    return [
        {"category": "WARNING", "code": "WARNING", "text": one.text[:500]}
        for one in found
        if one.reason == RedirectUriForeign.__name__
    ]


def _held(refusal: RedirectUriForeign) -> None:
    if switches.of(context.profile()).foreign_redirect == ForeignRedirect.REFUSE:
        ladder.hold(refusal)
    elif not ladder.is_open():
        ladder.note(refusal)


def _inside(uri: str, domains: Iterable[str]) -> bool:
    host = (urlsplit(uri).hostname or "").lower()
    names = (one.lower().removeprefix("*.") for one in domains)
    return any(host == name or host.endswith(f".{name}") for name in names)
