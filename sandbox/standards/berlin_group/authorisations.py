"""The authorisations of a consent: start, list, read, and the one PUT that takes every step.

Source: NextGenPSD2 IG 1.3, section 7; psd2-api 1.3.11, /v1/consents/{consentId}/authorisations.
"""

from typing import Any
from uuid import UUID

from flask import Response

from sandbox.bank import authorisations
from sandbox.bank.authorisations import (
    Authorisation,
    AuthorisationUnknown,
    ConsentSubject,
    Outcome,
    ScaApproachUnsupported,
    ScaStatus,
    Wish,
)
from sandbox.bank.bank import Bank
from sandbox.bank.profile import ScaApproach
from sandbox.gateway import context
from sandbox.standards.berlin_group import errors, headers, links, mapping
from sandbox.standards.berlin_group.answers import app_id, say
from sandbox.standards.berlin_group.consents import of_caller
from sandbox.standards.berlin_group.errors import FormatError, Message, WireError
from sandbox.standards.berlin_group.operations import Blueprint
from sandbox.standards.berlin_group.schemas_authorisation import (
    AuthorisationList,
    AuthorisationStarted,
    AuthorisationStep,
    ScaState,
)

blueprint = Blueprint("authorisations", __name__, description="The PSU's yes to a consent, step by step.")

#: IG 14.11: a password or a one-time code that is not right.
_WRONG_CREDENTIALS = WireError(401, "PSU_CREDENTIALS_INVALID")


@blueprint.route("/v1/consents/<consentId>/authorisations", methods=["POST"])
@blueprint.arguments(headers.StartHeaders, location="headers")
@blueprint.arguments(AuthorisationStep, required=False)
@blueprint.response(201, AuthorisationStarted)
def start_authorisation(
    wishes: dict[str, str],
    step: dict[str, Any],
    *,
    consentId: str,
) -> Response:
    """Start an authorisation of a consent.

    In the embedded approach the PSU's id and password may come along at once.
    """
    bank, consent = of_caller(consentId)
    if step and "psuData" not in step:
        raise FormatError(Message("A start takes psuData or nothing.", next(iter(step))))
    approach = _approach(bank, wishes, step)
    if approach is ScaApproach.REDIRECT:
        headers.require_redirect_uri(wishes)
    wish = Wish(
        approach=approach,
        redirect_ok=wishes.get("redirect_uri"),
        redirect_nok=wishes.get("nok_redirect_uri"),
        psu_login=wishes.get("psu_id"),
        explicit=True,
    )
    started = authorisations.start(bank, ConsentSubject(consent), wish)
    authorisation = started.authorisation
    if step:
        refused = _authenticate(bank, authorisation, step["psuData"]["password"])
        if refused is not None:
            return refused
    body = mapping.sca_state(bank, authorisation, links.next_steps(authorisation, started.link_token))
    location = {"Location": links.absolute(links.authorisation_path(authorisation))}
    return say(body, 201, approach=ScaApproach(authorisation.approach), headers=location)


@blueprint.route("/v1/consents/<consentId>/authorisations", methods=["GET"])
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(200, AuthorisationList)
def list_authorisations(_: dict[str, str], *, consentId: str) -> Response:
    """List the authorisations of a consent."""
    bank, consent = of_caller(consentId)
    found = authorisations.every(bank, app_id(context.current()), ConsentSubject(consent))
    return say({"authorisationIds": [one.id for one in found]})


@blueprint.route("/v1/consents/<consentId>/authorisations/<authorisationId>", methods=["GET"])
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(200, ScaState)
def read_authorisation(
    _: dict[str, str],
    *,
    consentId: str,
    authorisationId: str,
) -> Response:
    """Read where an authorisation stands."""
    bank, authorisation = _of_caller(consentId, authorisationId)
    return _state(bank, authorisation, brief=True)


@blueprint.route("/v1/consents/<consentId>/authorisations/<authorisationId>", methods=["PUT"])
@blueprint.arguments(headers.PsuHeaders, location="headers")
@blueprint.arguments(AuthorisationStep, required=False)
@blueprint.response(200, ScaState)
def update_authorisation(
    said: dict[str, str],
    step: dict[str, Any],
    *,
    consentId: str,
    authorisationId: str,
) -> Response:
    """Take the next step of an authorisation: identify, authenticate, choose a method, confirm.

    Which one it is follows from the body; a PSU-ID without a body identifies.
    """
    bank, authorisation = _of_caller(consentId, authorisationId)
    refused = _take(bank, authorisation, said, step)
    return refused or _state(bank, authorisation)


