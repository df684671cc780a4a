"""Access tokens in this standard: what one has to be for, which calls need one, and who the PSU is by it.

Source: NextGenPSD2 IG 1.3.8, sections 13 and 14.11, TOKEN_INVALID: the token is associated to the TPP, and is
not valid for the addressed service or resource.
"""

from collections.abc import Sequence

from flask import request

from sandbox.bank import customers
from sandbox.bank.authorisations import SubjectKind
from sandbox.bank.profile import Oauth2, Profile
from sandbox.credentials.tokens import Use
from sandbox.eidas.qc_statements import PspRole
from sandbox.gateway import context, ladder
from sandbox.gateway.bearer import TokenElsewhere, TokenMissing
from sandbox.standards.berlin_group import intents, roles

_WORDS = {role: word for word, role in intents.ROLES.items()}
_PSU_ID = "HTTP_PSU_ID"
#: What is read by a consent that the PSU has agreed to.
_READ = ("/v1/accounts", "/v1/card-accounts")
#: Where a call names the resource that a token may be bound to.
_NAMES = {
    SubjectKind.CONSENT: "consentId",
    SubjectKind.FUNDS_CONSENT: "consentId",
    SubjectKind.PAYMENT: "paymentId",
    SubjectKind.CANCELLATION: "paymentId",
}


def check(needed: Sequence[PspRole]) -> None:
    """See that the token of the call is for what it asks, and that there is one where the bank wants it.

    `needed`: the role that the call takes; none where any PSP may ask.

    An app key stands for a token on the rungs below `enforce`. Raises TokenMissing, TokenElsewhere.
    """
    here = context.current()
    if here.token is None:
        if needs_token(here.bank.profile, request.path):
            ladder.hold(TokenMissing())
        return
    words = [_WORDS[one] for one in needed]
    if words and not any(here.token.allows(one) for one in words):
        raise TokenElsewhere(f"The access token is not for {' or '.join(words)}.")
    _check_resource(here.token)
    prestep = here.bank.profile.sca.authorization_server.oauth2 is Oauth2.PRESTEP
    name_the_psu()
    if prestep and here.token.person_id is None and needed:
        raise TokenElsewhere("The access token says of no PSU that they were here.")


def needs_token(profile: Profile, path: str) -> bool:
    """Whether the bank asks for a token at that path.

    Integrated, it asks for the token of the consent where data are read; as a pre-step, wherever a PSU is
    concerned.
    """
    match profile.sca.authorization_server.oauth2:
        case Oauth2.PRESTEP:
            return bool(roles.needed(path))
        case Oauth2.INTEGRATED:
            return path.startswith(_READ)
        case Oauth2.NONE:
            return False


def check_person(person_id: str) -> None:
    """The token is of the PSU who has agreed to the consent in use. Raises TokenElsewhere."""
    token = context.current().token
    if token is not None and token.person_id not in (None, person_id):
        raise TokenElsewhere("The access token is of another PSU than the consent.")


def name_the_psu() -> None:
    """Whoever the token of a session is of need not be named again: from here on the call reads as if it did.

    Source: psd2-api 1.3.11, PSU-ID: not needed where the PSU is known by an OAuth 2 access token.
    """
    here = context.current()
    token = here.token
    if token is None or token.person_id is None or token.subject != SubjectKind.SESSION:
        return
    if request.method != "GET" and _PSU_ID not in request.environ:
        here.bank.people.move_in(here.bank, token.person_id)
        request.environ[_PSU_ID] = customers.get(here.bank, token.person_id).username


def _check_resource(token: Use) -> None:
    """A token of one consent or payment opens that one alone."""
    if token.subject is None or token.subject_id is None or token.subject not in _NAMES:
        return
    named = (request.view_args or {}).get(_NAMES[SubjectKind(token.subject)])
    if named is None and request.path.startswith(_READ):
        named = request.headers.get("Consent-ID")
    if named is not None and named != token.subject_id:
        raise TokenElsewhere("The access token is of another resource.")
