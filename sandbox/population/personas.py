"""Personas: the templates from which households are cut, read from `fixtures/personas`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.bank.accounts import AccountKind, AccountStatus, Role
from sandbox.bank.customers import Standing
from sandbox.kernel import documents, places


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a member has whatever the dice say."""

    given: str
    family: str


@dataclass(frozen=True, slots=True)
class Kin:
    """Whose relative abroad a member is, and where they live: of the first of that persona in that country.

    Kin are of the cast, and of the same thousand. `relation` is said by both of each other: cousin.
    """

    relation: str
    country: str
    persona: str
    town: str


@dataclass(frozen=True, slots=True)
class Member:
    """One seat in a household: who may sit there. `role` is the word that accounts and economy use.

    `kind` is `person` or `company`. `ages` are the youngest and the oldest age on the epoch.
    `sca_methods` is how many of the bank's ways to receive a code the member has, from the first on;
    None: all. `names` are fixed names by country. `id_series` is `2032` for a number of that rule. `kin` says
    by country whose relative abroad the member is.
    """

    role: str
    kind: str
    sex: str | None
    ages: tuple[int, int]
    standing: Standing
    sca_methods: int | None
    names: Mapping[str, Name]
    id_series: str | None
    kin: Mapping[str, Kin]


@dataclass(frozen=True, slots=True)
class AccountWish:
    """One account that a household of the persona has. `purpose` names it within the persona and owner.

    `holders` are (member's role, holder's role), the owner first. `at` is `main` or `second`: at the bank
    of daily life, or at another one that the owner also uses. `parent` and `settlement` are purposes.
    `opened` are the fewest and the most years before the epoch. `chance` is in per cent. `currency` is
    None for the country's own, or `foreign`.
    """

    purpose: str
    kind: AccountKind
    holders: tuple[tuple[str, Role], ...]
    at: str
    currency: str | None
    parent: str | None
    settlement: str | None
    credit_limit_eur: int
    opened: tuple[int, int]
    closed: bool
    status: AccountStatus
    usage: str
    chance: int

    @property
    def owner(self) -> str:
        """The role of the member whose account it is."""
        return self.holders[0][0]


@dataclass(frozen=True, slots=True)
class Persona:
    """One kind of household. `cast` is its place among the first pairs of each thousand, None: no cast.

    `weight` is its share of the ordinary pairs (0: in the cast only). `economy` belongs to livelihoods.
    """

    id: str
    title: str
    description: str
    cast: int | None
    weight: int
    members: tuple[Member, ...]
    accounts: tuple[AccountWish, ...]
    economy: Mapping[str, Any]

    @property
    def with_company(self) -> bool:
        """Whether the members are a company and its people, who do not live together."""
        return any(member.kind == "company" for member in self.members)


@cache
def personas() -> Mapping[str, Persona]:
    """Every persona by its id, in the order of the cast, those without a place there last."""
    found = [_read(path) for path in sorted((places.fixtures() / "personas").glob("*.yaml"))]
    found.sort(key=lambda one: (one.cast is None, one.cast, one.id))
    return {one.id: one for one in found}


def _read(path: Path) -> Persona:
    found = documents.load(path)
    return Persona(
        id=found["id"],
        title=found["title"],
        description=found["description"],
        cast=found.get("cast"),
        weight=found["weight"],
        members=tuple(_member(one) for one in found["members"]),
        accounts=tuple(_wish(one) for one in found["accounts"]),
        economy=found["economy"],
    )


def _member(found: Mapping[str, Any]) -> Member:
    youngest, oldest = found.get("ages", (0, 0))
    return Member(
        role=found["role"],
        kind=found.get("kind", "person"),
        sex=found.get("sex"),
        ages=(youngest, oldest),
        standing=Standing(found.get("standing", "active")),
        sca_methods=found.get("sca_methods"),
        names={country: Name(*pair) for country, pair in found.get("names", {}).items()},
        id_series=found.get("id_series"),
        kin={country: Kin(*one) for country, one in found.get("kin", {}).items()},
    )


def _wish(found: Mapping[str, Any]) -> AccountWish:
    holders = [(found["owner"], Role.OWNER)]
    holders += [(found[key], role) for key, role in _SINGLE_HOLDERS.items() if key in found]
    holders += [(role, Role.SIGNATORY) for role in found.get("signatories", ())]
    fewest, most = found["opened"]
    closed = found.get("closed", False)
    return AccountWish(
        purpose=found["purpose"],
        kind=AccountKind(found["kind"]),
        holders=tuple(holders),
        at=found.get("at", "main"),
        currency=found.get("currency"),
        parent=found.get("parent"),
        settlement=found.get("settlement"),
        credit_limit_eur=found.get("credit_limit_eur", 0),
        opened=(fewest, most),
        closed=closed,
        status=AccountStatus.CLOSED if closed else AccountStatus(found.get("status", "enabled")),
        usage=found.get("usage", "PRIV"),
        chance=found.get("chance", 100),
    )


_SINGLE_HOLDERS = {"co_owner": Role.CO_OWNER, "guardian": Role.GUARDIAN}
