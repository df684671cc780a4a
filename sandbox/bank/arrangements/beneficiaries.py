"""Beneficiaries: whom a customer has kept, to pay again."""

from dataclasses import dataclass

from sandbox.bank.accounts import AccountRef
from sandbox.bank.arrangements.paid import see_to
from sandbox.bank.bank import Bank


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """One of them. `trusted`: the customer has told the bank that no one-time code is needed for them.

    Source: RTS SCA (EU) 2018/389, article 13.
    """

    id: str
    account_id: str
    name: str
    account: AccountRef
    bic: str | None
    reference: str | None
    trusted: bool


def of_account(bank: Bank, account_id: str) -> list[Beneficiary]:
    """Whom the customer pays from the account, in the customer's order."""
    see_to(bank, account_id)
    rows = bank.work.rows(
        "SELECT id, party_name, party_account, party_bic, reference, trusted FROM beneficiary"
        " WHERE workspace_id = ? AND account_id = ? ORDER BY position, id",
        (bank.workspace_id, account_id),
    )
    return [
        Beneficiary(found_id, account_id, name, AccountRef(iban=account), bic, reference, bool(trusted))
        for found_id, name, account, bic, reference, trusted in rows
    ]
