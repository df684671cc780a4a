"""Who may call: the TPP for itself, or by what one PSU has said yes to.

Source: Account and Transaction API Profile, Payment Initiation API Profile and Confirmation of Funds API
Profile 4.0, Grant Types.
"""

from sandbox.bank.authorisations import SubjectKind
from sandbox.gateway import context
from sandbox.gateway.bearer import TokenElsewhere
from sandbox.gateway.context import Context


def client(*scopes: str) -> Context:
    """The TPP for itself: a token, where there is one, is of the client credentials grant, with such a scope.

    Raises TokenElsewhere.
    """
    here = context.current()
    if here.token is not None and (here.token.subject is not None or not any(map(here.token.allows, scopes))):
        raise TokenElsewhere("This takes an access token of the client credentials grant.")
    return here


def bound(scope: str, kind: SubjectKind, consent_id: str) -> Context:
    """The TPP by that consent: a token, where there is one, is bound to it. Raises TokenElsewhere."""
    here = context.current()
    token = here.token
    if token is not None and (
        token.subject != kind or token.subject_id != consent_id or not token.allows(scope)
    ):
        raise TokenElsewhere("The access token is not bound to this consent.")
    return here
