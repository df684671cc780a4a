"""The guard: asks every caller who they are. Certificates and tokens will be asked for here too."""

from flask import request

from sandbox.gateway import context
from sandbox.gateway.context import Context
from sandbox.workspaces import apps
from sandbox.workspaces.apps import Caller


def admit(*, bearer_app_key: bool = False) -> Context:
    """Let an app in at a bank's door, by its key. Raises KeyMissing, KeyUnknown.

    `bearer_app_key` also takes the key as `Authorization: Bearer`, where the bank's profile says so.
    """
    return context.enter(_caller(bearer_app_key))


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
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        key = token.strip() if scheme.lower() == "bearer" else None
    return apps.caller(context.visit().unit_of_work(), key)
