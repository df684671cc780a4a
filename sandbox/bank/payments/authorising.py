"""Authorising: from which accounts a PSU may pay, how many must sign, and what the last yes does."""

from sandbox.bank import accounts
from sandbox.bank.accounts import AccountKind, AccountRow, AccountStatus, Role
from sandbox.bank.bank import Bank
from sandbox.bank.payments import executing, lifecycle
from sandbox.bank.payments.terms import (
    AlreadySigned,
    CancellationInvalid,
    DebtorUnknown,
    Payment,
    PaymentNotOpen,
    PaymentStatus,
)
from sandbox.bank.profile import Scheme
from sandbox.bank.reasons import Reason
from sandbox.workspaces import workspace as workspaces

#: Somebody has said yes, and it is not over.
UNDER_WAY = (
    PaymentStatus.PARTIALLY_AUTHORISED,
    PaymentStatus.ACCEPTED,
    PaymentStatus.PENDING,
    PaymentStatus.IN_PROCESS,
)
_PAYABLE = (AccountKind.CURRENT, AccountKind.SAVINGS)
_BUSINESS = "ORGA"
_MAY_PAY = (Role.OWNER, Role.CO_OWNER, Role.SIGNATORY, Role.GUARDIAN)
#: A company whose signatories are two or more is bound by two of them together.
SIGNATURES_OF_A_COMPANY = 2
#: How many days after the first signature the others may come.
DAYS_FOR_FURTHER_SIGNATURES = 7


def offered(bank: Bank, payment: Payment, person_id: str) -> list[AccountRow]:
    """The PSU's accounts that the payment may be debited to: the one named, else all that can pay."""
    return payable(bank, Scheme(payment.scheme), person_id, payment.debtor_account_id)


def payable(bank: Bank, scheme: Scheme, person_id: str, named: str | None = None) -> list[AccountRow]:
    """The accounts from which the PSU may pay by a scheme: the one `named`, else all that can pay."""
    if named is not None:
        among = [accounts.get(bank, named)]
    else:
        mine = accounts.of_customer(bank, person_id)
        among = [one for one in mine if one.status == AccountStatus.ENABLED]
    able = [one for one in among if one.kind in _PAYABLE and is_open_to(bank, scheme, one)]
    return [one for one in able if _may_pay(bank, one, person_id)]


def is_open_to(bank: Bank, scheme: Scheme, account: AccountRow) -> bool:
    """Whether that account may pay by the scheme: some are for companies only."""
    return scheme not in bank.profile.payments.business_schemes or account.usage == _BUSINESS


def _may_pay(bank: Bank, account: AccountRow, person_id: str) -> bool:
    roles = {one.person_id: one.role for one in accounts.holders(bank, account.id)}
    guarded = Role.GUARDIAN in roles.values()
    role = roles.get(person_id)
    # A minor looks at the account; the guardian pays from it.
    return role == Role.GUARDIAN if guarded else role in _MAY_PAY


def under_way(bank: Bank, person_id: str) -> list[Payment]:
    """What is signed and not over, standing orders as well, from the accounts that this PSU may pay from."""
    mine = [one.id for one in accounts.of_customer(bank, person_id) if _may_pay(bank, one, person_id)]
    return lifecycle.of_accounts(bank, mine, UNDER_WAY)


def signatures_needed(bank: Bank, account_id: str | None) -> int:
    """How many PSUs must say yes to a payment from that account. Source: IG 1.3.8, 5.8, multilevel SCA."""
    if account_id is None:
        return 1
    signing = [one for one in accounts.holders(bank, account_id) if one.role == Role.SIGNATORY]
    return SIGNATURES_OF_A_COMPANY if len(signing) >= SIGNATURES_OF_A_COMPANY else 1


def agree(bank: Bank, payment: Payment, person_id: str, account_id: str | None = None) -> None:
    """One PSU's yes is final: the payment is accepted, or waits for the next signature.

    `account_id` is the PSU's choice where the TPP named no account. Raises PaymentNotOpen, DebtorUnknown,
    AlreadySigned.
    """
    workspaces.lock(bank.work, bank.workspace_id)
    if not lifecycle.is_open(payment):
        raise PaymentNotOpen(detail=f"{payment.id} is {payment.status}")
    choice = [one.id for one in offered(bank, payment, person_id)]
    chosen = payment.debtor_account_id or account_id or next(iter(choice), None)
    if chosen is None or chosen not in choice:
        raise DebtorUnknown(detail=f"{chosen} for {person_id}")
    if person_id in payment.signed_by:
        raise AlreadySigned(detail=person_id)
    payment.debtor_account_id = chosen
    payment.person_id = payment.person_id or person_id
    payment.signed_by = [*payment.signed_by, person_id]
    if len(payment.signed_by) < signatures_needed(bank, chosen):
        lifecycle.move(bank, payment, PaymentStatus.PARTIALLY_AUTHORISED)
        lifecycle.await_yes(bank, payment, DAYS_FOR_FURTHER_SIGNATURES)
    else:
        executing.accept(bank, payment)


def refuse(bank: Bank, payment: Payment, reason: Reason = Reason.NOT_SPECIFIED_BY_CUSTOMER) -> None:
    """The PSU said no, failed, or let the time pass. What is authorised already stays as it is.

    Source: psd2-api 1.3.11, paymentInitiationStatusResponse: without the SCA in time the status is RJCT.
    """
    workspaces.lock(bank.work, bank.workspace_id)
    if lifecycle.is_open(payment):
        executing.reject_whole(bank, payment, reason)


def needs_yes_to_cancel(bank: Bank, payment: Payment) -> bool:
    """Whether a cancellation waits for the PSU's yes. Source: IG 1.3.8, 5.6, cancellation of a payment."""
    return bank.profile.payments.cancellation_sca and not lifecycle.is_unanswered(payment)


def check_cancellable(bank: Bank, payment: Payment) -> None:
    """Raises CancellationInvalid where it is too late, or nothing is left to cancel."""
    if not executing.is_cancellable(bank, payment):
        raise CancellationInvalid(detail=f"{payment.id} is {payment.status}")


def cancel(bank: Bank, payment: Payment) -> None:
    """Take the payment back, reserved money included. Raises CancellationInvalid."""
    workspaces.lock(bank.work, bank.workspace_id)
    check_cancellable(bank, payment)
    executing.cancel(bank, payment)
