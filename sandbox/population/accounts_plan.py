"""Which accounts a household has, at which banks: numbers, holders, names, all as a pure function."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random  # noqa: TID251  # the type; chance comes from kernel.ids.stream

from sandbox.bank.accounts import AccountKind, AccountStatus, Role
from sandbox.bank.profile import BankKind, Profile
from sandbox.kernel import iban, walks
from sandbox.kernel.countries import country as country_of
from sandbox.kernel.ids import derived, number_of, stream
from sandbox.population.people import EPOCH, BankRole, Household, Person, banks_of
from sandbox.population.personas import AccountWish, Persona, personas

#: How many account numbers each customer number has at a bank.
NUMBERS_PER_PERSON = 8
#: How far a card issuer goes where the persona says nothing, in euro.
_LIMIT_EUR = 1500
_CLOSED_ON_OF_CAST = date(2026, 2, 10)
_CLOSED_FROM = date(2026, 1, 12)
_CLOSED_WITHIN_DAYS = 700


@dataclass(frozen=True, slots=True)
class PlannedAccount:
    """One account as the bank will open it; field by field what `bank.accounts.Account` and Holder keep.

    `purpose` is the persona's word for it (`daily`, `joint`, `savings`, `card`, `mortgage`, `business`,
    `foreign`, …), `member` the role of its owner. `bank_role` tells whether daily life runs through this
    bank. A CLOSED account is open until the end of its `closed_on`, which may lie in the future.
    """

    id: str
    bank_id: str
    bank_role: BankRole
    purpose: str
    member: str
    kind: AccountKind
    currency: str
    iban: str | None
    bban: str | None
    masked_pan: str | None
    name: str
    product: str
    owner_name: str
    usage: str
    holders: tuple[tuple[str, Role], ...]
    opened_on: date
    closed_on: date | None
    status: AccountStatus
    parent_id: str | None
    settlement_account_id: str | None
    credit_limit_minor: int


def accounts_of(seed: str, household: Household, profiles: Iterable[Profile]) -> list[PlannedAccount]:
    """The accounts of a household at all its banks, in the order in which each bank lists them.

    An account does not depend on which other banks are loaded, but for which bank is the main one.
    """
    loaded = list(profiles)
    banks = {one.id: banks_of(seed, one, loaded) for one in household.people}
    found: list[PlannedAccount] = []
    for profile, _ in banks[household.people[0].id]:
        found += _at_main_bank(seed, household, profile, banks)
    for person in household.people:
        for profile, role in banks[person.id]:
            if role is BankRole.SECOND:
                plan = _Plan(seed, household, profile, role)
                found += [plan.account(wish) for wish in plan.wishes(person.member, "second")]
    return found


def customers_max(country: str) -> int:
    """How many customer numbers one bank code can serve before account numbers run out."""
    # A household of three may begin on the last number.
    return iban.capacity(country) // NUMBERS_PER_PERSON - 2


def number_of_account(seed: str, profile: Profile, account_iban: str) -> tuple[int, int] | None:
    """The owner's number and the place among the owner's account numbers, or None. Computed.

    That the number would be theirs does not mean that they have the account: ask `accounts_of`.
    """
    bban = account_iban[4:]
    index = iban.index_of(profile.country, bban)
    if index is None or not bban.startswith(profile.bank_code):
        return None
    if account_iban != iban.iban(profile.country, bban):
        return None
    size = iban.capacity(profile.country)
    ahead, place = divmod(walks.back(index, size, _begin(seed, profile)), NUMBERS_PER_PERSON)
    return profile.customers.first + ahead, place


def _at_main_bank(
    seed: str,
    household: Household,
    profile: Profile,
    banks: dict[str, list[tuple[Profile, BankRole]]],
) -> list[PlannedAccount]:
    plan = _Plan(seed, household, profile, BankRole.MAIN)
    members = [one.member for one in household.people if (profile, BankRole.MAIN) in banks[one.id]]
    return [plan.account(wish) for member in members for wish in plan.wishes(member, "main")]


class _Plan:
    """The accounts of one household at one bank while they are being planned."""

    def __init__(self, seed: str, household: Household, profile: Profile, role: BankRole) -> None:
        self.seed, self.household, self.profile, self.role = seed, household, profile, role
        self.land = country_of(profile.country)
        self.persona = personas()[household.persona]

    def wishes(self, member: str, at: str) -> list[AccountWish]:
        """The persona's accounts of that member that this household has; at a card issuer, a card each."""
        if self.profile.kind is BankKind.CARD_ISSUER:
            return [_issued(self.persona, member)]
        return [
            one
            for one in self.persona.accounts
            if one.owner == member
            and one.at == at
            and number_of(self.seed, "chance", self.household.id, self._slot(one)) % 100 < one.chance
        ]

    def account(self, wish: AccountWish) -> PlannedAccount:
        """One account, whole."""
        owner = self.household.member(wish.owner)
        name, product = self.land.accounts[wish.purpose]
        number = self._bban(wish, owner)
        # Sub-accounts are as old as their parent, and have its number: one IBAN, several currencies.
        chance = self._chance(self._wish(wish.owner, wish.parent) if wish.parent else wish)
        opened_on = _opened_on(wish, chance)
        return PlannedAccount(
            id=self._id(wish),
            bank_id=self.profile.id,
            bank_role=self.role,
            purpose=wish.purpose,
            member=wish.owner,
            kind=wish.kind,
            currency=self.land.foreign_currency if wish.currency == "foreign" else self.profile.currency,
            iban=iban.iban(self.profile.country, number) if number else None,
            bban=iban.domestic(self.profile.country, number) if number else None,
            masked_pan=f"99{chance.randrange(10**4):04d}xxxxxx{chance.randrange(10**4):04d}"
            if wish.kind is AccountKind.CARD
            else None,
            name=name,
            product=product,
            owner_name=self._owner_name(wish),
            usage=wish.usage,
            holders=tuple((self.household.member(role).id, why) for role, why in wish.holders),
            opened_on=opened_on,
            closed_on=self._closed_on(chance) if wish.closed else None,
            status=wish.status,
            parent_id=self._id(self._wish(wish.owner, wish.parent)) if wish.parent else None,
            settlement_account_id=self._settlement_id(wish),
            credit_limit_minor=self._credit_limit_minor(wish, chance),
        )

    def _slot(self, wish: AccountWish) -> str:
        return f"{self.household.member(wish.owner).number}/{wish.purpose}"

    def _id(self, wish: AccountWish) -> str:
        parts = ("account", self.profile.id, self.household.id, self._slot(wish))
        return derived(self.seed, *parts, length=16)

    def _chance(self, wish: AccountWish) -> Random:
        return stream(self.seed, "account", self.profile.id, self.household.id, self._slot(wish))

    def _wish(self, owner: str | None, purpose: str) -> AccountWish:
        for one in self.persona.accounts:
            if one.purpose == purpose and owner in (None, one.owner):
                return one
        raise KeyError(f"{self.persona.id}: {owner} has no account {purpose}")

    def _settlement_id(self, wish: AccountWish) -> str | None:
        if wish.settlement is None:
            return None
        shared = wish.settlement == "joint"
        return self._id(self._wish(None if shared else wish.owner, wish.settlement))

    def _bban(self, wish: AccountWish, owner: Person) -> str | None:
        if wish.kind is AccountKind.CARD:
            return None
        purposes = [one.purpose for one in self.persona.accounts if one.owner == wish.owner]
        place = purposes.index(wish.parent or wish.purpose)
        size = iban.capacity(self.profile.country)
        ahead = owner.number - self.profile.customers.first
        index = ahead * NUMBERS_PER_PERSON + place
        if place >= NUMBERS_PER_PERSON or index >= size:
            raise ValueError(f"{self.profile.id}: account numbers run out at {owner.id}")
        walked = walks.there(index, size, _begin(self.seed, self.profile))
        return iban.bban(self.profile.country, self.profile.bank_code, walked)

    def _owner_name(self, wish: AccountWish) -> str:
        owning = (Role.OWNER, Role.CO_OWNER)
        names = [self.household.member(role).name for role, why in wish.holders if why in owning]
        return ", ".join(names)

    def _closed_on(self, chance: Random) -> date:
        if self.household.cast:
            return _CLOSED_ON_OF_CAST
        return _CLOSED_FROM + timedelta(days=chance.randrange(_CLOSED_WITHIN_DAYS))

    def _credit_limit_minor(self, wish: AccountWish, chance: Random) -> int:
        if not wish.credit_limit_eur:
            return 0
        step = 1000 if self.land.per_euro > 2 else 100
        wanted = wish.credit_limit_eur * self.land.per_euro * chance.uniform(0.6, 1.4)
        return max(1, round(wanted / step)) * step * 100


def _issued(persona: Persona, member: str) -> AccountWish:
    """The card that a member has at a card issuer; its bills are paid from another bank."""
    own = [one for one in persona.accounts if one.owner == member]
    held = [one for one in persona.accounts if member in dict(one.holders)]
    like = next((one for one in own if one.kind is AccountKind.CARD), (own or held)[0])
    is_minor = any(role is Role.GUARDIAN for _, role in like.holders)
    return replace(
        like,
        purpose="card",
        kind=AccountKind.CARD,
        holders=like.holders if own else ((member, Role.OWNER),),
        currency=None,
        parent=None,
        settlement=None,
        credit_limit_eur=like.credit_limit_eur or (0 if is_minor else _LIMIT_EUR),
        closed=False,
        status=AccountStatus.ENABLED if like.closed else like.status,
        chance=100,
    )


def _opened_on(wish: AccountWish, chance: Random) -> date:
    fewest, most = wish.opened
    return EPOCH - timedelta(days=chance.randint(fewest * 365, (most + 1) * 365))


def _begin(seed: str, profile: Profile) -> int:
    return number_of(seed, "account numbers", profile.id)
