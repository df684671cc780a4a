"""What a bank of this standard serves: which versions, and which of the optional resources."""

from sandbox.bank.profile import Profile
from sandbox.standards.uk_open_banking import payment_kinds, switches
from sandbox.standards.uk_open_banking.versions import BY_PATH, CBPII, PISP, ROOT

#: The resources that are there for one account and for all of them, by the last word of the latter's path.
_BULK = frozenset({"balances", "transactions", *switches.OPTIONAL})
#: Which of the optional ones a word of a path is about, where it is not that word itself.
_MEANS = {"party": "parties", "product": "products"}


def serves(profile: Profile, path: str) -> bool:
    """Whether this bank has something at that path, as OpenAPI writes it or as it was called."""
    root, version, service, *resource = path.lstrip("/").split("/")
    if root != ROOT or version not in BY_PATH or not resource:
        return False
    spoken = BY_PATH[version]
    if spoken not in switches.spoken(profile):
        return False
    if service == CBPII:
        return profile.funds.offered
    if service == PISP:
        kind = payment_kinds.at(resource[0])
        # What is no sort of payment is for the routes to know.
        return kind is None or kind.is_offered(profile.payments)
    choices = switches.of(profile, spoken)
    if len(resource) == 1 and resource[0] in _BULK and not choices.bulk:
        return False
    # Of an account it is the third word that says what is wanted.
    word = resource[0] if len(resource) < 3 else resource[2]
    optional = _MEANS.get(word, word)
    return optional not in switches.OPTIONAL or optional in choices.resources
