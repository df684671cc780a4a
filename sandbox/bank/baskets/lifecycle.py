"""The life of a signing basket, from the order to its end."""

from collections.abc import Sequence

from sqlalchemy import select

from sandbox.bank import consents, customers, events, payments
from sandbox.bank.bank import Bank
from sandbox.bank.baskets.terms import (
    OPEN,
    TRANSITIONS,
    Basket,
    BasketMember,
    BasketMemberBlocked,
    BasketMemberClosed,
    BasketMixInvalid,
    BasketNotOpen,
    BasketOrder,
    BasketStatus,
    BasketTooLarge,
    BasketUnknown,
    MemberKind,
)
from sandbox.bank.consents import Consent, ConsentStatus
from sandbox.bank.events import EventKind
from sandbox.bank.payments import Payment, PaymentStatus
from sandbox.bank.profile import Grouping
from sandbox.kernel.ids import new_uuid
from sandbox.workspaces import workspace as workspaces


def create(bank: Bank, app_id: str, order: BasketOrder) -> Basket:
    """Put the app's own payments and consents together; each of them waits for its first yes.

    Raises BasketTooLarge, BasketMixInvalid, BasketMemberClosed, BasketMemberBlocked, PaymentUnknown,
    ConsentUnknown, PsuUnknown, PsuBlocked.
    """
    if len(order.payment_ids) + len(order.consent_ids) > bank.profile.baskets.size_max:
        raise BasketTooLarge(f"A signing basket here has at most {bank.profile.baskets.size_max} entries.")
    # Of two baskets that want the same payment the second one must see the first.
    workspaces.lock(bank.work, bank.workspace_id)
    paying = [payments.get(bank, app_id, one) for one in order.payment_ids]
    reading = [consents.get(bank, app_id, one) for one in order.consent_ids]
    _check_members(bank, paying, reading)
    _check_mix(bank, paying, reading)
    basket = Basket(
        workspace_id=bank.workspace_id,
        id=new_uuid(),
        bank_id=bank.id,
        app_id=app_id,
        tpp_name=order.tpp_name,
        status=BasketStatus.RECEIVED,
        person_id=_psu(bank, order.psu_login, [*paying, *reading]),
        created_at=bank.now,
    )
    bank.work.add(basket)
    bank.work.flush()
    together = [(MemberKind.PAYMENT, one.id) for one in paying]
    together += [(MemberKind.CONSENT, one.id) for one in reading]
    for position, (kind, member_id) in enumerate(together):
        bank.work.add(
            BasketMember(
                workspace_id=bank.workspace_id,
                basket_id=basket.id,
                position=position,
                kind=kind,
                member_id=member_id,
            )
        )
    bank.work.flush()
    return basket


def _check_members(bank: Bank, paying: Sequence[Payment], reading: Sequence[Consent]) -> None:
    """Source: IG 14.11, REFERENCE_STATUS_INVALID and RESOURCE_BLOCKED."""
    for payment in paying:
        if payment.status not in (PaymentStatus.RECEIVED, PaymentStatus.VERIFIED):
            raise BasketMemberClosed(detail=f"{payment.id} is {payment.status}")
    for consent in reading:
        if consent.status != ConsentStatus.RECEIVED:
            raise BasketMemberClosed(detail=f"{consent.id} is {consent.status}")
    for member_id in (*(one.id for one in paying), *(one.id for one in reading)):
        check_free(bank, member_id)


def _check_mix(bank: Bank, paying: Sequence[Payment], reading: Sequence[Consent]) -> None:
    """One page and one code must do for all of it. Source: IG 14.11, REFERENCE_MIX_INVALID."""
    taken = set(bank.profile.baskets.groupings)
    if not paying and not reading:
        raise BasketMixInvalid("There is nothing in it.")
    wanted = {Grouping.ALL} if paying and reading else {Grouping.PAYMENTS if paying else Grouping.CONSENTS}
    if not taken & (wanted | {Grouping.ALL}):
        raise BasketMixInvalid
    if any(one.debtor_account_id is None for one in paying) or any(map(consents.is_choice_of_psu, reading)):
        raise BasketMixInvalid("What leaves a choice of accounts to the PSU is authorised by itself.")
    if sum(one.recurring for one in reading) > 1:
        raise BasketMixInvalid("Of two recurring consents the second would end the first.")
    needed = {payments.signatures_needed(bank, one.debtor_account_id) for one in paying}
    needed |= {1} if reading else set()
    if len(needed) > 1:
        raise BasketMixInvalid("These need different numbers of signatures.")
    if max(needed) > 1 and not bank.profile.baskets.several_signatures:
        raise BasketMixInvalid("What several PSUs have to sign is authorised by itself here.")


def _psu(bank: Bank, login: str | None, together: Sequence[Payment | Consent]) -> str | None:
    """The PSU whom the TPP has named, with the basket or with what is in it."""
    named = {one.person_id for one in together if one.person_id}
    if login:
        named.add(customers.identify(bank, login).person_id)
    if len(named) > 1:
        raise BasketMixInvalid("These are for different PSUs.", detail=", ".join(sorted(named)))
    return next(iter(named), None)


