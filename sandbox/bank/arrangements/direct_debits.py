"""Direct debits: by which mandate whom the customer lets collect, and what was collected last."""

from dataclasses import dataclass

from sandbox.bank.arrangements.paid import Paid, last, see_to
from sandbox.bank.bank import Bank
from sandbox.bank.payments import Frequency


@dataclass(frozen=True, slots=True)
class DirectDebit:
    """One mandate. `frequency` is None where the creditor collects as it comes."""

    id: str
    account_id: str
    creditor_name: str
    creditor_id: str | None
    mandate_id: str
    frequency: Frequency | None
    currency: str
    last: Paid | None


def of_account(bank: Bank, account_id: str) -> list[DirectDebit]:
    """Who may collect from the account, by name."""
    see_to(bank, account_id)
    rows = bank.work.rows(
        "SELECT id, party_name, creditor_id, mandate_id, frequency, currency FROM direct_debit"
        " WHERE workspace_id = ? AND account_id = ? ORDER BY party_name, id",
        (bank.workspace_id, account_id),
    )
    return [
        DirectDebit(
            id=debit_id,
            account_id=account_id,
            creditor_name=name,
            creditor_id=creditor_id,
            mandate_id=mandate_id,
            frequency=Frequency(frequency) if frequency else None,
            currency=currency,
            last=last(bank, account_id, "direct_debit", name),
        )
        for debit_id, name, creditor_id, mandate_id, frequency, currency in rows
    ]
