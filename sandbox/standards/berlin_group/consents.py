"""POST, GET and DELETE of account information consents. Source: psd2-api 1.3.11, /v1/consents."""

from typing import Any
from uuid import UUID

from flask import Response

from sandbox.bank import authorisations, consents
from sandbox.bank.authorisations import ConsentSubject, Wish
from sandbox.bank.bank import Bank
from sandbox.bank.consents import Consent, ConsentOrder, ConsentUnknown
from sandbox.bank.profile import ScaApproach
from sandbox.gateway import context
from sandbox.gateway.context import Context
from sandbox.standards.berlin_group import headers, links, mapping, switches
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
    approach = headers.approach_for(here.bank.profile.sca.approaches, wishes)
    explicit = _starts_explicitly(here.bank, approach, wishes)
    if approach is ScaApproach.REDIRECT and not explicit:
        headers.require_redirect_uri(wishes)
    consent = consents.create(here.bank, app_id(here), _order(here, wishes, body))
    steps, psu_message = _begin(here, consent, approach, wishes, explicit=explicit)
    answer = {
        "consentStatus": mapping.CONSENT_STATUS[consents.current_status(here.bank, consent)],
        "consentId": consent.id,
        "_links": mapping.hrefs(steps),
        **({"psuMessage": psu_message} if psu_message else {}),
    }
    location = {"Location": links.absolute(links.consent_path(consent.id))}
    return say(answer, 201, approach=None if explicit else approach, headers=location)


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


def _starts_explicitly(bank: Bank, approach: ScaApproach, wishes: dict[str, str]) -> bool:
    """Whether the TPP has to start the authorisation itself, since something is still to be sent or said.

    Source: NextGenPSD2 IG 1.3, section 5.2: embedded needs the PSU's data, decoupled the PSU's id.
    """
    if approach is ScaApproach.EMBEDDED or (approach is ScaApproach.DECOUPLED and "psu_id" not in wishes):
        return True
    return bank.profile.sca.explicit_start or wishes.get("explicit_preferred") == "true"


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


def _begin(
    here: Context, consent: Consent, approach: ScaApproach, wishes: dict[str, str], *, explicit: bool
) -> tuple[links.Links, str | None]:
    """The links of the new consent, and what the PSU should read; starts the authorisation if implicit."""
    own = links.of_consent(consent)
    if explicit:
        return {**links.to_start(consent, approach, psu_is_known="psu_id" in wishes), **own}, None
    wish = Wish(
        approach=approach,
        redirect_ok=wishes.get("redirect_uri"),
        redirect_nok=wishes.get("nok_redirect_uri"),
        psu_login=wishes.get("psu_id"),
        explicit=False,
    )
    started = authorisations.start(here.bank, ConsentSubject(consent), wish)
    steps = links.next_steps(started.authorisation, started.link_token)
    return {**steps, **own}, mapping.psu_message(here.bank, started.authorisation)
