"""POST and GET of payments under a consent, and their details. Source: Read/Write 4.0, PISP resources."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response

from sandbox.bank import payment_consents, payments
from sandbox.bank.authorisations import PaymentSubject, SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.payment_consents import PaymentConsent, PaymentConsentUnknown
from sandbox.bank.payments import PaymentStatus, PaymentUnknown
from sandbox.gateway.context import Context
from sandbox.gateway.refusals import Message
from sandbox.standards.uk_open_banking import (
    callers,
    headers,
    mapping_payments,
    repeating,
    schemas_payments,
)
from sandbox.standards.uk_open_banking import (
    payment_consents as consents,
)
from sandbox.standards.uk_open_banking.answers import app_id, ask_psu, here_url, say
from sandbox.standards.uk_open_banking.errors import ConsentForeign, ConsentMismatch, Fault
from sandbox.standards.uk_open_banking.intents import PAYMENTS
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.payment_kinds import KINDS, Kind
from sandbox.standards.uk_open_banking.payment_terms import PaymentTerms
from sandbox.standards.uk_open_banking.versions import PISP, Version


def blueprint(version: Version) -> Blueprint:
    """The operations on payments in that version."""
    made = Blueprint("payments", version, "Payments under a consent.", PISP)
    for kind in KINDS:
        _serve(made, version, kind)
    return made


def _serve(made: Blueprint, version: Version, kind: Kind) -> None:
    name = kind.word.replace("-", "_")
    one = f"{kind.orders}/<{kind.argument}>"

    @made.route(kind.orders, methods=["POST"], endpoint=f"create_{name}")
    @made.arguments(headers.RepeatableHeaders, location="headers")
    @made.arguments(schemas_payments.order_request(version, kind))
    @made.response(201, schemas_payments.order(version, kind))
    def create(said: dict[str, str], body: dict[str, Any]) -> Response:
        """Have the payment carried out to which the PSU has consented."""
        consent_id = body["Data"]["ConsentId"]
        here = callers.bound(PAYMENTS, SubjectKind.PAYMENT_CONSENT, consent_id)
        bank, consent = consents.of_caller(here, version, kind, consent_id)
        _, new = repeating.once(here, said, body, lambda: _submit(version, bank, consent, body))
        return _created(version, here, kind, consent, new=new)

    @made.route(one, methods=["GET"], endpoint=f"read_{name}")
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(200, schemas_payments.order(version, kind))
    def read(_: dict[str, str], **path: str) -> Response:
        """Read a payment, and where it stands."""
        bank, consent = of_caller(version, kind, path[kind.argument])
        payments.read(bank, payment_consents.payment_of(bank, consent))
        return say(mapping_payments.order(version, bank, kind, consent))

    @made.route(f"{one}/payment-details", methods=["GET"], endpoint=f"read_details_of_{name}")
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(200, schemas_payments.details(version))
    def read_details(_: dict[str, str], **path: str) -> Response:
        """Read where each transfer of a payment stands."""
        bank, consent = of_caller(version, kind, path[kind.argument])
        found = mapping_payments.details(version, bank, payment_consents.payment_of(bank, consent))
        return say({"PaymentStatus": found})


def _submit(version: Version, bank: Bank, consent: PaymentConsent, body: Mapping[str, Any]) -> str:
    """The id of the payment. Raises ConsentNewer, ConsentMismatch, and what `submit` raises."""
    consents.check_version(version, consent)
    payment_consents.check_authorised(bank, consent)
    place = PaymentTerms.of_kept(consent.terms).differing(body["Data"]["Initiation"], body.get("Risk", {}))
    if place is not None:
        raise ConsentMismatch(Fault(ConsentMismatch.text, place, "U008"))
    return payment_consents.submit(bank, consent).id


def _created(version: Version, here: Context, kind: Kind, consent: PaymentConsent, *, new: bool) -> Response:
    """The answer to the POST. Where somebody else has to sign as well, it is they who are asked next."""
    payment = payment_consents.payment_of(here.bank, consent)
    data = mapping_payments.order(version, here.bank, kind, consent, new=new)
    response = say(data, status=201, links={"Self": f"{here_url()}/{payment.id}"})
    if payment.status == PaymentStatus.PARTIALLY_AUTHORISED:
        ask_psu(here, response, PaymentSubject(payment))
    return response


def of_caller(version: Version, kind: Kind, payment_id: str) -> tuple[Bank, PaymentConsent]:
    """The consent of the caller's payment of that id and sort, as this version may see it.

    Raises PaymentUnknown, also for one that is not submitted yet, or of a newer version; ConsentForeign.
    """
    here = callers.client(PAYMENTS)
    try:
        UUID(payment_id)
        consent = payment_consents.of_payment(here.bank, payment_id)
    except (ValueError, PaymentConsentUnknown) as error:
        raise PaymentUnknown(detail=repr(payment_id)) from error
    terms = PaymentTerms.of_kept(consent.terms)
    if terms.kind is not kind or terms.version.age > version.age:
        raise PaymentUnknown(detail=f"{payment_id} is a {terms.kind.word} of {terms.version.path}")
    if consent.app_id != app_id(here):
        raise ConsentForeign(Message(ConsentForeign.text))
    return here.bank, consent
