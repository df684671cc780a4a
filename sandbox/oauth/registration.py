"""Registration: a client makes itself known to a bank, and looks after what the bank knows of it.

Source: RFC 7591, RFC 7592; UK Open Banking Dynamic Client Registration 3.3.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.bank.bank import Bank
from sandbox.bank.profile import SecurityProfile
from sandbox.credentials import authorizations, clients, secrets
from sandbox.credentials.clients import Client, Terms
from sandbox.eidas import bank_keys
from sandbox.gateway import bearer, context, guard, passport
from sandbox.kernel import jose
from sandbox.oauth import door, errors, metadata, registration_reading
from sandbox.oauth.registering import Registration
from sandbox.oauth.registration_checks import REGISTRATION
from sandbox.workspaces import apps

views = Blueprint("registration", __name__)
_ONE = "/oauth/register/<client_id>"
#: The members that have a column of their own, or are ours.
_NOT_DETAILS = {
    *("redirect_uris", "token_endpoint_auth_method", "jwks", "jwks_uri", "security_profile"),
    *metadata.CERTIFICATE_NAMES,
}
_PUSHING = (SecurityProfile.FAPI2_SECURITY, SecurityProfile.FAPI2_MESSAGE_SIGNING)


@views.post("/oauth/register")
def register() -> Response:
    """Make a client known. Its secret and its registration token are shown this once."""
    found = registration_reading.new()
    REGISTRATION.go_down(found, found.profile)
    bank = found.bank
    bank.work.write()
    app = apps.get(bank.work, bank.workspace_id, found.software.app_id)
    client, secret = clients.register(bank.work, app, bank.id, _terms(found), bank.now)
    return _told(client, 201, secret, clients.entrust(bank.work, client))


@views.get(_ONE)
def read(client_id: str) -> Response:
    """Say what the bank knows of a client. RFC 7592 2.1."""
    _, client, token = _own(client_id)
    return _told(client, 200, None, token)


@views.put(_ONE)
def change(client_id: str) -> Response:
    """Know other things of a client from here on; what is left out is forgotten. RFC 7592 2.2."""
    bank, client, token = _own(client_id)
    found = registration_reading.anew(bank, client)
    REGISTRATION.go_down(found, found.profile)
    bank.work.write()
    # DCR 3.3: tokens that were issued before stay good.
    changed, secret = clients.change(bank.work, client, _terms(found))
    return _told(changed, 200, secret, token)


@views.delete(_ONE)
def remove(client_id: str) -> Response:
    """Forget a client. RFC 7592 2.3: what it was given is good for nothing from here on."""
    bank, client, _ = _own(client_id)
    bank.work.write()
    authorizations.revoke_of_client(bank.work, bank.workspace_id, bank.id, client.client_id, bank.now)
    clients.remove(bank.work, client)
    return Response(status=204)


def _own(client_id: str) -> tuple[Bank, Client, str | None]:
    """A client that looks after its registration: by its registration token, or by a token of its own.

    DCR 3.3 has the latter, from the client credentials grant. The third is the registration token that the
    call has brought. Raises InvalidToken.
    """
    token = bearer.given_key() or ""
    if secrets.workspace_of(secrets.REGISTRATION, token) is None:
        return *_by_own_token(client_id), None
    found = door.client_at(client_id)
    if found is None or found[1].registered_at is None:
        raise errors.InvalidToken
    bank, client = found
    if not clients.is_entrusted(bank.work, client, token):
        raise errors.InvalidToken
    caller = apps.caller_of(bank.work, bank.workspace_id, client.app_id)
    assert caller is not None  # the client was found with its app
    context.visit().meet(caller)
    guard.look_at(passport.of(request.environ), caller, (), alone=False)
    return bank, client, token


def _by_own_token(client_id: str) -> tuple[Bank, Client]:
    admitted = registration_reading.admit()
    if admitted.token is None:
        raise errors.InvalidToken
    bank, use = admitted.bank, admitted.token
    client = clients.find(bank.work, bank.id, client_id)
    known = client is not None and client.registered_at is not None and use.person_id is None
    if client is None or not known or use.client_id != client_id:
        # DCR 3.3 and RFC 7592 2.1: whoever asks for a client that there is not loses the token. Another's
        # client is none, too: nobody learns that it exists.
        with context.visit().services.database.writing() as work:
            authorization = authorizations.get(work, use.workspace_id, use.authorization_id)
            authorizations.revoke(work, authorization, bank.now)
        raise errors.InvalidToken
    return bank, client


def _terms(found: Registration) -> Terms:
    """What the client is registered with."""
    said = found.metadata
    told = {name: value for name, value in said.told.items() if name not in _NOT_DETAILS}
    told |= {
        "grant_types": list(said.grant_types),
        "response_types": list(said.response_types),
        "scope": " ".join(found.scope),
        # RFC 7591 2: the bank may put its own in the place of what a client wishes, and says so.
        "subject_type": "pairwise",
        "id_token_signed_response_alg": bank_keys.PS256,
    }
    if found.profile in _PUSHING:
        told["require_pushed_authorization_requests"] = True
    names = {name: said.told[name] for name in metadata.CERTIFICATE_NAMES if name in said.told}
    return Terms(
        found.profile,
        said.auth_method,
        found.redirect_uris,
        found.jwks,
        found.jwks_uri,
        names,
        told,
    )


def _told(client: Client, status: int, secret: str | None, token: str | None) -> Response:
    """The client information response. RFC 7591 3.2.1, RFC 7592 3.

    The registration token is kept as a hash, so an answer has it only where it is new or was just sent.
    """
    assert client.registered_at is not None  # it has a registration
    terms = client.terms
    told: dict[str, Any] = {
        **_stated(terms),
        "client_name": client.app_name,
        **terms.details,
        **terms.tls,
        "client_id": client.client_id,
        "client_id_issued_at": int(client.registered_at.timestamp()),
        "redirect_uris": list(terms.redirect_uris),
        "token_endpoint_auth_method": terms.auth_method,
        "security_profile": client.profile,
        "registration_client_uri": f"{door.issuer()}/oauth/register/{client.client_id}",
    }
    if terms.jwks is not None:
        told["jwks"] = terms.jwks
    if terms.jwks_uri is not None:
        told["jwks_uri"] = terms.jwks_uri
    if secret is not None:
        # RFC 7591 3.2.1: where there is a secret, it is said when it runs out; 0 is never.
        told |= {"client_secret": secret, "client_secret_expires_at": 0}
    if token is not None:
        told["registration_access_token"] = token
    answer = jsonify(told)
    answer.status_code = status
    return answer


def _stated(terms: Terms) -> dict[str, Any]:
    """DCR 3.3: the claims of the software statement stand in the answer beside what was registered."""
    statement = terms.details.get("software_statement")
    return dict(jose.peek(str(statement)).claims) if statement else {}
