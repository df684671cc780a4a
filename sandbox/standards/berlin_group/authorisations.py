"""The authorisations of consents, payments and cancellations: start, list, read, and the PUT of every step.

Source: NextGenPSD2 IG 1.3, section 7; psd2-api 1.3.11, …/authorisations and …/cancellation-authorisations.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Response

from sandbox.bank import authorisations
from sandbox.bank.authorisations import (
    Authorisation,
    AuthorisationUnknown,
    BasketSubject,
    CancellationSubject,
    ConsentSubject,
    FundsConsentSubject,
    Outcome,
    PaymentSubject,
    ScaApproachUnsupported,
    ScaStatus,
    Subject,
    SubjectKind,
)
from sandbox.bank.bank import Bank
from sandbox.bank.profile import ScaApproach
from sandbox.gateway import context
from sandbox.gateway.openapi import View
from sandbox.standards.berlin_group import (
    baskets,
    consents,
    errors,
    funds,
    headers,
    links,
    mapping,
    notifications,
    payments,
    starting,
)
from sandbox.standards.berlin_group.answers import app_id, say
from sandbox.standards.berlin_group.errors import FormatError, Message, WireError
from sandbox.standards.berlin_group.operations import Blueprint
from sandbox.standards.berlin_group.schemas_authorisation import (
    AuthorisationList,
    AuthorisationStarted,
    AuthorisationStep,
    ScaState,
)

blueprint = Blueprint("authorisations", __name__, description="The PSU's yes, step by step.")
blueprint.before_request(payments.know_the_product)

#: Where the authorisations of each kind of subject are.
_ROOTS: Mapping[SubjectKind, str] = {
    SubjectKind.CONSENT: "/v1/consents/<consentId>/authorisations",
    SubjectKind.PAYMENT: f"{payments.PAYMENT}/authorisations",
    SubjectKind.CANCELLATION: f"{payments.PAYMENT}/cancellation-authorisations",
    SubjectKind.FUNDS_CONSENT: f"{funds.CONSENT}/authorisations",
    SubjectKind.BASKET: f"{baskets.BASKET}/authorisations",
}
#: IG 14.11: a password or a one-time code that is not right.
_WRONG_CREDENTIALS = WireError(401, "PSU_CREDENTIALS_INVALID")


def _everywhere(method: str, below: str = "") -> Callable[[View], View]:
    """Serve a view at the authorisations of every kind of subject; it is told which `kind` it is at."""

    def serve(view: View) -> View:
        for kind, root in _ROOTS.items():
            name = f"{view.__name__}_of_{kind}"
            blueprint.route(root + below, methods=[method], endpoint=name, defaults={"kind": kind})(view)
        return view

    return serve


@_everywhere("POST")
@blueprint.arguments(headers.StartHeaders, location="headers")
@blueprint.arguments(AuthorisationStep, required=False)
@blueprint.response(201, AuthorisationStarted)
def start_authorisation(
    wishes: dict[str, str], step: dict[str, Any], *, kind: SubjectKind, **path: str
) -> Response:
    """Start an authorisation.

    In the embedded approach the PSU's id and password may come along at once.
    """
    bank, subject = _subject(kind, path)
    if step and "psuData" not in step:
        raise FormatError(Message("A start takes psuData or nothing.", next(iter(step))))
    approach = _approach(bank, wishes, step)
    if approach is ScaApproach.REDIRECT and not links.is_in_oauth(bank.profile):
        headers.require_redirect_uri(wishes)
    notifications.subscribe(bank, subject, notifications.asked(bank, subject.kind, wishes))
    started = authorisations.start(bank, subject, starting.wish(approach, wishes, explicit=True))
    authorisation = started.authorisation
    if step:
        refused = _authenticate(bank, subject, authorisation, step["psuData"]["password"])
        if refused is not None:
            return refused
    steps = links.next_steps(subject, authorisation, started.link_token)
    body = mapping.sca_state(bank, authorisation, steps)
    location = {"Location": links.absolute(links.authorisation_path(subject, authorisation))}
    return say(body, 201, approach=ScaApproach(authorisation.approach), headers=location)


@_everywhere("GET")
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(200, AuthorisationList)
def list_authorisations(_: dict[str, str], *, kind: SubjectKind, **path: str) -> Response:
    """List the authorisations."""
    bank, subject = _subject(kind, path)
    found = authorisations.every(bank, app_id(context.current()), subject)
    return say({"authorisationIds": [one.id for one in found]})


@_everywhere("GET", "/<authorisationId>")
@blueprint.arguments(headers.CommonHeaders, location="headers")
@blueprint.response(200, ScaState)
def read_authorisation(
    _: dict[str, str], *, kind: SubjectKind, authorisationId: str, **path: str
) -> Response:
    """Read where an authorisation stands."""
    bank, subject = _subject(kind, path)
    return _state(bank, subject, _of_caller(bank, subject, authorisationId), brief=True)


@_everywhere("PUT", "/<authorisationId>")
@blueprint.arguments(headers.PsuHeaders, location="headers")
@blueprint.arguments(AuthorisationStep, required=False)
@blueprint.response(200, ScaState)
def update_authorisation(
    said: dict[str, str], step: dict[str, Any], *, kind: SubjectKind, authorisationId: str, **path: str
) -> Response:
    """Take the next step of an authorisation: identify, authenticate, choose a method, confirm.

    Which one it is follows from the body; a PSU-ID without a body identifies.
    """
    bank, subject = _subject(kind, path)
    authorisation = _of_caller(bank, subject, authorisationId)
    refused = _take(bank, subject, authorisation, said, step)
    return refused or _state(bank, subject, authorisation)


def _subject(kind: SubjectKind, path: dict[str, str]) -> tuple[Bank, Subject]:
    """What the PSU is asked for at that path, and the bank.

    Raises ConsentUnknown, PaymentUnknown, BasketUnknown.
    """
    match kind:
        case SubjectKind.CONSENT:
            bank, consent = consents.of_caller(path["consentId"])
            return bank, ConsentSubject(consent)
        case SubjectKind.FUNDS_CONSENT:
            bank, funds_consent = funds.of_caller(path["consentId"])
            return bank, FundsConsentSubject(funds_consent)
        case SubjectKind.BASKET:
            bank, basket = baskets.of_caller(path["basketId"])
            return bank, BasketSubject(basket)
        case SubjectKind.PAYMENT | SubjectKind.CANCELLATION:
            bank, payment = payments.of_caller(path)
            is_payment = kind is SubjectKind.PAYMENT
            return bank, PaymentSubject(payment) if is_payment else CancellationSubject(payment)
        case SubjectKind.SESSION | SubjectKind.MANDATE | SubjectKind.PAYMENT_CONSENT:
            raise AuthorisationUnknown(detail=f"a {kind} has no path here")


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
    bank: Bank, subject: Subject, authorisation: Authorisation, said: dict[str, str], step: dict[str, Any]
) -> Response | None:
    """Take the step; a response where it was remembered but went wrong."""
    if step and "confirmationCode" not in step and authorisation.approach != ScaApproach.EMBEDDED:
        # IG 5.4: credentials pass through the TPP in the embedded approach only.
        raise ScaApproachUnsupported("The PSU authenticates at the bank, not through the TPP.")
    match step:
        case {"psuData": {"password": password}}:
            if "psu_id" in said and authorisation.status == ScaStatus.RECEIVED:
                authorisations.identify(bank, authorisation, said["psu_id"])
            return _authenticate(bank, subject, authorisation, password)
        case {"authenticationMethodId": method_id}:
            authorisations.choose_method(bank, authorisation, method_id)
        case {"scaAuthenticationData": code}:
            outcome = authorisations.confirm(bank, authorisation, code)
            if not _went_well(outcome, authorisation.code_attempts_left):
                return _wrong(subject, authorisation, outcome, "scaAuthenticationData")
        case {"confirmationCode": code}:
            # IG 7.6: a wrong confirmation code is told by the status `failed`, not by an error.
            authorisations.confirm_with_code(bank, authorisation, code)
        case _ if "psu_id" in said:
            authorisations.identify(bank, authorisation, said["psu_id"])
        case _:
            raise FormatError(Message("A step is expected: a body, or the header PSU-ID."))
    return None


def _authenticate(
    bank: Bank, subject: Subject, authorisation: Authorisation, password: str
) -> Response | None:
    if authorisation.status == ScaStatus.RECEIVED:
        raise FormatError(Message("Whose password it is must be said.", "PSU-ID"))
    outcome = authorisations.authenticate(bank, authorisation, password)
    if _went_well(outcome, authorisation.password_attempts_left):
        return None
    return _wrong(subject, authorisation, outcome, "psuData.password")


def _went_well(outcome: Outcome, attempts_left: int) -> bool:
    """Whether the password or code was right.

    A yes that fails with attempts left was right but had nothing to grant: its status tells.
    """
    return outcome is Outcome.RIGHT or (outcome is Outcome.FAILED and attempts_left > 0)


def _wrong(subject: Subject, authorisation: Authorisation, outcome: Outcome, path: str) -> Response:
    """The answer to a wrong password or code; it is returned, so that the attempt stays counted."""
    text = "That is not right."
    if outcome is Outcome.FAILED:
        text = "That is not right, and it was the last attempt: the authorisation has failed."
    steps = links.next_steps(subject, authorisation)
    response = errors.answer(_WRONG_CREDENTIALS, Message(text, path), links=steps)
    response.headers["ASPSP-SCA-Approach"] = mapping.SCA_APPROACH[ScaApproach(authorisation.approach)]
    return response


def _state(bank: Bank, subject: Subject, authorisation: Authorisation, *, brief: bool = False) -> Response:
    steps = links.next_steps(subject, authorisation)
    body = mapping.sca_state(bank, authorisation, steps, brief=brief)
    return say(body, approach=ScaApproach(authorisation.approach))


def _of_caller(bank: Bank, subject: Subject, authorisation_id: str) -> Authorisation:
    """The caller's authorisation of that id. Raises AuthorisationUnknown, for anybody else's too."""
    try:
        UUID(authorisation_id)
    except ValueError as error:
        raise AuthorisationUnknown(detail=repr(authorisation_id)) from error
    return authorisations.get(bank, app_id(context.current()), subject, authorisation_id)
