"""Events as security event tokens: what happened to which resource, signed by the bank.

Source: Read/Write 4.0, Events, OBEventNotification2; RFC 8417.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.bank import consents, funds, mandates, payment_consents, payments
from sandbox.bank.bank import Bank
from sandbox.bank.consents import ConsentStatus, ConsentUnknown
from sandbox.bank.events import Event, EventKind
from sandbox.bank.mandates import MandateUnknown
from sandbox.bank.payment_consents import PaymentConsentUnknown
from sandbox.bank.payments import PaymentUnknown
from sandbox.standards.uk_open_banking import switches
from sandbox.standards.uk_open_banking.payment_terms import PaymentTerms
from sandbox.standards.uk_open_banking.terms import Terms
from sandbox.standards.uk_open_banking.versions import AISP, BY_PATH, CBPII, PISP, Version
from sandbox.standards.uk_open_banking.vrp_terms import VRP, VrpTerms

_URN = "urn:uk:org:openbanking:events:"
UPDATED, REVOKED = f"{_URN}resource-update", f"{_URN}consent-authorization-revoked"
ACCOUNT_UPDATED = f"{_URN}account-access-consent-linked-account-update"
DEBTOR_UPDATED = f"{_URN}domestic-vrp-consent-linked-account-update"
#: What can be subscribed to.
TYPES = (UPDATED, REVOKED, ACCOUNT_UPDATED, DEBTOR_UPDATED)
_OWN = "http://openbanking.org.uk/"
#: The reason of what is told of an account. Nobody switches to another bank in the sandbox.
_CLOSED = "UK.OBIE.AccountClosure"
_LINKED: Mapping[str, str] = {"consent": ACCOUNT_UPDATED, "mandate": DEBTOR_UPDATED}
_UNKNOWN = (ConsentUnknown, MandateUnknown, PaymentConsentUnknown, PaymentUnknown)

#: A resource: its type, its service, its path below that, and the version in which it was made.
Resource = tuple[str, str, str, Version]


def claims(
    bank: Bank, event: Event, wanted: Sequence[str], base_url: str, audience: str
) -> dict[str, Any] | None:
    """The claims of the token; None of what this TPP has no wish to hear of, or the dialect does not tell."""
    kinds = [one for one in _types_of(event) if one in wanted]
    resource = _resource(bank, event) if kinds else None
    if resource is None:
        return None
    rty, service, path, made = resource
    links = [
        {"version": one.path, "link": f"{base_url}{one.root(service)}{path}"}
        for one in switches.spoken(bank.profile)
        if one.age >= made.age
    ]
    subject = {
        "subject_type": f"{_OWN}rid_{_OWN}rty",
        f"{_OWN}rid": event.subject_id,
        f"{_OWN}rty": rty,
        # OBEventSubject1: it must contain links to all supported versions of the resource.
        f"{_OWN}rlk": links,
    }
    moment = int(event.at.timestamp())
    return {
        "iss": base_url,
        "iat": moment,
        "jti": event.id,
        "sub": links[-1]["link"],
        "aud": audience,
        "txn": event.id,
        "toe": moment,
        "events": {one: _told(one, subject) for one in kinds},
    }


def _types_of(event: Event) -> Sequence[str]:
    """Which of the standard's events it is.

    A PSU who takes a consent back at the bank is one of its own. Event Notifications, usage examples: of a
    consent to confirm funds it has changed the status, too, and that of one to read accounts it has not.
    """
    match event.kind:
        case EventKind.CONSENT_STATUS if event.payload["status"] == ConsentStatus.REVOKED_BY_PSU:
            return (UPDATED, REVOKED) if event.subject == "funds" else (REVOKED,)
        case EventKind.CONSENT_STATUS | EventKind.PAYMENT_STATUS:
            return (UPDATED,)
        case EventKind.ACCOUNT_STATUS:
            return (_LINKED[event.subject],)
        case _:
            return ()


def _told(kind: str, subject: Mapping[str, Any]) -> dict[str, Any]:
    reason = {"reason": _CLOSED} if kind in _LINKED.values() else {}
    return {**reason, "subject": subject}


def _resource(bank: Bank, event: Event) -> Resource | None:
    """What it is about; None of what is none of this standard's, or not there any more."""
    try:
        return _FINDERS[event.subject](bank, event.subject_id) if event.subject in _FINDERS else None
    except _UNKNOWN:
        return None


def _consent(bank: Bank, consent_id: str) -> Resource | None:
    terms = consents.of_subject(bank, consent_id).terms
    if terms is None:
        return None
    word = "account-access-consent"
    return word, AISP, f"/{word}s/{consent_id}", Terms.of_kept(terms).version


def _mandate(bank: Bank, mandate_id: str) -> Resource:
    version = VrpTerms.of_kept(mandates.of_subject(bank, mandate_id).terms).version
    return f"{VRP.word}-consent", PISP, f"{VRP.consents}/{mandate_id}", version


def _payment_consent(bank: Bank, consent_id: str) -> Resource:
    terms = PaymentTerms.of_kept(payment_consents.of_subject(bank, consent_id).terms)
    return f"{terms.kind.word}-consent", PISP, f"{terms.kind.consents}/{consent_id}", terms.version


def _funds_consent(bank: Bank, consent_id: str) -> Resource | None:
    terms = funds.of_subject(bank, consent_id).terms
    if terms is None:
        return None
    word = "funds-confirmation-consent"
    return word, CBPII, f"/{word}s/{consent_id}", BY_PATH[terms["version"]]


def _payment(bank: Bank, payment_id: str) -> Resource | None:
    by = mandates.of_payment(bank, payment_id)
    if by is not None:
        return VRP.word, PISP, f"{VRP.orders}/{payment_id}", VrpTerms.of_kept(by[1]).version
    if payments.of_subject(bank, payment_id).accepted_at is None:
        # Before the TPP has submitted it, there is its consent and no payment.
        return None
    terms = PaymentTerms.of_kept(payment_consents.of_payment(bank, payment_id).terms)
    return terms.kind.word, PISP, f"{terms.kind.orders}/{payment_id}", terms.version


_FINDERS: Mapping[str, Any] = {
    "consent": _consent,
    "mandate": _mandate,
    "funds": _funds_consent,
    "pay_consent": _payment_consent,
    "payment": _payment,
}
