"""Arranging: what a household has set up with its banks, read out of what it means to do in these months.

A standing order, a mandate or a bill to come is the plan that becomes the history, told beforehand: nothing
is drawn anew, and whoever looks later finds the same. It is written once a month, when somebody looks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import chain

import orjson
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank.accounts import AccountKind, AccountStatus
from sandbox.bank.bank import Bank
from sandbox.bank.ledger import Booking
from sandbox.bank.payments import Frequency, Roll
from sandbox.bank.profile import Profile
from sandbox.kernel import months
from sandbox.kernel.clock import instant_text, parse_instant
from sandbox.kernel.db import Base
from sandbox.kernel.ids import derived
from sandbox.population.accounts_plan import PlannedAccount
from sandbox.population.bills import bill_day
from sandbox.population.calendars import month as calendar_month
from sandbox.population.economy import LIFE_BEGINS, Life
from sandbox.population.income import SHOP_S_WAGE_DAY, TRADER_S_WAGE_DAY
from sandbox.population.livelihoods import Livelihood
from sandbox.population.merchants import Party
from sandbox.population.moving_in import status_on
from sandbox.population.planning import Planned, Rule, entry_of
from sandbox.population.telling import Teller, mandate_id
from sandbox.population.unfolding import as_planned

#: What is paid each month by itself, the same amount to the same account.
_STANDING = frozenset({"rent", "pocket_money", "transfer", "salary"})
#: What is entered for its day when the bill has come, so long before.
_BILLS = frozenset({"bill", "vat"})
_KNOWN_BEFORE = timedelta(days=14)
_TABLES = {
    "standing_order": (
        "party_name, party_account, party_bic, kind, remittance, currency, start_on, day, roll, runs"
    ),
    "direct_debit": "party_name, mandate_id, creditor_id, frequency, currency",
    "beneficiary": "party_name, party_account, party_bic, reference, trusted, position",
    "scheduled_payment": (
        "party_name, party_account, party_bic, entered_at, due_at, due_on, amount_minor, currency,"
        " remittance, reference, reference_type"
    ),
}
_Row = tuple[object, ...]


class ArrangedRow(Base):
    """For which month, as `2026-03`, what a household has arranged is written down."""

    __tablename__ = "arranged"

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))


def is_arranged(bank: Bank, row_id: str) -> bool:
    """Whether the household's page for this month is written."""
    found = bank.work.rows(
        "SELECT month FROM arranged WHERE workspace_id = ? AND id = ?", (bank.workspace_id, row_id)
    )
    return bool(found) and found[0][0] == instant_text(bank.now)[:7]


def arrange(
    bank: Bank,
    livelihood: Livelihood,
    profiles: Mapping[str, Profile],
    row_id: str,
    kin: Mapping[str, Sequence[Party]],
) -> None:
    """Write down what the household has arranged this month, in place of the month before.

    `kin` are the relatives abroad of each member, by person id.
    """
    page = _Page(bank, livelihood, profiles, kin)
    ids = tuple(one.id for one in livelihood.life.accounts)
    among = f"({', '.join('?' * len(ids))})"
    for table, columns in _TABLES.items():
        bank.work.put(
            f"DELETE FROM {table} WHERE workspace_id = ? AND account_id IN {among}", (bank.workspace_id, *ids)
        )
        rows = [(bank.workspace_id, *row) for row in page.rows(table)]
        values = ", ".join("?" * (3 + len(columns.split(","))))
        bank.work.run_many(
            f"INSERT INTO {table} (workspace_id, account_id, id, {columns}) VALUES ({values})", rows
        )
    bank.work.put(
        "INSERT INTO arranged (workspace_id, id, month) VALUES (?, ?, ?)"
        " ON CONFLICT (workspace_id, id) DO UPDATE SET month = excluded.month",
        (bank.workspace_id, row_id, instant_text(bank.now)[:7]),
    )


