"""POST and GET of payment consents, and whether there are funds. Source: Read/Write 4.0, PISP resources."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response

from sandbox.bank import payment_consents
from sandbox.bank.authorisations import PaymentConsentSubject, SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.payment_consents import PaymentConsent, PaymentConsentOrder, PaymentConsentUnknown
from sandbox.gateway.context import Context
from sandbox.gateway.refusals import Message
from sandbox.standards.uk_open_banking import (
    callers,
    exchange,
    headers,
    mapping_across,
    mapping_orders,
    mapping_payments,
    payment_files,
    repeating,
    schemas_payments,
    walltime,
)
from sandbox.standards.uk_open_banking.answers import app_id, ask_psu, here_url, say
from sandbox.standards.uk_open_banking.errors import ConsentForeign, ConsentNewer
from sandbox.standards.uk_open_banking.intents import PAYMENTS
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.payment_kinds import KINDS, WHOLE, Kind
from sandbox.standards.uk_open_banking.payment_terms import PaymentTerms
from sandbox.standards.uk_open_banking.versions import PISP, Version


def blueprint(version: Version) -> Blueprint:
    """The operations on payment consents in that version."""
    made = Blueprint("payment_consents", version, "Consents to payments.", PISP)
    for kind in KINDS:
        _serve(made, version, kind)
        if kind.funds:
            _serve_funds(made, version, kind)
    return made


def _serve(made: Blueprint, version: Version, kind: Kind) -> None:
    name = kind.word.replace("-", "_")

    @made.route(kind.consents, methods=["POST"], endpoint=f"create_{name}_consent")
    @made.arguments(headers.RepeatableHeaders, location="headers")
    @made.arguments(schemas_payments.consent_request(version, kind))
    @made.response(201, schemas_payments.consent(version, kind))
    def create(said: dict[str, str], body: dict[str, Any]) -> Response:
        """Create a consent, which the PSU has still to authorise."""
        here = callers.client(PAYMENTS)
        consent_id, _ = repeating.once(here, said, body, lambda: _create(here, version, kind, body))
        bank, consent = of_caller(here, version, kind, consent_id)
        response = told(version, bank, consent, 201)
        ask_psu(here, response, PaymentConsentSubject(consent))
        return response

    @made.route(f"{kind.consents}/<ConsentId>", methods=["GET"], endpoint=f"read_{name}_consent")
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(200, schemas_payments.consent(version, kind))
    def read(_: dict[str, str], *, ConsentId: str) -> Response:
        """Read a consent, and where it stands."""
        bank, consent = of_caller(callers.client(PAYMENTS), version, kind, ConsentId)
        return told(version, bank, consent)


def _serve_funds(made: Blueprint, version: Version, kind: Kind) -> None:
    path = f"{kind.consents}/<ConsentId>/funds-confirmation"

    @made.route(path, methods=["GET"], endpoint=f"confirm_funds_{kind.word.replace('-', '_')}")
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(200, schemas_payments.funds_available(version))
    def confirm(_: dict[str, str], *, ConsentId: str) -> Response:
        """Read whether there is money for the payment."""
        here = callers.bound(PAYMENTS, SubjectKind.PAYMENT_CONSENT, ConsentId)
        bank, consent = of_caller(here, version, kind, ConsentId)
        check_version(version, consent)
        available = payment_consents.is_funded(bank, consent)
        result = {"FundsAvailableDateTime": walltime.told(bank.now), "FundsAvailable": available}
        return say({"FundsAvailableResult": result})


def _create(here: Context, version: Version, kind: Kind, body: Mapping[str, Any]) -> str:
    """The id of a new consent. Raises FieldInvalid, and what `payment_consents.create` raises."""
    data, tpp_name = body["Data"], here.caller.app_name if here.caller else ""
    wish = data.get("Authorisation", {})
    rate, payment = exchange.told(here.bank, data["Initiation"]), None
    if kind in WHOLE:
        asked = mapping_orders.order(here.bank, version, kind, data["Initiation"], exchange.held(rate))
        payment = replace(asked, tpp_name=tpp_name)
    else:
        payment_files.check_type(version, data["Initiation"])
    order = PaymentConsentOrder(
        payment=payment,
        terms=PaymentTerms(version, kind, data, body.get("Risk", {}), rate).kept(),
        tpp_name=tpp_name,
        one_signature=wish.get("AuthorisationType") == "Single",
        complete_by=walltime.instant(wish["CompletionDateTime"]) if "CompletionDateTime" in wish else None,
    )
    return payment_consents.create(here.bank, app_id(here), order).id


def of_caller(here: Context, version: Version, kind: Kind, consent_id: str) -> tuple[Bank, PaymentConsent]:
    """The caller's consent of that id and sort, as this version may see it.

    Read/Write 4.0, 400 v/s 404 and 403: an unknown id is a bad request, another TPP's is forbidden.
    Raises PaymentConsentUnknown, also for one of a newer version; ConsentForeign.
    """
    try:
        UUID(consent_id)
    except ValueError as error:
        raise PaymentConsentUnknown(detail=repr(consent_id)) from error
    consent = payment_consents.of_subject(here.bank, consent_id)
    terms = PaymentTerms.of_kept(consent.terms)
    # Payment Initiation API Profile, Release Management: nothing of a newer version at an older endpoint.
    if terms.kind is not kind or terms.version.age > version.age:
        raise PaymentConsentUnknown(detail=f"{consent_id} is a {terms.kind.word} of {terms.version.path}")
    if consent.app_id != app_id(here):
        raise ConsentForeign(Message(ConsentForeign.text))
    return here.bank, consent


def check_version(version: Version, consent: PaymentConsent) -> None:
    """Raises ConsentNewer.

    Payment Initiation API Profile, Release Management: funds are confirmed, and payments made, in the very
    version of the consent.
    """
    if PaymentTerms.of_kept(consent.terms).version is not version:
        raise ConsentNewer(Message("A payment consent is used in the version in which it was made."))


def told(version: Version, bank: Bank, consent: PaymentConsent, status: int = 200) -> Response:
    """The answer that tells of a consent."""
    terms = PaymentTerms.of_kept(consent.terms)
    data = mapping_payments.consent(version, bank, terms.kind, consent, terms)
    url = here_url() if status == 200 else f"{here_url()}/{consent.id}"
    risk = mapping_across.risk(terms.version, version, terms.risk) if terms.kind.risk else None
    return say(data, status=status, links={"Self": url}, risk=risk)
