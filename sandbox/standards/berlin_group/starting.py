"""How the PSU begins to be asked: with the creation of a consent or payment, or by a call of the TPP's own.

Source: NextGenPSD2 IG 1.3.8, 5.2 and 5.8; psd2-api 1.3.11, _linksConsents and _linksPaymentInitiation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response

from sandbox.bank import authorisations
from sandbox.bank.authorisations import Authorisation, Subject, Wish
from sandbox.bank.bank import Bank
from sandbox.bank.profile import ScaApproach
from sandbox.standards.berlin_group import headers, links, mapping, redirects
from sandbox.standards.berlin_group.answers import say
from sandbox.standards.berlin_group.links import Links


@dataclass(frozen=True, slots=True)
class Way:
    """How this PSU is asked: by which approach, and whether the TPP has to start it."""

    approach: ScaApproach
    explicit: bool


@dataclass(frozen=True, slots=True)
class Begun:
    """What the answer to a creation says of the authorisation: its links, and a word to the PSU.

    `approach` is the one of the authorisation; None as long as the TPP has to start that, and may choose.
    """

    subject: Subject
    links: Links
    approach: ScaApproach | None = None
    psu_message: str | None = None


def way(bank: Bank, wishes: Mapping[str, str], *, several: bool = False) -> Way:
    """The way that this bank takes, given the TPP's wishes. Raises FormatError where the way back is missing.

    The TPP has to start where something is still to be sent or said: embedded needs the PSU's data, decoupled
    the PSU's id. Where `several` PSUs have to sign, each signature is started for itself.
    """
    approach = headers.approach_for(bank.profile.sca.approaches, wishes)
    unsaid = approach is ScaApproach.EMBEDDED or (
        approach is ScaApproach.DECOUPLED and "psu_id" not in wishes
    )
    wanted = bank.profile.sca.explicit_start or wishes.get("explicit_preferred") == "true"
    explicit = several or unsaid or wanted
    if approach is ScaApproach.REDIRECT and not explicit and not links.is_in_oauth(bank.profile):
        headers.require_redirect_uri(wishes)
    return Way(approach, explicit)


def begin(bank: Bank, subject: Subject, chosen: Way, wishes: Mapping[str, str]) -> Begun:
    """Start the authorisation if it is implicit; the links that go with the new consent or payment."""
    if chosen.explicit:
        how = links.to_start(subject, chosen.approach, psu_is_known="psu_id" in wishes)
        return Begun(subject, how | links.own(subject))
    started = authorisations.start(bank, subject, wish(chosen.approach, wishes, explicit=False))
    return _said(bank, subject, started.authorisation, started.link_token)


def go_on(bank: Bank, subject: Subject, chosen: Way, wishes: Mapping[str, str]) -> Begun:
    """Begin, or answer as before where the same call has begun it: by the links of the same authorisation.

    The PSU's link cannot be shown twice, for only its hash is kept: the TPP gets a new one, and the old one
    leads nowhere.
    """
    implicit = [one for one in authorisations.every(bank, subject.app_id, subject) if not one.explicit]
    if implicit and authorisations.is_finished(implicit[0]):
        return _said(bank, subject, implicit[0])
    if implicit:
        linked = authorisations.link_again(bank, implicit[0])
        return _said(bank, subject, linked.authorisation, linked.link_token)
    if subject.is_open(bank):
        return begin(bank, subject, chosen, wishes)
    return Begun(subject, links.own(subject), None if chosen.explicit else chosen.approach)


def created(begun: Begun, said: Mapping[str, Any], more: Mapping[str, str]) -> Response:
    """The answer to a creation: what it says of itself, how the PSU is asked, where it is, `more` headers.

    Source: psd2-api 1.3.11, 201_ConsentsPost, 201_PaymentInitiation and their like.
    """
    message = {"psuMessage": begun.psu_message} if begun.psu_message else {}
    answer = {**said, "_links": mapping.hrefs(begun.links), **message}
    location = {"Location": links.absolute(links.path_of(begun.subject))}
    return say(answer, 201, approach=begun.approach, headers={**location, **more})


def wish(approach: ScaApproach, wishes: Mapping[str, str], *, explicit: bool) -> Wish:
    """What the bank needs to know of the TPP's wishes. Raises RedirectUriForeign."""
    redirects.check(wishes)
    return Wish(
        approach=approach,
        redirect_ok=wishes.get("redirect_uri"),
        redirect_nok=wishes.get("nok_redirect_uri"),
        psu_login=wishes.get("psu_id"),
        explicit=explicit,
    )


def _said(bank: Bank, subject: Subject, authorisation: Authorisation, token: str | None = None) -> Begun:
    steps = links.next_steps(subject, authorisation, token)
    message = mapping.psu_message(bank, authorisation)
    return Begun(subject, steps | links.own(subject), ScaApproach(authorisation.approach), message)
