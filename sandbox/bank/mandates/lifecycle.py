"""The life of a payment mandate, from the order to its end."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from sandbox.bank import clearing, events, payments
from sandbox.bank.accounts import AccountRef, AccountRow, AccountStatus
from sandbox.bank.bank import Bank
from sandbox.bank.consents import RENEWABLE_TRANSITIONS, ConsentStatus, moving
from sandbox.bank.consents.moving import Kind
from sandbox.bank.events import EventKind
from sandbox.bank.mandates import periods
from sandbox.bank.mandates.periods import Alignment, PeriodicLimit, PeriodKind
from sandbox.bank.mandates.terms import (
    Bound,
    BoundKind,
    LimitInvalid,
    Limits,
    MandateDaysInvalid,
    MandateNotOpen,
    MandateOrder,
    MandateUnknown,
    PaymentMandate,
)
from sandbox.bank.payments import DebtorUnknown, SchemeForBusiness, SchemeUnsupported
from sandbox.bank.profile import Scheme
from sandbox.kernel.ids import new_uuid
from sandbox.workspaces import agenda
from sandbox.workspaces.agenda import Due

#: The word on the agenda for the end of a mandate.
_EXPIRES = "mandate_expires"
_MANDATE = Kind("mandate", (_EXPIRES,), RENEWABLE_TRANSITIONS, MandateNotOpen)


def create(bank: Bank, app_id: str, order: MandateOrder) -> PaymentMandate:
    """Keep what the TPP wants the PSU to say yes to.

    Raises LimitInvalid, MandateDaysInvalid, SchemeUnsupported, DebtorUnknown, SchemeForBusiness.
    """
    if order.scheme not in bank.profile.payments.schemes:
        raise SchemeUnsupported(detail=order.scheme)
    limits = order.limits
    # Read/Write 4.0, OBDomesticVRPControlParameters: the days of the range, and not its times, count.
    starts_on = max(bank.today, limits.valid_from or bank.today)
    _check(limits, starts_on)
    bank.work.write()
    mandate = PaymentMandate(
        workspace_id=bank.workspace_id,
        id=new_uuid(),
        bank_id=bank.id,
        app_id=app_id,
        tpp_name=order.tpp_name,
        status=ConsentStatus.RECEIVED,
        scheme=order.scheme,
        currency=limits.currency,
        individual_minor=limits.individual_minor,
        periodic=[asdict(one) for one in limits.periodic],
        starts_on=starts_on,
        valid_to=limits.valid_to,
        named_account_id=_named_account_id(bank, order),
        creditor=asdict(order.creditor) if order.creditor else None,
        creditor_name=order.creditor_name,
        terms=dict(order.terms),
        created_at=bank.now,
        moved_at=bank.now,
    )
    bank.work.add(mandate)
    bank.work.flush()
    return mandate


def _check(limits: Limits, starts_on: date) -> None:
    if limits.valid_to is not None and limits.valid_to < starts_on:
        raise MandateDaysInvalid(Bound(BoundKind.VALID_TO), detail=limits.valid_to.isoformat())
    if limits.individual_minor <= 0:
        raise LimitInvalid(Bound(BoundKind.INDIVIDUAL), "The amount must be above zero.")
    for position, one in enumerate(limits.periodic):
        bound = Bound(BoundKind.PERIODIC, position)
        if one.minor <= 0:
            raise LimitInvalid(bound, "The amount must be above zero.")
        if one.alignment is Alignment.CALENDAR and not periods.has_calendar(one.kind):
            raise LimitInvalid(bound, "No calendar says when a fortnight begins.")


def _named_account_id(bank: Bank, order: MandateOrder) -> str | None:
    if order.debtor is None:
        return None
    there = clearing.home(bank, order.debtor)
    if there is None or there.bank.id != bank.id or there.account is None:
        raise DebtorUnknown(detail=repr(order.debtor))
    if not payments.is_open_to(bank, order.scheme, there.account):
        raise SchemeForBusiness(detail=f"{order.scheme} from {there.account.id}")
    return there.account.id


def limits_of(mandate: PaymentMandate) -> list[PeriodicLimit]:
    """Its periodic limits, in the order in which the TPP asked for them."""
    return [
        PeriodicLimit(PeriodKind(one["kind"]), Alignment(one["alignment"]), one["minor"])
        for one in mandate.periodic
    ]


def creditor_of(mandate: PaymentMandate) -> AccountRef | None:
    """Who alone may be paid; None where it may be anybody."""
    kept: dict[str, Any] | None = mandate.creditor
    return None if kept is None else AccountRef(**kept)


def get(bank: Bank, app_id: str, mandate_id: str) -> PaymentMandate:
    """The app's own mandate, brought up to the moment. Raises MandateUnknown, also for another TPP's.

    Source: Read/Write 4.0, Consent Revocation: what the TPP has deleted is not there any more.
    """
    mandate = of_subject(bank, mandate_id)
    if mandate.app_id != app_id or mandate.status == ConsentStatus.TERMINATED_BY_TPP:
        raise MandateUnknown(detail=mandate_id)
    return mandate


def of_subject(bank: Bank, mandate_id: str) -> PaymentMandate:
    """The mandate of that id whoever's it is, for those who know it already. Raises MandateUnknown."""
    mandate = bank.work.get(PaymentMandate, (bank.workspace_id, mandate_id))
    if mandate is None or mandate.bank_id != bank.id:
        raise MandateUnknown(detail=mandate_id)
    return settled(bank, mandate)


