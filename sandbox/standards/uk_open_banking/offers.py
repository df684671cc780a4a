"""What a bank of this standard serves: which versions, and which of the optional resources."""

from collections.abc import Sequence

from sandbox.bank.profile import Profile
from sandbox.standards.uk_open_banking import payment_kinds, switches
from sandbox.standards.uk_open_banking.versions import BY_PATH, CBPII, PISP, ROOT, Version
from sandbox.standards.uk_open_banking.vrp_terms import VRP

#: The resources that are there for one account and for all of them, by the last word of the latter's path.
_BULK = frozenset({"balances", "transactions", *switches.OPTIONAL})
#: What tells of events: every bank has it. The address of a call is for those banks that call.
_EVENTS, _CALLBACKS = ("event-subscriptions", "events"), "callback-urls"
#: Which of the optional ones a word of a path is about, where it is not that word itself.
_MEANS = {"party": "parties", "product": "products"}


def serves(profile: Profile, path: str) -> bool:
    """Whether this bank has something at that path, as OpenAPI writes it or as it was called."""
    root, version, *resource = path.lstrip("/").split("/")
    if root != ROOT or version not in BY_PATH or BY_PATH[version] not in switches.spoken(profile):
        return False
    match resource:
        case [word, *_] if word in (*_EVENTS, _CALLBACKS):
            return word in _EVENTS or switches.of(profile, BY_PATH[version]).real_time_events
        case [service, _, *_] if service == CBPII:
            return profile.funds.offered
        case [service, word, *_] if service == PISP:
            return _pays(profile, BY_PATH[version], word)
        case [_, _, *_]:
            return _reads(profile, BY_PATH[version], resource[1:])
        case _:
            return False


def _pays(profile: Profile, spoken: Version, word: str) -> bool:
    if f"/{word}" in (VRP.consents, VRP.orders):
        return VRP.is_offered(profile.payments) and switches.of(profile, spoken).variable_payments
    kind = payment_kinds.at(word)
    # What is no sort of payment is for the routes to know.
    return kind is None or kind.is_offered(profile.payments)


def _reads(profile: Profile, spoken: Version, resource: Sequence[str]) -> bool:
    choices = switches.of(profile, spoken)
    if len(resource) == 1 and resource[0] in _BULK and not choices.bulk:
        return False
    # Of an account it is the third word that says what is wanted.
    word = resource[0] if len(resource) < 3 else resource[2]
    optional = _MEANS.get(word, word)
    return optional not in switches.OPTIONAL or optional in choices.resources
