"""The life of a consent to the confirmation of funds, from the order to its end."""

from dataclasses import asdict, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from sandbox.bank import accounts, customers
from sandbox.bank.accounts import AccountKind, AccountRef, AccountRow
from sandbox.bank.bank import Bank
from sandbox.bank.consents import TRANSITIONS, ConsentStatus, ConsentUnknown, ValidUntilPast, moving
from sandbox.bank.consents.moving import Kind
from sandbox.bank.funds.terms import CardExpired, FundsConsent, FundsOrder
from sandbox.kernel.ids import new_uuid
from sandbox.workspaces import agenda
from sandbox.workspaces.agenda import Due

#: The word on the agenda for the end of a valid consent: its own, or that of the card that it names.
_EXPIRES = "funds_consent_expires"
_FUNDS = Kind("funds", (_EXPIRES,), TRANSITIONS)
#: Where the standard has the TPP keep the consent for itself: the PSU may say yes once more while it is in
#: force, and the TPP may end whatever there is.
#: Source: UK Open Banking, Confirmation of Funds API Profile 4.0, Consent Re-authentication.
_LASTING = replace(
    _FUNDS,
    transitions={
        **TRANSITIONS,
        ConsentStatus.VALID: TRANSITIONS[ConsentStatus.VALID] | {ConsentStatus.VALID},
        **dict.fromkeys(
            (ConsentStatus.REVOKED_BY_PSU, ConsentStatus.REJECTED, ConsentStatus.EXPIRED),
            frozenset({ConsentStatus.TERMINATED_BY_TPP}),
        ),
    },
)
_DAY = timedelta(days=1)
_ASKED_ABOUT = (AccountKind.CURRENT, AccountKind.SAVINGS)


def create(bank: Bank, app_id: str, order: FundsOrder) -> FundsConsent:
    """Keep the TPP's wish; whose account it is shows with the yes.

    Source: Confirmation of Funds Consent 2.0: in contrast to account information it ends no older consent.
    Raises CardExpired, ValidUntilPast, PsuUnknown, PsuBlocked.
    """
    if order.expires_at is not None and order.expires_at <= bank.now:
        raise ValidUntilPast(detail=order.expires_at.isoformat())
    if order.card_expires_on is not None and order.card_expires_on < bank.today:
        raise CardExpired(detail=order.card_expires_on.isoformat())
    bank.work.write()
    person_id = customers.identify(bank, order.psu_login).person_id if order.psu_login else None
    consent = FundsConsent(
        workspace_id=bank.workspace_id,
        id=new_uuid(),
        bank_id=bank.id,
        app_id=app_id,
        tpp_name=order.tpp_name,
        person_id=person_id,
        status=ConsentStatus.RECEIVED,
        account=asdict(order.account),
        card_number=order.card_number,
        card_expires_on=order.card_expires_on,
        card_information=order.card_information,
        registration_information=order.registration_information,
        created_at=bank.now,
        moved_at=bank.now,
        expires_at=order.expires_at,
        terms=None if order.terms is None else dict(order.terms),
    )
    bank.work.add(consent)
    bank.work.flush()
    return consent


def account_of(consent: FundsConsent) -> AccountRef:
    """The account as the TPP named it."""
    return AccountRef(**consent.account)


def get(bank: Bank, app_id: str, consent_id: str) -> FundsConsent:
    """The app's own consent, brought up to the moment. Raises ConsentUnknown, also for another TPP's."""
    consent = of_subject(bank, consent_id)
    if consent.app_id != app_id:
        raise ConsentUnknown(detail=consent_id)
    return consent


def of_subject(bank: Bank, consent_id: str) -> FundsConsent:
    """The consent of that id whoever's it is, for those who know it already. Raises ConsentUnknown."""
    consent = bank.work.get(FundsConsent, (bank.workspace_id, consent_id))
    if consent is None or consent.bank_id != bank.id:
        raise ConsentUnknown(detail=consent_id)
    return _settled(bank, consent)


