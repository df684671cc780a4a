"""Confirmation of funds to those who issue cards: consents, then yes or no.

Source: Read/Write 4.0, CBPII resources.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request

from sandbox.bank import accounts, clearing, funds, idempotency
from sandbox.bank.accounts import AccountRef
from sandbox.bank.authorisations import FundsConsentSubject, SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.consents import ConsentNotOpen, ConsentStatus, ConsentUnknown
from sandbox.bank.funds import FundsConsent, FundsOrder, FundsQuestion
from sandbox.bank.idempotency import Call
from sandbox.gateway.context import Context
from sandbox.gateway.refusals import Message
from sandbox.kernel import ids
from sandbox.standards.uk_open_banking import (
    callers,
    headers,
    mapping,
    mapping_orders,
    schemas_funds,
    walltime,
)
from sandbox.standards.uk_open_banking.answers import app_id, ask_psu, here_url, say
from sandbox.standards.uk_open_banking.errors import (
    ConsentForeign,
    ConsentNewer,
    Fault,
    FieldInvalid,
    ReferenceReused,
)
from sandbox.standards.uk_open_banking.intents import FUNDS
from sandbox.standards.uk_open_banking.operations import Blueprint
from sandbox.standards.uk_open_banking.versions import BY_PATH, CBPII, Version

_CONSENTS = "/funds-confirmation-consents"
_VERSION, _ACCOUNT, _EXPIRATION = "version", "DebtorAccount", "ExpirationDateTime"


def blueprint(version: Version) -> Blueprint:
    """The operations on the confirmation of funds in that version."""
    made = Blueprint("funds", version, "Confirmation of funds to those who issue cards.", CBPII)

    @made.route(_CONSENTS, methods=["POST"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.arguments(schemas_funds.consent_request(version))
    @made.response(201, schemas_funds.consent(version))
    def create_funds_consent(_: dict[str, str], body: dict[str, Any]) -> Response:
        """Create a consent, which the PSU has still to authorise."""
        here = callers.client(FUNDS)
        consent = funds.create(here.bank, app_id(here), _order(here, version, body["Data"]))
        response = _told(version, here.bank, consent, 201)
        ask_psu(here, response, FundsConsentSubject(consent))
        return response

    @made.route(f"{_CONSENTS}/<ConsentId>", methods=["GET"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(200, schemas_funds.consent(version))
    def read_funds_consent(_: dict[str, str], *, ConsentId: str) -> Response:
        """Read a consent, and where it stands."""
        here = callers.client(FUNDS)
        return _told(version, here.bank, _of_caller(here, version, ConsentId))

    @made.route(f"{_CONSENTS}/<ConsentId>", methods=["DELETE"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.response(204)
    def delete_funds_consent(_: dict[str, str], *, ConsentId: str) -> Response:
        """End a consent: the PSU has taken it back from the TPP."""
        here = callers.client(FUNDS)
        funds.delete(here.bank, _of_caller(here, version, ConsentId))
        response = Response(status=204)
        del response.headers["Content-Type"]
        return response

    @made.route("/funds-confirmations", methods=["POST"])
    @made.arguments(headers.CallHeaders, location="headers")
    @made.arguments(schemas_funds.Question)
    @made.response(201, schemas_funds.answer(version))
    def confirm_funds(_: dict[str, str], body: dict[str, Any]) -> Response:
        """Ask whether an amount is there."""
        asked = body["Data"]
        here = callers.bound(FUNDS, SubjectKind.FUNDS_CONSENT, asked["ConsentId"])
        try:
            consent = _of_caller(here, version, asked["ConsentId"], using=True)
        except ConsentUnknown as error:
            raise FieldInvalid(Fault(error.text, "Data.ConsentId", "U011")) from error
        told = {
            "FundsConfirmationId": ids.new_uuid(),
            "CreationDateTime": walltime.told(here.bank.now),
            "FundsAvailable": _is_there(here, consent, asked),
            **asked,
        }
        return say(told, status=201)

    return made


def _order(here: Context, version: Version, data: Mapping[str, Any]) -> FundsOrder:
    """The order to the bank. Raises FieldInvalid."""
    number = mapping_orders.reference(data[_ACCOUNT], f"Data.{_ACCOUNT}")
    iban = clearing.iban_of(here.bank, number)
    return FundsOrder(
        account=number if iban is None else AccountRef(iban=iban),
        tpp_name=here.caller.app_name if here.caller else "",
        expires_at=walltime.instant(data[_EXPIRATION]) if _EXPIRATION in data else None,
        terms={_VERSION: version.path, **data},
    )


def _of_caller(here: Context, version: Version, consent_id: str, *, using: bool = False) -> FundsConsent:
    """The caller's consent of that id, as this version may see it, or even use it.

    Confirmation of Funds API Profile 4.0, Release Management: what is newer is not for an older endpoint.
    Raises ConsentUnknown, ConsentForeign, ConsentNewer.
    """
    try:
        UUID(consent_id)
    except ValueError as error:
        raise ConsentUnknown(detail=repr(consent_id)) from error
    consent = funds.of_subject(here.bank, consent_id)
    if consent.terms is None:
        raise ConsentUnknown(detail=f"{consent_id} is none of this standard")
    if consent.app_id != app_id(here):
        raise ConsentForeign(Message(ConsentForeign.text))
    if consent.status == ConsentStatus.TERMINATED_BY_TPP:
        raise ConsentUnknown(detail=f"{consent_id} was deleted")
    if BY_PATH[consent.terms[_VERSION]].age > version.age:
        if using:
            raise ConsentNewer(Message(ConsentNewer.text))
        raise ConsentUnknown(detail=f"{consent_id} was made in a newer version")
    return consent


def _is_there(here: Context, consent: FundsConsent, asked: Mapping[str, Any]) -> bool:
    """Whether the amount is there. Raises ConsentNotOpen, FieldInvalid, ReferenceReused."""
    status = funds.current_status(here.bank, consent)
    if status is not ConsentStatus.VALID or consent.account_id is None:
        raise ConsentNotOpen(detail=f"{consent.id} is {status}")
    amount = mapping_orders.money_of(asked["InstructedAmount"], "Data.InstructedAmount")
    # Read/Write 4.0, OBFundsConfirmation1: the amount must be in the currency of the account.
    if amount.currency != accounts.get(here.bank, consent.account_id).currency:
        text = "Funds are confirmed in the currency of the account."
        raise FieldInvalid(Fault(text, "Data.InstructedAmount.Currency", "U023"))
    # The code sets, U013: a reference names one question.
    call = Call(app_id(here), f"{request.path}/{consent.id}", asked["Reference"], "")
    if idempotency.made_before(here.bank, call) is not None:
        raise ReferenceReused(Fault(ReferenceReused.text, "Data.Reference", "U013"))
    idempotency.remember(here.bank, call, consent.id)
    question = FundsQuestion(funds.account_of(consent), amount, consent_id=consent.id)
    return funds.confirm(here.bank, app_id(here), question)


def _told(version: Version, bank: Bank, consent: FundsConsent, status: int = 200) -> Response:
    terms = consent.terms or {}
    data = {
        "ConsentId": consent.id,
        "CreationDateTime": walltime.told(consent.created_at),
        "StatusUpdateDateTime": walltime.told(consent.moved_at or consent.created_at),
        **mapping.funds_status(version, consent, funds.current_status(bank, consent)),
        **{name: terms[name] for name in (_ACCOUNT, _EXPIRATION) if name in terms},
    }
    url = here_url() if status == 200 else f"{here_url()}/{consent.id}"
    return say(data, status=status, links={"Self": url})
