"""The token endpoint: a code, a refresh token or the client itself becomes an access token. RFC 6749 3.2."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox.credentials import authorizations, codes, tokens
from sandbox.credentials.authorizations import Given, OauthAuthorization
from sandbox.oauth import backchannel, binding, checks, client_auth, door, errors, id_tokens
from sandbox.oauth.asking import OPENID
from sandbox.oauth.client_auth import Authenticated
from sandbox.oauth.redeeming import KEY, Own, Redeeming, Refreshing

views = Blueprint("token", __name__)
#: CIBA 10.1.
BACKCHANNEL = "urn:openid:params:grant-type:ciba"
_TOKEN_TYPES = {True: "DPoP", False: "Bearer"}


@views.post("/oauth/token")
def issue() -> Response:
    """Give tokens to a client that has authenticated, by the grant that it brings."""
    form = door.form()
    here = client_auth.authenticate(form)
    grant = GRANTS.get(form.get("grant_type", ""))
    if grant is None:
        # FAPI 2.0 SP 5.3.2.1, item 2: the password grant is not among them.
        raise errors.UnsupportedGrantType(f"grant_type is one of: {', '.join(GRANTS)}.")
    # RFC 9396 6: a token is for what the PSU has agreed to; it cannot be asked for more, or less, here.
    if "authorization_details" in form:
        raise errors.InvalidAuthorizationDetails("authorization_details stand in the authorization request.")
    # RFC 7591 2, grant_types: a registered client has the grants that it has registered.
    if not here.client.may("grant_types", form["grant_type"]):
        raise errors.UnauthorizedClient("The client has not registered this grant.")
    return grant(here, form)


def by_code(here: Authenticated, form: Mapping[str, str]) -> Response:
    """A code becomes tokens, once."""
    bound = binding.of(here)
    work = here.bank.work
    work.write()
    code = codes.find(work, form.get("code", ""))
    if code is None or code.workspace_id != here.client.workspace_id:
        raise errors.InvalidGrant("The code is not known.")
    authorization = authorizations.get(work, code.workspace_id, code.authorization_id)
    redeeming = Redeeming(here.client, code, authorization, form, bound, here.bank.now)
    if code.used_at is not None or not _is_redeemed(here, redeeming):
        # RFC 6749 4.1.2: a code that comes twice has leaked; what was issued for it is revoked. The answer is
        # returned, not raised, so that this stays.
        if authorization.client_id == here.client.client_id:
            authorizations.revoke(work, authorization, here.bank.now)
        return errors.answer(errors.InvalidGrant("The code has been used; its tokens are revoked."))
    return _tokens(here, authorization, authorization.scope, bound, nonce=code.nonce, refreshable=True)


def _is_redeemed(here: Authenticated, redeeming: Redeeming) -> bool:
    """Check the code, and use it up; False where somebody else was faster. Raises an OauthRefused."""
    checks.CODE.go_down(redeeming, here.profile)
    return codes.use(here.bank.work, redeeming.code, here.bank.now)


def by_refresh_token(here: Authenticated, form: Mapping[str, str]) -> Response:
    """A refresh token becomes an access token.

    FAPI 2.0 SP 5.3.2.1, item 9: refresh tokens do not rotate; the client keeps the one it has.
    """
    bound = binding.of(here)
    work = here.bank.work
    work.write()
    token = tokens.find(work, form.get("refresh_token", ""))
    if token is None or token.workspace_id != here.client.workspace_id:
        raise errors.InvalidGrant("The refresh token is not known.")
    authorization = authorizations.get(work, token.workspace_id, token.authorization_id)
    scope = form["scope"].split() if "scope" in form else token.scope
    refreshing = Refreshing(here.client, token, authorization, scope, bound, here.bank.now)
    checks.REFRESH.go_down(refreshing, here.profile)
    return _tokens(here, authorization, scope, bound, refreshes_until=token.expires_at)


def by_client(here: Authenticated, form: Mapping[str, str]) -> Response:
    """The client gets a token for itself, about no PSU. RFC 6749 4.4: without a refresh token."""
    bound = binding.of(here)
    intents = door.intents()
    own = [word for word in intents.scopes if here.client.may("scope", word)]
    scope = list(dict.fromkeys(form.get("scope", " ".join(own)).split()))
    if not scope or not set(scope) <= set(own):
        raise errors.InvalidScope(f"For itself this client may have: {' '.join(own)}.")
    checks.OWN.go_down(Own(bound), here.profile)
    here.bank.work.write()
    given = Given(here.bank.id, here.client.app_id, here.client.client_id, scope)
    authorization = authorizations.give(here.bank.work, here.bank.workspace_id, given, here.bank.now)
    return _tokens(here, authorization, scope, bound)


def by_auth_req_id(here: Authenticated, form: Mapping[str, str]) -> Response:
    """The yes that a PSU has given in the bank's app becomes tokens. CIBA 10.1."""
    bound = binding.of(here)
    found = backchannel.redeem(here, form, bound)
    if isinstance(found, Response):
        return found
    return _tokens(here, found, found.scope, bound, refreshable=True)


def _tokens(
    here: Authenticated,
    authorization: OauthAuthorization,
    scope: list[str],
    bound: Mapping[str, str],
    *,
    nonce: str | None = None,
    refreshable: bool = False,
    refreshes_until: datetime | None = None,
) -> Response:
    """The answer with the tokens. Source: RFC 6749 5.1; OpenID Connect Core 3.1.3.3.

    `refreshes_until` is how long the refresh token is good that the client has already.
    """
    bank, rules = here.bank, here.bank.profile.sca.authorization_server
    until = bank.now + timedelta(seconds=rules.access_token_seconds)
    access = tokens.issue(
        bank.work, authorization, tokens.Terms(tokens.ACCESS, scope, bound, bank.now, until)
    )
    answer: dict[str, Any] = {
        "access_token": access,
        "token_type": _TOKEN_TYPES[KEY in bound],
        "expires_in": rules.access_token_seconds,
        "scope": " ".join(scope),
    }
    if refreshable and rules.refresh_token_days and here.client.may("grant_types", "refresh_token"):
        refreshes_until = bank.now + timedelta(days=rules.refresh_token_days)
        terms = tokens.Terms(tokens.REFRESH, scope, {}, bank.now, refreshes_until)
        answer["refresh_token"] = tokens.issue(bank.work, authorization, terms)
    if OPENID in scope and authorization.person_id is not None:
        more = _lifetime(refreshes_until)
        answer["id_token"] = id_tokens.write(bank, authorization, nonce, access_token=access, more=more)
    if authorization.details is not None:
        # RFC 9396 7: the details as granted come back with the token.
        answer["authorization_details"] = authorization.details
    return jsonify(answer)


def _lifetime(refreshes_until: datetime | None) -> dict[str, Any]:
    """What an ID token says of the refresh token beside it, where the bank's standard has a word for that."""
    claim = door.intents().refresh_claim
    return {} if claim is None or refreshes_until is None else {claim: int(refreshes_until.timestamp())}


#: The grants of this endpoint.
GRANTS: dict[str, Callable[[Authenticated, Mapping[str, str]], Response]] = {
    "authorization_code": by_code,
    "refresh_token": by_refresh_token,
    "client_credentials": by_client,
    BACKCHANNEL: by_auth_req_id,
}
