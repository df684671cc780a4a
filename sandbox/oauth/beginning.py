"""Beginning: the PSU is asked, on the bank's pages or in its app, for what a request names."""

from sandbox.bank import authorisations, sessions
from sandbox.bank.authorisations import AnySubject, Authorisation, ScaStatus, SessionSubject, Wish
from sandbox.bank.bank import Bank
from sandbox.bank.profile import ScaApproach
from sandbox.gateway.intents import Intent
from sandbox.oauth.asking import AuthorizationRequest
from sandbox.workspaces import apps

#: Nobody has agreed or proven anything yet. In the app, the one question is open from the start.
_UNANSWERED = {
    ScaApproach.REDIRECT: (ScaStatus.RECEIVED, ScaStatus.PSU_IDENTIFIED),
    ScaApproach.DECOUPLED: (ScaStatus.RECEIVED, ScaStatus.PSU_IDENTIFIED, ScaStatus.STARTED),
}


#: What was given at once, before the client came to ask for tokens.
_YES = (ScaStatus.FINALISED, ScaStatus.EXEMPTED)


def begin(found: AuthorizationRequest, intent: Intent | None, wish: Wish) -> Authorisation:
    """Start the authorisation, or go on with the one that the client has started by itself.

    Without an intent it is a session: who the PSU is, and in which services the client may act. Raises
    what `authorisations.start` and `identify` raise.
    """
    bank, app_id = found.bank, found.client.app_id
    subject = intent.subject if intent else SessionSubject(sessions.ask(bank, app_id, found.scope))
    waiting = _waiting(bank, app_id, subject, wish)
    if waiting is None:
        return authorisations.start(bank, subject, wish).authorisation
    if wish.psu_login and waiting.status not in (ScaStatus.STARTED, *_YES):
        authorisations.identify(bank, waiting, wish.psu_login)
    return waiting


def _waiting(bank: Bank, app_id: str, subject: AnySubject, wish: Wish) -> Authorisation | None:
    """The authorisation that the client has started by itself, and that waits, or was answered at once."""
    if wish.approach is None:
        return None
    awaited = _UNANSWERED[wish.approach]
    if apps.yes_by(bank.work, bank.workspace_id, app_id) is not None:
        awaited = (*awaited, *_YES)
    begun = [
        one
        for one in authorisations.every(bank, app_id, subject)
        if one.approach == wish.approach and one.status in awaited
    ]
    return begun[-1] if begun else None
