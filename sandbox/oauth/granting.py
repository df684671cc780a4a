"""Granting: the PSU's yes becomes an authorization, on which tokens hang."""

from collections.abc import Mapping
from typing import Any

from sandbox.bank.authorisations import Authorisation, ScaStatus
from sandbox.bank.bank import Bank
from sandbox.credentials import authorizations
from sandbox.credentials.authorizations import Given, OauthAuthorization
from sandbox.oauth import id_tokens
from sandbox.oauth.asking import AuthorizationRequest

_YES = (ScaStatus.FINALISED, ScaStatus.EXEMPTED)


def is_yes(authorisation: Authorisation) -> bool:
    """Whether the PSU has agreed."""
    return authorisation.status in _YES


def grant(
    bank: Bank, asked: AuthorizationRequest, authorisation: Authorisation, claims: Mapping[str, Any]
) -> OauthAuthorization:
    """Write down what the client may do after that yes. `claims` are what an ID token has to echo."""
    client = asked.client
    given = Given(
        bank.id,
        client.app_id,
        client.client_id,
        asked.scope,
        authorisation.subject,
        authorisation.subject_id,
        authorisation.person_id,
        {**claims, **id_tokens.of_sca(bank, authorisation)},
        asked.details or None,
    )
    return authorizations.give(bank.work, bank.workspace_id, given, bank.now)
