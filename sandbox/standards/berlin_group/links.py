"""The hyperlinks of consents and authorisations: each names what the TPP may do next.

Source: NextGenPSD2 IG 1.3, sections 4.10, 6.3 and 7; psd2-api 1.3.11, _linksConsents, _linksStartScaProcess.
"""

from sandbox.bank.authorisations import Authorisation, ScaStatus
from sandbox.bank.consents import Consent
from sandbox.bank.profile import ScaApproach
from sandbox.gateway import context
from sandbox.gateway.context import Context
from sandbox.standards.berlin_group import switches
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


def authorisation_path(authorisation: Authorisation) -> str:
    """The path of an authorisation of a consent."""
    return f"{consent_path(authorisation.subject_id)}/authorisations/{authorisation.id}"


def psu_page(here: Context, link_token: str) -> str:
    """Where the PSU says yes: the page of the online bank for this authorisation."""
    return f"{here.base_url}/online-banking/authorisations/{link_token}"


def of_consent(consent: Consent) -> Links:
    """The links that every answer about a new consent carries."""
    path = consent_path(consent.id)
    return {"self": to(path), "status": to(f"{path}/status")}


def of_data(consent: Consent) -> Links:
    """Where the data of a consent are read."""
    return {"account": to("/v1/accounts"), "card-account": to("/v1/card-accounts")} | of_consent(consent)


def to_start(consent: Consent, approach: ScaApproach, *, psu_is_known: bool) -> Links:
    """How the TPP starts the authorisation by a call of its own, and what it has to send along."""
    path = to(f"{consent_path(consent.id)}/authorisations")
    match approach:
        case ScaApproach.EMBEDDED:
            return {"startAuthorisationWithPsuAuthentication": path}
        case ScaApproach.DECOUPLED if not psu_is_known:
            return {"startAuthorisationWithPsuIdentification": path}
        case _:
            return {"startAuthorisation": path}


def next_steps(authorisation: Authorisation, link_token: str | None = None) -> Links:
    """What may be done now with an authorisation; `scaStatus` always."""
    path = to(authorisation_path(authorisation))
    steps: Links = {}
    match ScaApproach(authorisation.approach), ScaStatus(authorisation.status):
        case _, ScaStatus.UNCONFIRMED:
            steps["confirmation"] = path
        case _, ScaStatus.FINALISED | ScaStatus.FAILED | ScaStatus.EXEMPTED:
            steps["status"] = to(f"{consent_path(authorisation.subject_id)}/status")
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
