"""The guard: asks every caller who they are, and for the papers that the caller's rung demands."""

from collections.abc import Sequence

from flask import request

from sandbox.credentials.tokens import Use
from sandbox.eidas import certificates, holders
from sandbox.eidas.certificates import (
    Certificate,
    CertificateKind,
    CertificateMissing,
    CertificateNotYours,
    CertificateRefused,
)
from sandbox.gateway import bearer, context, ladder, passport
from sandbox.gateway.checks import Check
from sandbox.gateway.context import Context
from sandbox.gateway.passport import Passport
from sandbox.kernel.db import Work
from sandbox.workspaces import apps
from sandbox.workspaces.apps import Caller
from sandbox.workspaces.organisations import PspRole

_KEY = Check("the app key or the certificate names an app", "docs/control.md, apps")
_QWAC = Check(
    "the certificate of the connection is a good QWAC", "NextGenPSD2 IG 1.3, section 3; ETSI TS 119 495, 5"
)
_OWN = Check("the certificate is of the app's own organisation", "ETSI TS 119 495, 5.2.1")
_ROLE = Check("the certificate shows the role", "ETSI TS 119 495, 5.1; RTS on SCA, article 34")


def admit(*, roles: Sequence[PspRole] = (), bearer_app_key: bool = False) -> Context:
    """Let an app in at a bank's door: by its key, an access token, both, or its certificate alone.

    `roles`: one of them must stand in the certificate. `bearer_app_key` also takes the key as
    `Authorization: Bearer`, where the bank's profile says so. Raises KeyMissing, KeyUnknown, TokenRefused (a
    wrong token is refused beside a right key, too), and on the rung `enforce` a CertificateRefused.
    """
    shown = passport.of(request.environ)
    by_token = bearer.caller()
    context.reached(_KEY)
    key = _key(bearer_app_key and by_token is None)
    if by_token is not None:
        caller, token = _same_app(by_token, key)
    elif key is None and shown is not None:
        caller, token = _by_certificate(shown), None
    else:
        caller, token = apps.caller(_work(), key), None
    context.visit().meet(caller)
    look_at(shown, caller, roles, alone=by_token is None and key is None)
    return context.enter(caller, token)


def admit_app() -> Caller:
    """Let an app in at the sandbox's own door, where no bank is addressed. Raises KeyMissing, KeyUnknown."""
    caller = apps.caller(_work(), _key(bearer_app_key=True))
    here = context.visit()
    here.meet(caller)
    some_bank = next(iter(here.services.profiles.values()))
    bank = context.bank_at(caller.workspace_id, caller.seed, caller.clock, some_bank)
    context.catch_up(bank, caller.due_at)
    return caller


def given_key() -> str:
    """The app key of a call that has been admitted by it."""
    key = _key(bearer_app_key=True)
    assert key is not None  # whoever was admitted at the sandbox's own door has shown one
    return key


def look_at(shown: Passport | None, caller: Caller, roles: Sequence[PspRole], *, alone: bool) -> None:
    """Hold against the caller, by their rung, what is wrong with their certificate."""
    try:
        _inspect(caller, shown, roles)
    except CertificateRefused as refusal:
        # Whoever is known by a certificate `alone` is nobody where it is not good.
        if alone and context.visit().certificate is None:
            raise
        ladder.hold(refusal)


def require_own(found: Certificate, caller: Caller) -> None:
    """Let a certificate pass that is of the same organisation as the app. Raises CertificateNotYours."""
    own = holders.identifier(_work(), caller.workspace_id, caller.app_id)
    if found.workspace_id != caller.workspace_id or found.organisation_identifier != own:
        named = f"{found.organisation_identifier} of {found.workspace_id}"
        raise CertificateNotYours(detail=f"the certificate names {named}, the app is of {own}")


def _key(bearer_app_key: bool) -> str | None:
    key = request.headers.get("X-API-Key")
    return bearer.given_key() if key is None and bearer_app_key else key


def _same_app(by_token: tuple[Caller, Use], key: str | None) -> tuple[Caller, Use]:
    """Whoever the token names; a key beside it must be of the same app. Raises KeyUnknown, TokenUnknown."""
    if key is not None:
        by_key = apps.caller(_work(), key)
        if (by_key.workspace_id, by_key.app_id) != (by_token[0].workspace_id, by_token[0].app_id):
            raise bearer.TokenUnknown("The access token is of another app than the key.")
    return by_token


def _by_certificate(shown: Passport) -> Caller:
    caller = apps.caller_of(_work(), *certificates.identify(_work(), shown.der))
    assert caller is not None  # with an app its certificates go
    return caller


def _inspect(caller: Caller, shown: Passport | None, roles: Sequence[PspRole]) -> None:
    """Look at the certificate of a call. What is wrong with it is held against the caller, by their rung.

    Raises a CertificateRefused.
    """
    if shown is None:
        if ladder.is_open():
            return
        context.reached(_QWAC)
        raise CertificateMissing
    context.reached(_QWAC)
    at = caller.clock.now()
    # IG 1.3, 3: the TLS connection takes a QWAC; a QSealC is for signatures.
    found = certificates.verify(_work(), shown.der, at, kind=CertificateKind.QWAC)
    context.reached(_OWN)
    require_own(found, caller)
    context.visit().certificate = found
    if roles:
        context.reached(_ROLE)
        certificates.require_role(found, *roles)


def _work() -> Work:
    return context.visit().unit_of_work()