class _Page:
    """The arrangements of one household in the month that it is."""

    def __init__(
        self,
        bank: Bank,
        livelihood: Livelihood,
        profiles: Mapping[str, Profile],
        kin: Mapping[str, Sequence[Party]],
    ) -> None:
        self.seed, self.life, self.kin = bank.seed, livelihood.life, kin
        self.teller = Teller(self.life, profiles)
        now = instant_text(bank.now)
        self.year, self.month = int(now[:4]), int(now[5:7])
        self.before, self.this, self.after = (
            self._plan(livelihood, months.shifted(date(self.year, self.month, 1), step))
            for step in (-1, 0, 1)
        )
        self.open = {
            one.id
            for one in self.life.accounts
            if one.opened_on <= bank.today and status_on(one, bank.today) is AccountStatus.ENABLED
        }
        self.orders = list(self._standing_orders())

    @staticmethod
    def _plan(livelihood: Livelihood, day: date) -> list[Planned]:
        """What the household means to do in the month of that day."""
        month = day.year, day.month
        return livelihood.plan(*month) if month >= LIFE_BEGINS else []

    def rows(self, table: str) -> list[_Row]:
        """What is to be written into that table, of accounts that are open."""
        made: dict[str, Iterable[_Row]] = {
            "standing_order": self.orders,
            "direct_debit": self._direct_debits(),
            "beneficiary": self._beneficiaries(),
            "scheduled_payment": self._scheduled_payments(),
        }
        return [one for one in made[table] if one[0] in self.open]

    def _told(self, one: Planned) -> Booking:
        """The entry that it will be, in the bank's words."""
        return self.teller.tell(as_planned(one), one.account_id)

    def _standing_orders(self) -> Iterator[_Row]:
        found: dict[tuple[str, str, str], list[Planned]] = {}
        for one in chain(self.this, self.after):
            if one.kind in _STANDING and one.rule in (Rule.PAYS, Rule.SPENDS):
                to = one.other_id or (one.party.name if one.party else "")
                found.setdefault((one.account_id, one.kind, to), []).append(one)
        for key, runs in found.items():
            told, (day, roll) = self._told(runs[0]), _day(self.life, runs[0])
            yield (
                *(key[0], derived(self.seed, "standing order", *key, length=16)),
                *(told.party_name, told.party_account, told.party_bic, told.kind),
                *(told.remittance or self.life.market.word(key[1])[0], told.currency),
                *(self._begun_on(runs[0], day).isoformat(), day, roll.value),
                orjson.dumps([[one.at, -one.minor] for one in runs]).decode(),
            )

    def _begun_on(self, one: Planned, day: int) -> date:
        """The day of the first month through which both accounts were open."""
        opened = [self.life.by_id[it].opened_on for it in (one.account_id, one.other_id) if it]
        return max(months.shifted(it, 0 if it.day == 1 else 1, on=day) for it in opened)

    def _direct_debits(self) -> Iterator[_Row]:
        found: dict[tuple[str, str], list[Planned]] = {}
        # A town that takes ten instalments a year pauses for two months; the mandate stays.
        for one in chain(self.before, self.this, self.after):
            if one.kind == "direct_debit" and one.party:
                found.setdefault((one.account_id, one.party.name), []).append(one)
        for key, debits in found.items():
            party, in_months = debits[0].party, [one.at[:7] for one in debits]
            if party is None:
                continue
            regular = len(set(in_months)) == len(in_months)
            yield (
                *(key[0], derived(self.seed, "mandate", *key, length=16), party.name),
                *(mandate_id(self.life, party), party.creditor_id),
                *(Frequency.MONTHLY.value if regular else None, self.life.by_id[key[0]].currency),
            )

    def _scheduled_payments(self) -> Iterator[_Row]:
        for one in chain(self.this, self.after):
            if one.kind not in _BILLS or one.rule is not Rule.PAYS:
                continue
            told, due_at = self._told(one), parse_instant(one.at)
            yield (
                one.account_id,
                derived(self.seed, "scheduled", one.account_id, entry_of(one), length=16),
                *(told.party_name, told.party_account, told.party_bic),
                *(_entered_at(due_at), one.at, one.at[:10], -one.minor, told.currency),
                *(told.remittance, told.reference, told.reference_type),
            )

    def _beneficiaries(self) -> Iterator[_Row]:
        """Whom the standing orders pay, whom they trust; then friends, relatives abroad and suppliers."""
        seen: set[tuple[str, str]] = set()
        for position, (account_id, party, reference, trusted) in enumerate(self._payees()):
            if party.account is None or (account_id, party.account) in seen:
                continue
            seen.add((account_id, party.account))
            yield (
                *(account_id, derived(self.seed, "beneficiary", account_id, party.account, length=16)),
                *(party.name[:140], party.account, party.bic, reference, trusted, position),
            )

    def _payees(self) -> Iterator[tuple[str, Party, str | None, bool]]:
        for one in self.orders:
            account_id, name, account, bic, reference = (one[0], *one[2:5], one[6])
            yield str(account_id), Party(str(name), _text(account), _text(bic)), str(reference)[:35], True
        month = calendar_month(self.life.country.id, self.year, self.month)
        for work in self.life.works:
            daily = self.life.daily(work.member, month)
            if daily is None or work.job in ("company", "minor"):
                continue
            for party in chain(self.kin.get(work.person.id, ()), self.life.friends):
                yield daily.id, party, None, False
        for account in self.life.accounts:
            if _is_of_business(account):
                for party in self.life.market.parties["supplier"]:
                    yield account.id, party, None, False


def _text(found: object) -> str | None:
    return None if found is None else str(found)


def _is_of_business(account: PlannedAccount) -> bool:
    return account.usage == "ORGA" and account.kind is AccountKind.CURRENT and account.purpose == "business"


def _entered_at(due_at: datetime) -> str:
    return instant_text(due_at - _KNOWN_BEFORE)


def _day(life: Life, one: Planned) -> tuple[int, Roll]:
    """For which day of the month the customer has set it up, 31 for the last, and how it rolls."""
    work = life.work(life.by_id[one.account_id].member)
    match one.kind:
        case "rent":
            return bill_day(life), Roll.FOLLOWING
        case "transfer" if work is not None:
            # The day after the salary.
            return 31 if work.day == "last" else int(work.day) + 1, Roll.PRECEDING
        case "salary" if work is not None and work.job == "trader":
            return TRADER_S_WAGE_DAY, Roll.FOLLOWING
        case "salary":
            return SHOP_S_WAGE_DAY, Roll.PRECEDING
        case _:
            return 1, Roll.FOLLOWING
