"""Confirmation of funds, and the consent to it.

Source: psd2-api 1.3.11, /v1/funds-confirmations; psd2-confirmation-of-funds-consent 2.0.
"""

from typing import Any
from uuid import UUID

from flask import Response

from sandbox.bank import funds
from sandbox.bank.authorisations import FundsConsentSubject, SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.consents import ConsentUnknown
from sandbox.bank.funds import FundsConsent, FundsOrder, FundsQuestion
from sandbox.gateway import context
from sandbox.standards.berlin_group import headers, mapping, notifications, starting
from sandbox.standards.berlin_group.answers import app_id, say
from sandbox.standards.berlin_group.offers import FUNDS_CONFIRMATIONS, FUNDS_CONSENTS
from sandbox.standards.berlin_group.operations import Blueprint
from sandbox.standards.berlin_group.schemas import ConsentCreated, ConsentStatusAnswer
from sandbox.standards.berlin_group.schemas_funds import (
    FundsAnswer,
    FundsConsentInformation,
    FundsConsentRequest,
    FundsHeaders,
    FundsQuestionBody,
)

blueprint = Blueprint("funds", __name__, description="Whether an amount is there, and the PSU's word for it.")
#: The path of one consent.
CONSENT = f"{FUNDS_CONSENTS}/<consentId>"


@blueprint.route(FUNDS_CONFIRMATIONS, methods=["POST"])
@blueprint.arguments(FundsHeaders, location="headers")
@blueprint.arguments(FundsQuestionBody)
@blueprint.response(200, FundsAnswer)
def confirm_funds(said: dict[str, str], body: dict[str, Any]) -> Response:
    """Ask whether an amount is there now. Nothing is reserved."""
    here = context.current()
    question = FundsQuestion(
        account=mapping.reference(body["account"]),
        amount=body["instructedAmount"],
        card_number=body.get("cardNumber"),
        consent_id=said.get("consent_id"),
        tpp_name=here.caller.app_name if here.caller else "",
    )
    return say({"fundsAvailable": funds.confirm(here.bank, app_id(here), question)})


@blueprint.route(FUNDS_CONSENTS, methods=["POST"])
@blueprint.arguments(headers.ConsentHeaders, location="headers")
@blueprint.arguments(FundsConsentRequest)
@blueprint.response(201, ConsentCreated)
def create_funds_consent(wishes: dict[str, str], body: dict[str, Any]) -> Response:
    """Create a consent to the confirmation of funds.

    The answer's links say how the PSU is asked for their yes.
    """
    here = context.current()
    chosen = starting.way(here.bank, wishes)
    order = FundsOrder(
        account=mapping.reference(body["account"]),
        card_number=body.get("cardNumber"),
        card_expires_on=body.get("cardExpiryDate"),
        card_information=body.get("cardInformation"),
        registration_information=body.get("registrationInformation"),
        psu_login=wishes.get("psu_id"),
        tpp_name=here.caller.app_name if here.caller else "",
    )
    told = notifications.asked(here.bank, SubjectKind.FUNDS_CONSENT, wishes)
    consent = funds.create(here.bank, app_id(here), order)
    subject = FundsConsentSubject(consent)
    notifications.subscribe(here.bank, subject, told)
    begun = starting.begin(here.bank, subject, chosen, wishes)
    answer = {
        "consentStatus": mapping.CONSENT_STATUS[funds.current_status(here.bank, consent)],
        "consentId": consent.id,
    }
    return starting.created(begun, answer, told.headers)


@blueprint.route(CONSENT, methods=["GET"])
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(200, FundsConsentInformation)
def read_funds_consent(_: dict[str, str], *, consentId: str) -> Response:
    """Read a consent to the confirmation of funds."""
    bank, consent = of_caller(consentId)
    card = {
        "cardNumber": consent.card_number,
        "cardExpiryDate": consent.card_expires_on.isoformat() if consent.card_expires_on else None,
        "cardInformation": consent.card_information,
        "registrationInformation": consent.registration_information,
    }
    return say(
        {
            "account": mapping.written(funds.account_of(consent)),
            **{name: value for name, value in card.items() if value is not None},
            "consentStatus": mapping.CONSENT_STATUS[funds.current_status(bank, consent)],
        }
    )


@blueprint.route(CONSENT, methods=["DELETE"])
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(204)
def delete_funds_consent(_: dict[str, str], *, consentId: str) -> Response:
    """End a consent to the confirmation of funds on the TPP's side."""
    bank, consent = of_caller(consentId)
    funds.delete(bank, consent)
    return Response(status=204)


@blueprint.route(f"{CONSENT}/status", methods=["GET"])
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(200, ConsentStatusAnswer)
def read_funds_consent_status(_: dict[str, str], *, consentId: str) -> Response:
    """Read where a consent to the confirmation of funds stands."""
    bank, consent = of_caller(consentId)
    return say({"consentStatus": mapping.CONSENT_STATUS[funds.current_status(bank, consent)]})


def of_caller(consent_id: str) -> tuple[Bank, FundsConsent]:
    """The caller's consent of that id, and the bank. Raises ConsentUnknown, for anybody else's too."""
    here = context.current()
    try:
        UUID(consent_id)
    except ValueError as error:
        raise ConsentUnknown(detail=repr(consent_id)) from error
    return here.bank, funds.get(here.bank, app_id(here), consent_id)
