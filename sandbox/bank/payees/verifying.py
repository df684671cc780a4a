"""Verifying: does the account belong to the one whom the payer means? The creditor's bank says so.

Source: Regulation (EU) 2024/886, article 5c of Regulation (EU) 260/2012; EPC218-23, VOP scheme rulebook.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sandbox.bank import accounts, clearing, customers, faults
from sandbox.bank.accounts import AccountRef, AccountRow, AccountStatus, Role
from sandbox.bank.bank import Bank
from sandbox.bank.customers import CustomerRow
from sandbox.bank.faults import Payee
from sandbox.bank.payees import names
from sandbox.bank.payees.names import Likeness
from sandbox.bank.profile import Profile, Scheme
from sandbox.kernel.countries import country

#: The payments of which the payee is verified: credit transfers in euro. Source: article 5c (1).
CHECKED = frozenset({Scheme.SEPA, Scheme.SEPA_INSTANT})
_OWNING = (Role.OWNER, Role.CO_OWNER)


class PayeeOutcome(StrEnum):
    """What the creditor's bank answers. Source: EPC218-23, section 3.3; EPC288-23."""

    MATCH = "match"
    CLOSE_MATCH = "close_match"
    NO_MATCH = "no_match"
    NOT_POSSIBLE = "not_possible"


_OF_LIKENESS = {
    Likeness.SAME: PayeeOutcome.MATCH,
    Likeness.CLOSE: PayeeOutcome.CLOSE_MATCH,
    Likeness.DIFFERENT: PayeeOutcome.NO_MATCH,
}


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer: of the name, of the identification, each where it was asked; and the name it nearly is."""

    outcome: PayeeOutcome | None
    matched_name: str | None = None
    identification: PayeeOutcome | None = None

    @property
    def is_clean(self) -> bool:
        """Whether nothing that was asked speaks against the payee."""
        asked = {self.outcome, self.identification} - {None}
        return asked == {PayeeOutcome.MATCH}


def is_on(bank: Bank) -> bool:
    """Whether this bank verifies payees today: it pays in euro, and its day has come."""
    return bool(CHECKED & set(bank.profile.payments.schemes)) and _takes_part(bank, bank.profile)


def _takes_part(bank: Bank, profile: Profile) -> bool:
    """Whether the bank of that profile answers for its customers by now: by law, or since its own day."""
    rules = profile.payees
    return rules.offered and _has_come(bank, rules.starts_on or country(profile.country).payees_verified_from)


def _has_come(bank: Bank, day: date | None) -> bool:
    return day is not None and bank.today >= day


def verify(
    bank: Bank, name: str | None, payee: AccountRef, identification: str | None = None
) -> Verification:
    """Ask the creditor's bank whether the account is the payee's, by name, by identification, or by both.

    Where nobody can answer (the account is unknown or closed, its bank takes no part) it is not possible.
    """
    chosen = faults.of_payee(bank, name, payee.iban or payee.bban)
    if chosen is not None:
        return _as_chosen(chosen, name, identification)
    there = clearing.home(bank, payee)
    if there is None:
        return _of_world(bank, name, payee, identification)
    if there.account is None or not _takes_part(bank, there.bank.profile):
        return _not_possible(name, identification)
    if there.account.status == AccountStatus.CLOSED:
        return _not_possible(name, identification)
    owners = _owners(there.bank, there.account)
    by_name = _by_name(name, [one.name for one in owners] or [there.account.owner_name])
    return Verification(*by_name, identification=_by_identification(identification, owners))


def _as_chosen(chosen: Payee, name: str | None, identification: str | None) -> Verification:
    """The answer that a tester wants. Article 5c (1)(b): a name is told where it almost matches alone."""
    outcome = PayeeOutcome(chosen.outcome)
    return Verification(
        outcome if name is not None else None,
        chosen.name if name is not None and outcome is PayeeOutcome.CLOSE_MATCH else None,
        outcome if identification is not None else None,
    )


def _of_world(bank: Bank, name: str | None, payee: AccountRef, identification: str | None) -> Verification:
    """The answer of a bank in the world outside: its merchants are known by name, and nobody else."""
    iban = (payee.iban or "").replace(" ", "").upper()
    held = bank.people.named_outside(bank, iban) if iban else None
    if held is None or not _has_come(bank, country(iban[:2]).payees_verified_from):
        return _not_possible(name, identification)
    unknown = PayeeOutcome.NOT_POSSIBLE if identification is not None else None
    return Verification(*_by_name(name, [held]), identification=unknown)


def _not_possible(name: str | None, identification: str | None) -> Verification:
    return Verification(
        PayeeOutcome.NOT_POSSIBLE if name is not None else None,
        identification=PayeeOutcome.NOT_POSSIBLE if identification is not None else None,
    )


def _owners(bank: Bank, account: AccountRow) -> list[CustomerRow]:
    """Whose account it is: neither who signs for a company, nor a minor's guardian."""
    holding = accounts.holders(bank, account.id)
    return [customers.get(bank, one.person_id) for one in holding if one.role in _OWNING]


def _by_name(name: str | None, held: list[str]) -> tuple[PayeeOutcome | None, str | None]:
    if name is None:
        return None, None
    likeness, matched = names.compare_joint(name, held)
    # Article 5c (1)(b): the name is told where it almost matches, and in no other case.
    return _OF_LIKENESS[likeness], matched if likeness is Likeness.CLOSE else None


def _by_identification(identification: str | None, owners: list[CustomerRow]) -> PayeeOutcome | None:
    if identification is None:
        return None
    held = {_bare(one.national_id) for one in owners if one.national_id}
    if not held:
        return PayeeOutcome.NOT_POSSIBLE
    return PayeeOutcome.MATCH if _bare(identification) in held else PayeeOutcome.NO_MATCH


def _bare(number: str) -> str:
    return "".join(sign for sign in number.upper() if sign.isalnum())
