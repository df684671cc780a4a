"""Confirming: yes or no to the question whether an amount is there. Nothing is reserved for it."""

from sqlalchemy import select

from sandbox.bank import accounts
from sandbox.bank.accounts import AccountKind, AccountRef, AccountRow, AccountStatus, AccountUnknown
from sandbox.bank.bank import Bank
from sandbox.bank.consents import ConsentStatus
from sandbox.bank.funds import lifecycle
from sandbox.bank.funds.terms import (
    CardInvalid,
    FundsAmountInvalid,
    FundsAnswer,
    FundsConsent,
    FundsConsentExpired,
    FundsConsentNotValid,
    FundsNotActivated,
    FundsQuestion,
)
from sandbox.bank.profile import FundsActivation
from sandbox.kernel import rates
from sandbox.kernel.ids import new_ordered_uuid

#: So many answers a PSU is shown.
_SHOWN_MAX = 50


def confirm(bank: Bank, app_id: str, question: FundsQuestion) -> bool:
    """Whether the amount may be spent from the account now; never from a blocked or closed one.

    The answer is yes or no and no balance, and the payer may read who got it. Source: PSD2, Article 65(3) and
    (5); IG 1.3.8, section 10.
    Raises FundsAmountInvalid, ConsentUnknown, FundsConsentNotValid, FundsConsentExpired, FundsNotActivated,
    CardInvalid, AccountUnknown.
    """
    if question.amount.minor <= 0 or question.amount.currency not in rates.known():
        raise FundsAmountInvalid(detail=f"{question.amount.minor} {question.amount.currency}")
    bank.work.write()
    account = _account(bank, app_id, question)
    available = _is_there(bank, account, question)
    bank.work.add(
        FundsAnswer(
            workspace_id=bank.workspace_id,
            account_id=account.id,
            id=new_ordered_uuid(),
            app_id=app_id,
            tpp_name=question.tpp_name,
            amount_minor=question.amount.minor,
            currency=question.amount.currency,
            available=available,
            at=bank.now,
        )
    )
    bank.work.flush()
    return available


def answers(bank: Bank, person_id: str) -> list[FundsAnswer]:
    """What was last answered about the PSU's accounts here, newest first, for the PSU to read."""
    mine = [one.id for one in accounts.of_customer(bank, person_id)]
    wanted = (
        select(FundsAnswer)
        .where(FundsAnswer.workspace_id == bank.workspace_id, FundsAnswer.account_id.in_(mine))
        .order_by(FundsAnswer.at.desc(), FundsAnswer.id.desc())
        .limit(_SHOWN_MAX)
    )
    return list(bank.work.scalars(wanted))


def _is_there(bank: Bank, account: AccountRow, question: FundsQuestion) -> bool:
    if account.status != AccountStatus.ENABLED:
        return False
    bank.people.move_in(bank, accounts.holders(bank, account.id)[0].person_id)
    wanted = rates.exchanged(question.amount, account.currency, bank.today)
    return accounts.available_minor(bank, account) >= wanted.minor


def _account(bank: Bank, app_id: str, question: FundsQuestion) -> AccountRow:
    """The account that is asked about, once the PSU has let this app ask."""
    activation = bank.profile.funds.activation
    if question.consent_id is not None and activation is not FundsActivation.NONE:
        consent = _named(bank, lifecycle.get(bank, app_id, question.consent_id), question)
    elif activation is FundsActivation.CONSENT:
        # Whether there is a consent that was not named is nothing to tell apart.
        raise FundsNotActivated("This bank confirms funds by a Consent-ID only.")
    elif activation is FundsActivation.ACCOUNT:
        consent = _unnamed(bank, app_id, question)
    else:
        return _known(bank, question.account)
    return accounts.get(bank, consent.account_id or "")


def _named(bank: Bank, consent: FundsConsent, question: FundsQuestion) -> FundsConsent:
    if consent.status == ConsentStatus.EXPIRED:
        raise FundsConsentExpired(detail=consent.id)
    if consent.status != ConsentStatus.VALID or not _covers(bank, consent, question.account):
        raise FundsConsentNotValid(detail=f"{consent.id} is {consent.status}")
    _check_card(bank, [consent], question)
    return consent


def _unnamed(bank: Bank, app_id: str, question: FundsQuestion) -> FundsConsent:
    """The latest consent of the app that is in force for the account."""
    wanted = (
        select(FundsConsent)
        .where(
            FundsConsent.workspace_id == bank.workspace_id,
            FundsConsent.bank_id == bank.id,
            FundsConsent.app_id == app_id,
            FundsConsent.status == ConsentStatus.VALID,
        )
        .order_by(FundsConsent.authorised_at.desc(), FundsConsent.id)
    )
    found = [
        one
        for one in bank.work.scalars(wanted)
        if lifecycle.current_status(bank, one) == ConsentStatus.VALID and _covers(bank, one, question.account)
    ]
    if not found:
        raise FundsNotActivated(detail=f"{question.account} for {app_id}")
    return _check_card(bank, found, question)


def _covers(bank: Bank, consent: FundsConsent, asked: AccountRef) -> bool:
    return consent.account_id is not None and asked.means(accounts.get(bank, consent.account_id))


def _check_card(bank: Bank, found: list[FundsConsent], question: FundsQuestion) -> FundsConsent:
    """Of these consents the one for the card, where the bank looks at cards and the TPP names one."""
    if question.card_number is None or not bank.profile.funds.card_number:
        return found[0]
    fitting = [one for one in found if one.card_number in (None, question.card_number)]
    if not fitting:
        raise CardInvalid(detail=f"not the card of {found[0].id}")
    return fitting[0]


def _known(bank: Bank, asked: AccountRef) -> AccountRow:
    """An account of this bank, its owner moved in. Raises AccountUnknown."""
    if asked.iban:
        there = bank.people.keeper(bank, asked.iban.replace(" ", "").upper())
        if there is None or there.id != bank.id:
            raise AccountUnknown(detail=asked.iban)
    account = accounts.by_number(bank, asked)
    if account is None or account.kind not in (AccountKind.CURRENT, AccountKind.SAVINGS):
        raise AccountUnknown(detail=repr(asked))
    return account
