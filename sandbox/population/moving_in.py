"""Moving in: a household's customers, accounts and holders, written into the books of its banks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import insert

from sandbox.bank import consents, ledger, mandates
from sandbox.bank.accounts import Account, AccountKind, AccountStatus, Holder
from sandbox.bank.bank import Bank
from sandbox.bank.customers import Customer
from sandbox.bank.profile import Profile
from sandbox.population.accounts_plan import PlannedAccount
from sandbox.population.economy import Life
from sandbox.population.people import Person


def open_accounts(
    bank: Bank,
    life: Life,
    profiles: Mapping[str, Profile],
    accounts: Sequence[PlannedAccount],
    openings: Mapping[str, int],
    opened_at: Mapping[str, str],
) -> None:
    """Write down accounts that are not there yet, with whoever may see them, and begin their books."""
    if not accounts:
        return
    _customers(bank, life, profiles, accounts)
    position = {one.id: place for place, one in enumerate(life.accounts)}
    today = bank.today
    bank.work.execute(insert(Account), [_account(bank, one, today) for one in accounts])
    bank.work.execute(
        insert(Holder),
        [
            {
                "workspace_id": bank.workspace_id,
                "bank_id": one.bank_id,
                "person_id": person_id,
                "account_id": one.id,
                "role": role.value,
                "position": position[one.id],
            }
            for one in accounts
            for person_id, role in one.holders
        ],
    )
    for one in accounts:
        if one.kind is not AccountKind.MULTI:
            at_bank = replace(bank, profile=profiles[one.bank_id])
            ledger.open_book(
                *(at_bank, one.id, one.currency),
                opening_minor=openings.get(one.id, 0),
                opened_at=opened_at[one.bank_id],
            )


def _customers(
    bank: Bank, life: Life, profiles: Mapping[str, Profile], accounts: Iterable[PlannedAccount]
) -> None:
    people = {one.id: one for one in life.household.people}
    wanted = {(one.bank_id, person_id) for one in accounts for person_id, _ in one.holders}
    known = {
        (row[0], row[1])
        for person_id in people
        for row in bank.work.run(
            "SELECT bank_id, person_id FROM customer WHERE workspace_id = ? AND person_id = ?",
            (bank.workspace_id, person_id),
        )
    }
    rows = [
        _customer(bank, profiles[bank_id], people[person_id]) for bank_id, person_id in sorted(wanted - known)
    ]
    if rows:
        bank.work.execute(insert(Customer), rows)


def _customer(bank: Bank, profile: Profile, person: Person) -> dict[str, object]:
    methods = [method.id for method in profile.sca.methods]
    return {
        "workspace_id": bank.workspace_id,
        "bank_id": profile.id,
        "person_id": person.id,
        "username": person.username,
        "national_id": person.national_id,
        "name": person.name[:140],
        "born_on": person.born_on,
        "language": person.language,
        "standing": person.standing.value,
        "sca_method_ids": methods if person.sca_methods is None else methods[: person.sca_methods],
        "details": {
            "persona": person.persona,
            "member": person.member,
            "kind": person.kind,
            "email": person.email,
            "phone": person.phone,
            "street": person.street,
            "postcode": person.postcode,
            "town": person.town,
        },
    }


def status_on(one: PlannedAccount, today: date) -> AccountStatus:
    """An account that closes later is still open."""
    if one.closed_on is not None:
        return AccountStatus.CLOSED if one.closed_on <= today else AccountStatus.ENABLED
    return one.status


def _account(bank: Bank, one: PlannedAccount, today: date) -> dict[str, object]:
    return {
        "workspace_id": bank.workspace_id,
        "id": one.id,
        "bank_id": one.bank_id,
        "kind": one.kind.value,
        "status": status_on(one, today).value,
        "currency": one.currency,
        "iban": one.iban,
        "bban": one.bban,
        "masked_pan": one.masked_pan,
        "name": one.name,
        "product": one.product,
        "owner_name": one.owner_name,
        "usage": one.usage,
        "parent_id": one.parent_id,
        "settlement_account_id": one.settlement_account_id,
        "credit_limit_minor": one.credit_limit_minor,
        "opened_on": one.opened_on,
        "closed_on": one.closed_on if status_on(one, today) is AccountStatus.CLOSED else None,
    }


def close_accounts(banks: Mapping[str, Bank], accounts: Iterable[PlannedAccount]) -> None:
    """Close what was to be closed by today; apps that read it or pay from it hear so. `banks` by id."""
    for one in accounts:
        bank = banks[one.bank_id]
        if one.closed_on is not None and one.closed_on <= bank.today:
            closed = AccountStatus.CLOSED.value
            changed = bank.work.put(
                "UPDATE account SET status = ?, closed_on = ?"
                " WHERE workspace_id = ? AND id = ? AND status <> ?",
                (closed, one.closed_on.isoformat(), bank.workspace_id, one.id, closed),
            )
            if changed:
                # Somebody may have the account in hand as it was.
                bank.work.flush()
                bank.work.forget()
                consents.account_changed(bank, one.id, AccountStatus.CLOSED)
                mandates.account_changed(bank, one.id, AccountStatus.CLOSED)
