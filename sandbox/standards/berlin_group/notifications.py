"""Lean push: a TPP says where it wants to hear of a resource, and is told in this standard's words.

Source: psd2-api 1.3.11, TPP-Notification-URI and ASPSP-Notification-Support; lean push notifications 1.0.0.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.bank import events
from sandbox.bank.accounts import AccountKind
from sandbox.bank.authorisations import ScaStatus, Subject, SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.baskets import BasketStatus
from sandbox.bank.consents import ConsentStatus
from sandbox.bank.events import Content, Event, EventKind, Wish
from sandbox.bank.payments import PaymentStatus
from sandbox.bank.profile import Profile
from sandbox.delivery import AddressForbidden, AddressMalformed, News, addresses
from sandbox.gateway import context
from sandbox.standards.berlin_group import links, mapping, payment_status, switches
from sandbox.standards.berlin_group.errors import FormatError, Message
from sandbox.standards.berlin_group.switches import STANDARD, LinkForm

_URI, _PREFERRED = "TPP-Notification-URI", "TPP-Notification-Content-Preferred"
_WORDS = {"SCA": Content.SCA, "PROCESS": Content.PROCESS, "LAST": Content.LAST}
_CONTENT = re.compile(r"status=\s*(\w+(?:\s*,\s*\w+)*)\s*")
#: What a TPP hears of that names an address and no content: every change.
_BY_DEFAULT = ("SCA", "PROCESS")
#: By which name the body says what it is about.
_ID = {
    SubjectKind.CONSENT: "consentId",
    SubjectKind.FUNDS_CONSENT: "consentId",
    SubjectKind.PAYMENT: "paymentId",
    SubjectKind.CANCELLATION: "paymentId",
    SubjectKind.BASKET: "basketId",
}
#: The codes that lean push 1.0.0 has; of another status the TPP is sent the link.
_SCA_STATUSES = set(ScaStatus) - {ScaStatus.UNCONFIRMED}
_CONSENT_STATUSES = set(ConsentStatus) - {ConsentStatus.PARTIALLY_AUTHORISED}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the TPP asked to hear of, if the bank will tell it, and the headers that say so."""

    wish: Wish | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def asked(bank: Bank, kind: SubjectKind, wishes: Mapping[str, str]) -> Asked:
    """Read the wish to be told of a resource, before anything is written: a name may have to be resolved.

    Source: psd2-api 1.3.11, ASPSP-Notification-Support: absent where the bank never supports it, and false
    where it does not for this request. Raises FormatError.
    """
    if "notification_uri" not in wishes or not _supported(bank.profile, kind):
        return Asked()
    words = _contents(wishes.get("notification_content"))
    try:
        services = context.visit().services
        addresses.check(wishes["notification_uri"], private=services.settings.allows_private_notifications)
    except AddressMalformed as refusal:
        raise FormatError(Message(refusal.text, _URI)) from refusal
    except AddressForbidden as refusal:
        # The TPP gets what it came for, though it will not be told; the journal says why.
        context.visit().refusal = refusal
        return Asked(headers={"ASPSP-Notification-Support": "false"})
    contents = {_WORDS[word] for word in words}
    if kind is SubjectKind.CONSENT and switches.of(bank.profile).push_account_events:
        contents.add(Content.ACCOUNTS)
    wish = Wish(wishes["notification_uri"], frozenset(contents), STANDARD)
    told = {"ASPSP-Notification-Support": "true", "ASPSP-Notification-Content": f"status={','.join(words)}"}
    return Asked(wish, told)


def subscribe(bank: Bank, subject: Subject, to: Asked) -> None:
    """From here on, tell the TPP of that consent, payment or basket; before its authorisation begins."""
    if to.wish is not None:
        events.subscribe(bank, subject.app_id, subject.id, links.path_of(subject), to.wish)


def _supported(profile: Profile, kind: SubjectKind) -> bool:
    of_consents = kind in (SubjectKind.CONSENT, SubjectKind.FUNDS_CONSENT)
    return (profile.consents if of_consents else profile.payments).status_notification


def _contents(preferred: str | None) -> tuple[str, ...]:
    """The constants that were asked for, in the order of the specification. Raises FormatError."""
    if preferred is None:
        return _BY_DEFAULT
    found = _CONTENT.fullmatch(preferred)
    given = re.split(r"\s*,\s*", found[1]) if found else []
    # psd2-api 1.3.11: "where constants are not repeated".
    if not given or len(set(given)) < len(given) or not set(given) <= set(_WORDS):
        text = "status=X1,…,Xn is expected, of SCA, PROCESS and LAST, each once at most."
        raise FormatError(Message(text, _PREFERRED))
    return tuple(word for word in _WORDS if word in given)


def written(news: News) -> dict[str, Any]:
    """The body of the push of an event. Source: lean push notifications 1.0.0, pushNotification."""
    event, root = news.event, _root(news)
    about = {_ID[SubjectKind(event.subject)]: event.subject_id}
    match EventKind(event.kind):
        case EventKind.SCA_STATUS:
            return about | _sca(event, root + news.path)
        case EventKind.CONSENT_STATUS if event.payload["status"] in _CONSENT_STATUSES:
            status = mapping.CONSENT_STATUS[ConsentStatus(event.payload["status"])]
            return about | {"consentStatus": status}
        case EventKind.PAYMENT_STATUS:
            words = payment_status.STATUS[news.profile.payments.processing]
            return about | {"transactionStatus": words[PaymentStatus(event.payload["status"])]}
        case EventKind.BASKET_STATUS:
            status = payment_status.BASKET[BasketStatus(event.payload["status"])]
            return about | {"transactionStatus": status}
        case EventKind.TRANSACTION_BOOKED:
            where = "card-accounts" if event.payload["account_kind"] == AccountKind.CARD else "accounts"
            account = f"{root}/v1/{where}/{event.payload['account_id']}"
            return about | _links(account=account, transactions=f"{account}/transactions")
        case _:
            return about | _links(status=f"{root}{news.path}/status")


def _root(news: News) -> str:
    relative = switches.of(news.profile).links == LinkForm.RELATIVE
    return "" if relative else news.base_url


def _sca(event: Event, path: str) -> dict[str, Any]:
    is_cancellation = event.subject == SubjectKind.CANCELLATION
    authorisation_id, status = event.payload["authorisation_id"], ScaStatus(event.payload["status"])
    body = {"cancellationId" if is_cancellation else "authorisationId": authorisation_id}
    if status in _SCA_STATUSES:
        return body | {"scaStatus": mapping.SCA_STATUS[status]}
    where = "cancellation-authorisations" if is_cancellation else "authorisations"
    return body | _links(scaStatus=f"{path}/{where}/{authorisation_id}")


def _links(**steps: str) -> dict[str, Any]:
    return {"_links": mapping.hrefs(steps)}
