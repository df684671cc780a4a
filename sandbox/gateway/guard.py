"""The guard: asks every caller who they are, by an app key or an access token."""

from flask import request

from sandbox.gateway import bearer, context
from sandbox.gateway.context import Context
from sandbox.workspaces import apps
from sandbox.workspaces.apps import Caller


def admit(*, bearer_app_key: bool = False) -> Context:
    """Let an app in at a bank's door, by its key, an access token, or both.

    `bearer_app_key` also takes the key as `Authorization: Bearer`, where the bank's profile says so.
    Raises KeyMissing, KeyUnknown, TokenRefused: a wrong token is refused beside a right key, too.
    """
    by_token = bearer.caller()
    if by_token is None:
        return context.enter(_caller(bearer_app_key))
    caller, token = by_token
    if "X-API-Key" in request.headers:
        by_key = _caller(bearer_app_key=False)
        if (by_key.workspace_id, by_key.app_id) != (caller.workspace_id, caller.app_id):
            raise bearer.TokenUnknown("The access token is of another app than the key.")
    return context.enter(caller, token)


def admit_app() -> Caller:
    """Let an app in at the sandbox's own door, where no bank is addressed. Raises KeyMissing, KeyUnknown."""
    caller = _caller(bearer_app_key=True)
    here = context.visit()
    here.workspace_id, here.app_id = caller.workspace_id, caller.app_id
    some_bank = next(iter(here.services.profiles.values()))
    bank = context.bank_at(caller.workspace_id, caller.seed, caller.clock, some_bank)
    context.catch_up(bank, caller.due_at)
    return caller


def _caller(bearer_app_key: bool) -> Caller:
    key = request.headers.get("X-API-Key")
    if key is None and bearer_app_key:
        key = bearer.given_key()
    return apps.caller(context.visit().unit_of_work(), key)