def of_psu(bank: Bank, person_id: str) -> list[FundsConsent]:
    """The consents that the PSU has once granted here, newest first."""
    wanted = (
        select(FundsConsent)
        .where(
            FundsConsent.workspace_id == bank.workspace_id,
            FundsConsent.bank_id == bank.id,
            FundsConsent.person_id == person_id,
            FundsConsent.authorised_at.is_not(None),
        )
        .order_by(FundsConsent.authorised_at.desc(), FundsConsent.id)
    )
    return [_settled(bank, one) for one in list(bank.work.scalars(wanted))]


def current_status(bank: Bank, consent: FundsConsent) -> ConsentStatus:
    """The status at this moment: it lasts until taken back, or to its own end, or to that of its card."""
    status = ConsentStatus(consent.status)
    may_expire = ConsentStatus.EXPIRED in following(consent, status)
    outlived = consent.card_expires_on is not None and bank.today > consent.card_expires_on
    outlived = outlived or (consent.expires_at is not None and bank.now >= consent.expires_at)
    return ConsentStatus.EXPIRED if outlived and may_expire else status


def following(consent: FundsConsent, status: ConsentStatus) -> frozenset[ConsentStatus]:
    """What a consent of that status may become."""
    return _kind(consent).transitions[status]


def _kind(consent: FundsConsent) -> Kind:
    """A dialect that keeps terms of its own with a consent has the TPP keep the consent, too."""
    return _FUNDS if consent.terms is None else _LASTING


def _settled(bank: Bank, consent: FundsConsent) -> FundsConsent:
    if current_status(bank, consent) != consent.status:
        move(bank, consent, ConsentStatus.EXPIRED)
    return consent


def move(bank: Bank, consent: FundsConsent, to: ConsentStatus) -> None:
    """Change the status, where its transitions allow it. Raises ConsentNotOpen."""
    if moving.move(bank, consent, to, _kind(consent)):
        consent.moved_at = bank.now
        bank.work.flush()


def offered(bank: Bank, consent: FundsConsent, person_id: str) -> list[AccountRow]:
    """The PSU's account that the consent is about: none, where the TPP named somebody else's.

    Of a multi-currency account without a currency it is the sub-account in the bank's own currency.
    """
    named = account_of(consent)
    mine = [one for one in accounts.of_customer(bank, person_id) if one.kind in _ASKED_ABOUT]
    found = [one for one in mine if named.means(one)]
    return sorted(found, key=lambda one: one.currency != bank.profile.currency)[:1]


def authorise(bank: Bank, consent: FundsConsent, person_id: str, account_id: str) -> None:
    """The PSU's yes is final: from here on the app may ask. It may be given again. Raises ConsentNotOpen."""
    _settled(bank, consent)
    move(bank, consent, ConsentStatus.VALID)
    consent.person_id, consent.account_id, consent.authorised_at = person_id, account_id, bank.now
    bank.work.flush()
    over = _end(bank, consent)
    if over is not None:
        agenda.enter(bank.work, bank.workspace_id, Due(over, bank.id, _EXPIRES, consent.id))


def _end(bank: Bank, consent: FundsConsent) -> datetime | None:
    """When it ends by itself: by its own terms, or with the last day of its card; None where it lasts."""
    ends = [] if consent.expires_at is None else [consent.expires_at]
    if consent.card_expires_on is not None:
        ends.append(datetime.combine(consent.card_expires_on, time(), ZoneInfo(bank.profile.zone)) + _DAY)
    return min(ends, default=None)


def expire(bank: Bank, consent_id: str) -> None:
    """A consent has come to its end: its own, or that of the last day of the card that it names."""
    of_subject(bank, consent_id)


def reject(bank: Bank, consent: FundsConsent) -> None:
    """The PSU said no, or failed to prove who they are. A consent past its authorisation stays as it is."""
    if ConsentStatus.REJECTED in following(consent, current_status(bank, consent)):
        move(bank, consent, ConsentStatus.REJECTED)


def delete(bank: Bank, consent: FundsConsent) -> None:
    """The TPP ends the consent. Raises ConsentNotOpen."""
    _settled(bank, consent)
    move(bank, consent, ConsentStatus.TERMINATED_BY_TPP)


def revoke(bank: Bank, consent: FundsConsent) -> None:
    """The PSU takes the consent back. Raises ConsentNotOpen."""
    _settled(bank, consent)
    move(bank, consent, ConsentStatus.REVOKED_BY_PSU)
