"""The hyperlinks of consents, payments and authorisations: each names what the TPP may do next.

Source: NextGenPSD2 IG 1.3, sections 4.10, 5.3, 6.3 and 7; psd2-api 1.3.11, _linksConsents,
_linksPaymentInitiation, _linksStartScaProcess.
"""

from sandbox.bank.authorisations import (
    Authorisation,
    BasketSubject,
    ConsentSubject,
    FundsConsentSubject,
    PaymentSubject,
    ScaStatus,
    Subject,
    SubjectKind,
)
from sandbox.bank.consents import Consent
from sandbox.bank.payments import Payment
from sandbox.bank.profile import Oauth2, Profile, ScaApproach, Service
from sandbox.gateway import context
from sandbox.gateway.context import Context
from sandbox.standards.berlin_group import switches
from sandbox.standards.berlin_group.offers import BASKETS, FUNDS_CONSENTS
from sandbox.standards.berlin_group.products import SERVICE
from sandbox.standards.berlin_group.switches import LinkForm

Links = dict[str, str]


def to(path: str) -> str:
    """A link to a path of this interface, absolute or relative as the bank likes it."""
    here = context.current()
    if switches.of(here.bank.profile).links == LinkForm.RELATIVE:
        return path
    return here.base_url + path


def absolute(path: str) -> str:
    """A link to a path of this interface with its origin, as a Location header has it."""
    return context.current().base_url + path


def consent_path(consent_id: str) -> str:
    """The path of a consent."""
    return f"/v1/consents/{consent_id}"


def payment_path(payment: Payment) -> str:
    """The path of a payment, below the words by which it was initiated."""
    return f"/v1/{SERVICE[Service(payment.service)]}/{payment.product}/{payment.id}"


def path_of(subject: Subject) -> str:
    """The path of what a PSU is asked for."""
    match subject:
        case ConsentSubject(consent=consent):
            return consent_path(consent.id)
        case PaymentSubject(payment=payment):
            return payment_path(payment)
        case FundsConsentSubject(consent=consent):
            return f"{FUNDS_CONSENTS}/{consent.id}"
        case BasketSubject(basket=basket):
            return f"{BASKETS}/{basket.id}"
        case _:
            raise TypeError(f"{subject.kind} has no path here")


def authorisations_path(subject: Subject) -> str:
    """The path below which a PSU is asked for it."""
    family = "cancellation-authorisations" if subject.kind is SubjectKind.CANCELLATION else "authorisations"
    return f"{path_of(subject)}/{family}"


def authorisation_path(subject: Subject, authorisation: Authorisation) -> str:
    """The path of one authorisation."""
    return f"{authorisations_path(subject)}/{authorisation.id}"


def psu_page(here: Context, link_token: str) -> str:
    """Where the PSU says yes: the page of the online bank for this authorisation."""
    return f"{here.base_url}/online-banking/authorisations/{link_token}"


def authorization_server(base_url: str) -> str:
    """Where the configuration of the bank's authorization server is. Source: psd2-api 1.3.11, scaOAuth."""
    return f"{base_url}/.well-known/oauth-authorization-server"


def is_in_oauth(profile: Profile) -> bool:
    """Whether the bank's redirect is OAuth 2: no link leads to its pages by itself."""
    return profile.sca.authorization_server.oauth2 is Oauth2.INTEGRATED


def own(subject: Subject) -> Links:
    """The links that every answer about a new consent or payment carries."""
    path = path_of(subject)
    return {"self": to(path), "status": to(f"{path}/status")}


def creditor_confirmation(payment: Payment) -> Links:
    """How the payer's confirmation of a creditor is sent; nobody is asked to authorise before.

    Source: psd2-api 1.3.16, _linksPaymentInitiation.
    """
    return {"creditorNameConfirmation": to(f"{payment_path(payment)}/creditor-confirmation")}


def of_data(consent: Consent) -> Links:
    """Where the data of a consent are read."""
    read = {"account": to("/v1/accounts"), "card-account": to("/v1/card-accounts")}
    return read | own(ConsentSubject(consent))


def to_start(subject: Subject, approach: ScaApproach, *, psu_is_known: bool) -> Links:
    """How the TPP starts the authorisation by a call of its own, and what it has to send along."""
    path = to(authorisations_path(subject))
    match approach:
        case ScaApproach.EMBEDDED:
            return {"startAuthorisationWithPsuAuthentication": path}
        case ScaApproach.DECOUPLED if not psu_is_known:
            return {"startAuthorisationWithPsuIdentification": path}
        case _:
            return {"startAuthorisation": path}


def next_steps(subject: Subject, authorisation: Authorisation, link_token: str | None = None) -> Links:
    """What may be done now with an authorisation; `scaStatus` always."""
    path = to(authorisation_path(subject, authorisation))
    steps: Links = {}
    match ScaApproach(authorisation.approach), ScaStatus(authorisation.status):
        case _, ScaStatus.UNCONFIRMED:
            steps["confirmation"] = path
        case _, ScaStatus.FINALISED | ScaStatus.FAILED | ScaStatus.EXEMPTED:
            steps["status"] = to(f"{path_of(subject)}/status")
        case ScaApproach.REDIRECT, _ if link_token and is_in_oauth(context.profile()):
            steps["scaOAuth"] = authorization_server(context.current().base_url)
        case ScaApproach.REDIRECT, _ if link_token:
            steps["scaRedirect"] = psu_page(context.current(), link_token)
        case ScaApproach.EMBEDDED, ScaStatus.RECEIVED:
            steps["updatePsuIdentification"] = path
            steps["updatePsuAuthentication"] = path
        case ScaApproach.EMBEDDED, ScaStatus.PSU_IDENTIFIED:
            steps["updatePsuAuthentication"] = path
        case ScaApproach.EMBEDDED, ScaStatus.PSU_AUTHENTICATED:
            steps["selectAuthenticationMethod"] = path
        case ScaApproach.EMBEDDED, ScaStatus.SCA_METHOD_SELECTED | ScaStatus.STARTED:
            steps["authoriseTransaction"] = path
        case ScaApproach.DECOUPLED, ScaStatus.RECEIVED:
            steps["updatePsuIdentification"] = path
        case _:
            pass
    return {**steps, "scaStatus": path}