def get(bank: Bank, app_id: str, basket_id: str) -> Basket:
    """The app's own basket, brought up to the moment. Raises BasketUnknown, also for another TPP's."""
    basket = of_subject(bank, basket_id)
    if basket.app_id != app_id:
        raise BasketUnknown(detail=basket_id)
    return basket


def of_subject(bank: Bank, basket_id: str) -> Basket:
    """The basket of that id whoever's it is, for those who know it already. Raises BasketUnknown."""
    basket = bank.work.get(Basket, (bank.workspace_id, basket_id))
    if basket is None or basket.bank_id != bank.id:
        raise BasketUnknown(detail=basket_id)
    if current_status(bank, basket) != basket.status:
        workspaces.lock(bank.work, bank.workspace_id)
        # Whoever held the lock may have signed it: then nothing in it waits either, for a better reason.
        if current_status(bank, basket) != basket.status:
            move(bank, basket, BasketStatus.REJECTED)
    return basket


def current_status(bank: Bank, basket: Basket) -> BasketStatus:
    """The status at this moment: a basket in which nothing waits any more cannot be authorised.

    Source: psd2-api 1.3.11: single transactions may be cancelled by themselves while they are in a basket.
    """
    status = BasketStatus(basket.status)
    if status in OPEN and not any(open_members(bank, basket)):
        return BasketStatus.REJECTED
    return status


def members(bank: Bank, basket: Basket) -> tuple[list[Payment], list[Consent]]:
    """Everything that was put into the basket, each in the order of the TPP."""
    wanted = (
        select(BasketMember)
        .where(BasketMember.workspace_id == bank.workspace_id, BasketMember.basket_id == basket.id)
        .order_by(BasketMember.position)
    )
    found = list(bank.work.scalars(wanted))
    paying = [one.member_id for one in found if one.kind == MemberKind.PAYMENT]
    reading = [one.member_id for one in found if one.kind == MemberKind.CONSENT]
    return (
        [payments.of_subject(bank, one) for one in paying],
        [consents.of_subject(bank, one) for one in reading],
    )


def open_members(bank: Bank, basket: Basket) -> tuple[list[Payment], list[Consent]]:
    """What still waits for a yes: what was cancelled or has run out meanwhile is left behind."""
    paying, reading = members(bank, basket)
    return (
        [one for one in paying if payments.is_open(one)],
        [one for one in reading if ConsentStatus.VALID in consents.following(one)],
    )


def signatures_needed(bank: Bank, basket: Basket) -> int:
    """How many PSUs must say yes; it is the same for all that is in it."""
    paying, _ = members(bank, basket)
    return max((payments.signatures_needed(bank, one.debtor_account_id) for one in paying), default=1)


#: Every step of a payment's authorisation asks this.
_HOLDING = "SELECT basket_id FROM basket_member WHERE workspace_id = ? AND member_id = ?"


def holding(bank: Bank, member_id: str) -> Basket | None:
    """The open basket that holds the payment or the consent, if one does."""
    if not bank.profile.baskets.groupings:
        return None
    key = (bank.workspace_id, member_id)
    for (basket_id,) in bank.work.once("basket_member", key, lambda: bank.work.rows(_HOLDING, key)):
        basket = bank.work.get_one(Basket, (bank.workspace_id, basket_id))
        if basket.status in OPEN:
            return basket
    return None


def check_free(bank: Bank, member_id: str) -> None:
    """Raises BasketMemberBlocked for what is in an open basket."""
    basket = holding(bank, member_id)
    if basket is not None:
        raise BasketMemberBlocked(detail=f"{member_id} is in {basket.id}")


def sign(bank: Bank, basket: Basket) -> None:
    """A PSU has said yes to all of it: it is authorised, or waits for the next signature."""
    paying, _ = members(bank, basket)
    waits = any(one.status == PaymentStatus.PARTIALLY_AUTHORISED for one in paying)
    move(bank, basket, BasketStatus.PARTIALLY_AUTHORISED if waits else BasketStatus.AUTHORISED)


def reject(bank: Bank, basket: Basket) -> None:
    """The PSU said no, failed, or let the time pass."""
    if BasketStatus.REJECTED in TRANSITIONS[BasketStatus(basket.status)]:
        move(bank, basket, BasketStatus.REJECTED)


def cancel(bank: Bank, basket: Basket) -> None:
    """The TPP takes the basket apart; what was in it is as it was before. Raises BasketNotOpen.

    Source: psd2-api 1.3.11, DELETE /v1/signing-baskets/{basketId}: not after a first, partial authorisation.
    """
    move(bank, basket, BasketStatus.CANCELLED)


def move(bank: Bank, basket: Basket, to: BasketStatus) -> None:
    """Change the status, where TRANSITIONS allows it. Raises BasketNotOpen."""
    workspaces.lock(bank.work, bank.workspace_id)
    if to not in TRANSITIONS[BasketStatus(basket.status)]:
        raise BasketNotOpen(detail=f"{basket.id}: {basket.status} to {to}")
    basket.status = to
    bank.work.flush()
    what = (EventKind.BASKET_STATUS, basket.app_id, "basket", basket.id)
    events.record(bank, *what, last=not TRANSITIONS[to], status=to.value)
