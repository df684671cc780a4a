"""POST, GET and DELETE of account information consents. Source: psd2-api 1.3.11, /v1/consents."""

from typing import Any
from uuid import UUID

from flask import Response

from sandbox.bank import consents
from sandbox.bank.authorisations import ConsentSubject, SubjectKind
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Consent, ConsentOrder, ConsentUnknown
from sandbox.gateway import context
from sandbox.gateway.context import Context
from sandbox.standards.berlin_group import headers, links, mapping, notifications, starting, switches
from sandbox.standards.berlin_group.answers import app_id, say
from sandbox.standards.berlin_group.errors import FormatError, Message, ParameterNotSupported
from sandbox.standards.berlin_group.operations import Blueprint
from sandbox.standards.berlin_group.schemas import (
    ConsentCreated,
    ConsentInformation,
    ConsentRequest,
    ConsentStatusAnswer,
)

blueprint = Blueprint("consents", __name__, description="Consents to read account information.")


@blueprint.route("/v1/consents", methods=["POST"])
@blueprint.arguments(headers.ConsentHeaders, location="headers")
@blueprint.arguments(ConsentRequest)
@blueprint.response(201, ConsentCreated)
def create_consent(wishes: dict[str, str], body: dict[str, Any]) -> Response:
    """Create a consent.

    The answer's links say how the PSU is asked for their yes.
    """
    here = context.current()
    _check(here.bank, wishes, body)
    chosen = starting.way(here.bank, wishes)
    told = notifications.asked(here.bank, SubjectKind.CONSENT, wishes)
    subject = ConsentSubject(consents.create(here.bank, app_id(here), _order(here, wishes, body)))
    notifications.subscribe(here.bank, subject, told)
    begun = starting.begin(here.bank, subject, chosen, wishes)
    answer = {
        "consentStatus": mapping.CONSENT_STATUS[consents.current_status(here.bank, subject.consent)],
        "consentId": subject.id,
    }
    return starting.created(begun, answer, told.headers)


@blueprint.route("/v1/consents/<consentId>", methods=["GET"])
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(200, ConsentInformation)
def read_consent(_: dict[str, str], *, consentId: str) -> Response:
    """Read a consent as it was granted."""
    bank, consent = of_caller(consentId)
    found = mapping.consent(bank, consent, links.of_data(consent))
    return say(found)


@blueprint.route("/v1/consents/<consentId>", methods=["DELETE"])
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(204)
def delete_consent(_: dict[str, str], *, consentId: str) -> Response:
    """End a consent on the TPP's side."""
    bank, consent = of_caller(consentId)
    consents.delete(bank, consent)
    return Response(status=204)


@blueprint.route("/v1/consents/<consentId>/status", methods=["GET"])
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(200, ConsentStatusAnswer)
def read_consent_status(_: dict[str, str], *, consentId: str) -> Response:
    """Read where a consent stands."""
    bank, consent = of_caller(consentId)
    return say({"consentStatus": mapping.CONSENT_STATUS[consents.current_status(bank, consent)]})


def of_caller(consent_id: str) -> tuple[Bank, Consent]:
    """The caller's consent of that id, and the bank. Raises ConsentUnknown, for anybody else's too."""
    here = context.current()
    try:
        UUID(consent_id)
    except ValueError as error:
        raise ConsentUnknown(detail=repr(consent_id)) from error
    return here.bank, consents.get(here.bank, app_id(here), consent_id)


def _check(bank: Bank, wishes: dict[str, str], body: dict[str, Any]) -> None:
    """Refuse what the schema cannot see: what this bank does not offer."""
    if switches.of(bank.profile).psu_ip_address_required and "psu_ip_address" not in wishes:
        raise FormatError(Message("This bank asks for the PSU's address here.", "PSU-IP-Address"))
    if "trustedBeneficiaries" in body["access"].get("additionalInformation", {}):
        place = "access.additionalInformation.trustedBeneficiaries"
        raise ParameterNotSupported(Message("This bank has no trusted beneficiaries.", place))


def _order(here: Context, wishes: dict[str, str], body: dict[str, Any]) -> ConsentOrder:
    return ConsentOrder(
        access=mapping.access(body["access"]),
        recurring=body["recurringIndicator"],
        valid_until=body["validUntil"],
        frequency_per_day=body["frequencyPerDay"],
        combined_service=body["combinedServiceIndicator"],
        psu_login=wishes.get("psu_id"),
        tpp_name=here.caller.app_name if here.caller else "",
    )