def of_psu(bank: Bank, person_id: str) -> list[PaymentMandate]:
    """The mandates that the PSU has once given here, newest first."""
    wanted = (
        select(PaymentMandate)
        .where(
            PaymentMandate.workspace_id == bank.workspace_id,
            PaymentMandate.bank_id == bank.id,
            PaymentMandate.person_id == person_id,
            PaymentMandate.authorised_at.is_not(None),
        )
        .order_by(PaymentMandate.authorised_at.desc(), PaymentMandate.id)
    )
    return [settled(bank, one) for one in list(bank.work.scalars(wanted))]


def current_status(bank: Bank, mandate: PaymentMandate) -> ConsentStatus:
    """The status at this moment: it lasts until the end of its last day where the bank is."""
    status = ConsentStatus(mandate.status)
    over = mandate.valid_to is not None and bank.today > mandate.valid_to
    may_expire = ConsentStatus.EXPIRED in RENEWABLE_TRANSITIONS[status]
    return ConsentStatus.EXPIRED if over and may_expire else status


def settled(bank: Bank, mandate: PaymentMandate) -> PaymentMandate:
    """The mandate with its status as time has made it: what ran out is written down as expired."""
    if current_status(bank, mandate) != mandate.status:
        move(bank, mandate, ConsentStatus.EXPIRED)
    return mandate


def move(bank: Bank, mandate: PaymentMandate, to: ConsentStatus) -> None:
    """Change the status, where its transitions allow it. Raises MandateNotOpen."""
    if moving.move(bank, mandate, to, _MANDATE):
        mandate.moved_at = bank.now
        bank.work.flush()


def offered(bank: Bank, mandate: PaymentMandate, person_id: str) -> list[AccountRow]:
    """The PSU's accounts that may be paid from by one signature.

    Source: Variable Recurring Payments API Profile 4.0, Multiple Authorisation: it is not supported.
    """
    found = payments.payable(bank, Scheme(mandate.scheme), person_id, mandate.named_account_id)
    return [one for one in found if payments.signatures_needed(bank, one.id) == 1]


def authorise(bank: Bank, mandate: PaymentMandate, person_id: str, account_id: str) -> None:
    """The PSU's yes is final: the app may pay. It may be given again. Raises MandateNotOpen."""
    settled(bank, mandate)
    move(bank, mandate, ConsentStatus.VALID)
    mandate.person_id, mandate.account_id, mandate.authorised_at = person_id, account_id, bank.now
    if mandate.valid_to is not None:
        end = datetime.combine(mandate.valid_to + timedelta(days=1), time(), ZoneInfo(bank.profile.zone))
        agenda.enter(bank.work, bank.workspace_id, Due(end, bank.id, _EXPIRES, mandate.id))
    bank.work.flush()


def retell(bank: Bank, mandate: PaymentMandate, terms: Mapping[str, Any]) -> None:
    """The dialect keeps what the PSU has said yes to in another form; the mandate itself is as it was."""
    bank.work.write()
    mandate.terms = dict(terms)
    bank.work.flush()


def reject(bank: Bank, mandate: PaymentMandate) -> None:
    """The PSU said no, or failed to prove who they are. A mandate past its yes stays as it is."""
    if ConsentStatus.REJECTED in RENEWABLE_TRANSITIONS[current_status(bank, mandate)]:
        move(bank, mandate, ConsentStatus.REJECTED)


def expire(bank: Bank, mandate_id: str) -> None:
    """The last day of a mandate is over."""
    of_subject(bank, mandate_id)


def delete(bank: Bank, mandate: PaymentMandate) -> None:
    """The TPP ends the mandate. Raises MandateNotOpen."""
    move(bank, mandate, ConsentStatus.TERMINATED_BY_TPP)


def revoke(bank: Bank, mandate: PaymentMandate) -> None:
    """The PSU takes the mandate back, and may give it again. Raises MandateNotOpen."""
    move(bank, mandate, ConsentStatus.REVOKED_BY_PSU)


_CONCERNED = (
    "SELECT app_id, id FROM payment_mandate"
    " WHERE workspace_id = ? AND bank_id = ? AND account_id = ? AND status = ? ORDER BY id"
)


def account_changed(bank: Bank, account_id: str, status: AccountStatus) -> None:
    """Tell each app that pays from the account by a valid mandate that it cannot any more, or can again."""
    who = (bank.workspace_id, bank.id, account_id, ConsentStatus.VALID.value)
    for app_id, mandate_id in bank.work.rows(_CONCERNED, who):
        of = (EventKind.ACCOUNT_STATUS, app_id, _MANDATE.subject, mandate_id)
        events.record(bank, *of, account_id=account_id, status=status.value)
