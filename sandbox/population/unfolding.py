"""Unfolding: planned movements meet balances, one after the other, and become what happened."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from sandbox.bank import products
from sandbox.bank.accounts import AccountKind, AccountStatus
from sandbox.population.economy import Life
from sandbox.population.merchants import Party
from sandbox.population.planning import Planned, Rule, entry_of

#: Blocked accounts were blocked then, so that there is something to see on them.
_LAST_DAY_OF_BLOCKED = "2025-09-30"
_MORTGAGE_RATE = products.MORTGAGE_BASIS_POINTS / 10_000 / 12
_LOAN_RATE = products.LOAN_BASIS_POINTS / 10_000 / 12


class Done(NamedTuple):
    """One movement that happened. `entry_id` is unique in the life; `booked_on` empty: at once.

    `held_minor` is what is set aside until then where that is not `minor`: see `Planned`.
    """

    at: str
    entry_id: str
    account_id: str
    other_id: str | None
    minor: int
    kind: str
    party: Party | None
    booked_on: str
    detail: str
    held_minor: int = 0


def unfold(
    life: Life,
    planned: Iterable[Planned],
    balances: dict[str, int],
    written: Callable[[str, str], bool] | None = None,
) -> list[Done]:
    """What happens of the plan, in order. `balances` count what is pending, and are moved along.

    What is pending counts as what will be booked of it, so that a life goes the same way in one step and in
    many. `written` knows the entries of the month that an earlier step has written.
    """
    done: list[Done] = []
    ends = {one.id: _LAST_DAY_OF_BLOCKED for one in life.accounts if one.status is AccountStatus.BLOCKED}
    ends |= {one.id: one.closed_on.isoformat() for one in life.accounts if one.closed_on}
    floors = {one.id: -one.credit_limit_minor for one in life.accounts}
    purses = _purses(life)
    for one in planned:
        account_id, minor, rule = one.account_id, one.minor, one.rule
        if account_id in ends and one.at[:10] > ends[account_id]:
            continue
        entry = f"{one.at[:4]}{one.at[5:7]}{one.place:04x}"
        if rule is Rule.SPENDS:
            if balances[account_id] + min(minor, one.held_minor) < floors[account_id]:
                continue
        elif rule is Rule.FOLLOWS:
            before = one.detail.partition("|")[0]
            if all(before != it.entry_id for it in done) and not (written and written(account_id, before)):
                continue
        elif rule is not Rule.HAPPENS:
            _by_rule(life, one, entry, balances, purses, done)
            continue
        balances[account_id] += minor
        if one.other_id:
            balances[one.other_id] -= minor
        if minor or one.held_minor:
            done.append(as_planned(one))
    return done


def as_planned(one: Planned) -> Done:
    """A movement that happened as it was planned. Whatever is pending is one of these."""
    return Done(one.at, entry_of(one), one.account_id, one.other_id, one.minor, *one[6:])


def _purses(life: Life) -> dict[str, str]:
    """For each current account the savings that help it out; none for whom nothing is left to help with."""
    found: dict[str, str] = {}
    for one in life.accounts:
        if one.kind is not AccountKind.CURRENT or one.currency != life.country.currency:
            continue
        wanted = ("business_savings",) if one.usage == "ORGA" else ("savings", "rainy_day")
        for other in life.accounts:
            own = other.member == one.member or (other.purpose == "savings" and one.usage == "PRIV")
            if other.purpose in wanted and own and other.status.value == "enabled":
                found.setdefault(one.id, other.id)
    return found


def _by_rule(  # noqa: PLR0912  # one branch for each rule
    life: Life, one: Planned, entry: str, balances: dict[str, int], purses: dict[str, str], done: list[Done]
) -> None:
    account_id, other_id, minor = one.account_id, one.other_id, one.minor

    def move(leg: str, minor: int, kind: str, other: str | None, party: Party | None = None) -> None:
        balances[account_id] += minor
        if other:
            balances[other] -= minor
        if minor:
            done.append(Done(one.at, entry + leg, account_id, other, minor, kind, party, "", one.detail))

    def covered(needed: int) -> bool:
        """Whether the money is there, fetched from the savings if need be."""
        short = needed - balances[account_id]
        purse = purses.get(account_id)
        if short > 0 and purse and balances[purse] > short:
            step = max(int(life.unit * 20) // 1000 * 1000, 1000)
            move("0", min(-(-short // step) * step, balances[purse]), "topup", purse)
        return balances[account_id] >= needed

    match one.rule:
        case Rule.PAYS:
            if covered(-minor):
                move("1", minor, one.kind, other_id, one.party)
        case Rule.DEBITS:
            paid = covered(-minor)
            move("1", minor, one.kind, None, one.party)
            if not paid:
                move("2", -minor, "return", None, one.party)
                move("3", -int(products.UNPAID_FEE_EUR * life.unit), "bounce_fee", None)
        case Rule.SAVES:
            surplus = (balances[account_id] - minor) // 10_000 * 10_000
            if surplus > 0:
                move("1", -surplus, one.kind, other_id)
        case Rule.FILLS:
            missing = (minor - balances[other_id or ""]) // 10_000 * 10_000
            if 0 < missing < balances[account_id]:
                move("1", -missing, one.kind, other_id)
        case Rule.SETTLES:
            owed = -balances[other_id or ""] * minor // 100
            if owed > 0 and covered(owed):
                move("1", -owed, one.kind, other_id)
        case Rule.CLEARS:
            move("1", max(0, -balances[account_id] * minor // 100), one.kind, None)
        case Rule.SWEEPS:
            move("1", -balances[account_id], one.kind, other_id)
        case Rule.YIELDS:
            move("1", max(0, balances[account_id] * minor // 10_000), one.kind, None)
        case Rule.INSTALMENT:
            _instalment(life, one, entry, balances, done, covered(minor))
        case _:
            pass


def _instalment(
    life: Life, one: Planned, entry: str, balances: dict[str, int], done: list[Done], paid: bool
) -> None:
    """The month's interest is added to the loan, then the payer's fixed sum goes off it."""
    loan_id = one.other_id or ""
    rate = _MORTGAGE_RATE if life.by_id[loan_id].purpose == "mortgage" else _LOAN_RATE
    interest = int(-balances[loan_id] * rate)
    if interest <= 0:
        return
    balances[loan_id] -= interest
    done.append(Done(one.at, entry + "1", loan_id, None, -interest, "loan_interest", None, "", ""))
    if paid:
        minor = min(one.minor, -balances[loan_id])
        balances[one.account_id] -= minor
        balances[loan_id] += minor
        done.append(Done(one.at, entry + "2", one.account_id, loan_id, -minor, "mortgage", None, "", ""))
