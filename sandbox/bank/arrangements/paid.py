"""What has been paid of an arrangement, as the books say; and seeing that the month's page is written."""

from dataclasses import dataclass
from datetime import date

from sandbox.bank import accounts
from sandbox.bank.bank import Bank
from sandbox.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that was made: when it was booked, and how much left the account."""

    booked_on: date
    amount: Money


def see_to(bank: Bank, account_id: str) -> None:
    """See that what the account's customer has arranged is written down for this month."""
    for holder in accounts.holders(bank, account_id)[:1]:
        bank.people.arrange(bank, holder.person_id)


def last(bank: Bank, account_id: str, kind: str, party_name: str) -> Paid | None:
    """The last entry of that kind to that party, or None where the archive has none."""
    found = bank.work.rows(
        "SELECT booked_on, amount_minor, currency FROM line WHERE workspace_id = ? AND account_id = ?"
        " AND kind = ? AND party_name = ? AND amount_minor < 0 ORDER BY booked_on DESC, seq DESC LIMIT 1",
        (bank.workspace_id, account_id, kind, party_name),
    )
    if not found:
        return None
    [(booked_on, minor, currency)] = found
    return Paid(date.fromisoformat(booked_on), Money(-minor, currency))