def _approach(bank: Bank, wishes: dict[str, str], step: dict[str, Any]) -> ScaApproach:
    """The approach of a new authorisation, so that the link that a consent gave can be followed blindly.

    A password makes it embedded; whoever names no way back did not come for a redirect.
    """
    if step:
        return ScaApproach.EMBEDDED
    approaches = bank.profile.sca.approaches
    if "redirect_uri" not in wishes and wishes.get("redirect_preferred") != "true":
        approaches = tuple(one for one in approaches if one is not ScaApproach.REDIRECT) or approaches
    return headers.approach_for(approaches, wishes)


def _take(
    bank: Bank, authorisation: Authorisation, said: dict[str, str], step: dict[str, Any]
) -> Response | None:
    """Take the step; a response where it was remembered but went wrong."""
    if step and "confirmationCode" not in step and authorisation.approach != ScaApproach.EMBEDDED:
        # IG 5.4: credentials pass through the TPP in the embedded approach only.
        raise ScaApproachUnsupported("The PSU authenticates at the bank, not through the TPP.")
    match step:
        case {"psuData": {"password": password}}:
            if "psu_id" in said and authorisation.status == ScaStatus.RECEIVED:
                authorisations.identify(bank, authorisation, said["psu_id"])
            return _authenticate(bank, authorisation, password)
        case {"authenticationMethodId": method_id}:
            authorisations.choose_method(bank, authorisation, method_id)
        case {"scaAuthenticationData": code}:
            outcome = authorisations.confirm(bank, authorisation, code)
            return _wrong(authorisation, outcome, "scaAuthenticationData", authorisation.code_attempts_left)
        case {"confirmationCode": code}:
            # IG 7.6: a wrong confirmation code is told by the status `failed`, not by an error.
            authorisations.confirm_with_code(bank, authorisation, code)
        case _ if "psu_id" in said:
            authorisations.identify(bank, authorisation, said["psu_id"])
        case _:
            raise FormatError(Message("A step is expected: a body, or the header PSU-ID."))
    return None


def _authenticate(bank: Bank, authorisation: Authorisation, password: str) -> Response | None:
    if authorisation.status == ScaStatus.RECEIVED:
        raise FormatError(Message("Whose password it is must be said.", "PSU-ID"))
    outcome = authorisations.authenticate(bank, authorisation, password)
    return _wrong(authorisation, outcome, "psuData.password", authorisation.password_attempts_left)


def _wrong(authorisation: Authorisation, outcome: Outcome, path: str, attempts_left: int) -> Response | None:
    """The answer to a wrong password or code; it is returned, so that the attempt stays counted.

    A yes that fails with attempts left was right but had nothing to grant: its status tells.
    """
    if outcome is Outcome.RIGHT or (outcome is Outcome.FAILED and attempts_left > 0):
        return None
    text = "That is not right."
    if outcome is Outcome.FAILED:
        text = "That is not right, and it was the last attempt: the authorisation has failed."
    response = errors.answer(_WRONG_CREDENTIALS, Message(text, path), links=links.next_steps(authorisation))
    response.headers["ASPSP-SCA-Approach"] = mapping.SCA_APPROACH[ScaApproach(authorisation.approach)]
    return response


def _state(bank: Bank, authorisation: Authorisation, *, brief: bool = False) -> Response:
    steps = links.next_steps(authorisation)
    body = mapping.sca_state(bank, authorisation, steps, brief=brief)
    return say(body, approach=ScaApproach(authorisation.approach))


def _of_caller(consent_id: str, authorisation_id: str) -> tuple[Bank, Authorisation]:
    bank, consent = of_caller(consent_id)
    try:
        UUID(authorisation_id)
    except ValueError as error:
        raise AuthorisationUnknown(detail=repr(authorisation_id)) from error
    return bank, authorisations.get(
        bank, app_id(context.current()), ConsentSubject(consent), authorisation_id
    )
