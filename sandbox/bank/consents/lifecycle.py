"""The life of a consent, from the order to its end."""

from dataclasses import asdict, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select

from sandbox.bank import customers, events
from sandbox.bank.accounts import AccountRef
from sandbox.bank.bank import Bank
from sandbox.bank.consents import moving
from sandbox.bank.consents.moving import Kind
from sandbox.bank.consents.terms import (
    FOREVER,
    ONE_OFF_MINUTES,
    RENEWABLE_TRANSITIONS,
    TRANSITIONS,
    Access,
    AccessKind,
    Consent,
    ConsentKindUnsupported,
    ConsentOrder,
    ConsentStatus,
    ConsentUnknown,
    FrequencyInvalid,
    Insight,
    OneOffUnsupported,
    Standing,
    ValidUntilPast,
)
from sandbox.bank.events import EventKind
from sandbox.kernel.clock import parse_instant
from sandbox.kernel.db import Work
from sandbox.kernel.ids import new_uuid
from sandbox.workspaces import agenda
from sandbox.workspaces.agenda import Due

#: The word on the agenda for the end of a valid consent.
_EXPIRES = "consent_expires"
#: The word for the announcement of it, which comes so many days before the last one.
_EXPIRING = "consent_expiring"
NOTICE_DAYS = 7
_ORDINARY = Kind("consent", (_EXPIRES, _EXPIRING), TRANSITIONS)
_RENEWABLE = replace(_ORDINARY, transitions=RENEWABLE_TRANSITIONS)


def create(bank: Bank, app_id: str, order: ConsentOrder) -> Consent:
    """Keep the TPP's wish, trimmed to what the bank grants.

    Source: IG 6.3.1, validUntil and frequencyPerDay: the ASPSP may adjust both; one-off means once a day.
    A renewable consent is not trimmed: UK Open Banking Read/Write 4.0, Expiration Date Time.
    Raises ConsentKindUnsupported, OneOffUnsupported, ValidUntilPast, FrequencyInvalid, PsuUnknown,
    PsuBlocked.
    """
    _check(bank, order)
    bank.work.write()
    person_id = customers.identify(bank, order.psu_login).person_id if order.psu_login else None
    rules = bank.profile.consents
    longest = bank.today + timedelta(days=rules.validity_days_max)
    consent = Consent(
        workspace_id=bank.workspace_id,
        id=new_uuid(),
        bank_id=bank.id,
        app_id=app_id,
        tpp_name=order.tpp_name,
        person_id=person_id,
        status=ConsentStatus.RECEIVED,
        access=asdict(order.access),
        recurring=order.recurring,
        valid_until=order.valid_until if order.renewable else min(order.valid_until, longest),
        frequency_per_day=min(order.frequency_per_day, rules.frequency_per_day_max) if order.recurring else 1,
        combined_service=order.combined_service,
        created_at=bank.now,
        last_action_on=bank.today,
        renewable=order.renewable,
        expires_at=order.expires_at,
        moved_at=bank.now,
        terms=None if order.terms is None else dict(order.terms),
    )
    bank.work.add(consent)
    bank.work.flush()
    return consent


def _check(bank: Bank, order: ConsentOrder) -> None:
    rules = bank.profile.consents
    supported = {
        AccessKind.DEDICATED: True,
        AccessKind.BANK_OFFERED: rules.bank_offered,
        AccessKind.AVAILABLE: rules.available_accounts,
        AccessKind.AVAILABLE_WITH_BALANCE: rules.available_accounts,
        AccessKind.ALL_PSD2: rules.all_psd2,
    }
    if not supported[kind_of(order.access)]:
        raise ConsentKindUnsupported(detail=order.access.kind)
    if not order.recurring and not rules.one_off:
        raise OneOffUnsupported
    over = order.expires_at is not None and order.expires_at <= bank.now
    if over or order.valid_until < bank.today:
        raise ValidUntilPast(detail=order.valid_until.isoformat())
    if order.frequency_per_day < 1:
        raise FrequencyInvalid(detail=str(order.frequency_per_day))


def kind_of(access: Access) -> AccessKind:
    """A dedicated access that names no account leaves the choice to the PSU."""
    named = access.accounts or access.balances or access.transactions
    return AccessKind.BANK_OFFERED if access.kind == AccessKind.DEDICATED and not named else access.kind


def access_of(consent: Consent) -> Access:
    """What the TPP asked for."""
    kept: dict[str, Any] = dict(consent.access)
    lists: dict[str, Any] = {
        name: tuple(AccountRef(**one) for one in kept.pop(name))
        for name in ("accounts", "balances", "transactions")
    }
    kind, restricted_to = AccessKind(kept.pop("kind")), tuple(kept.pop("restricted_to"))
    # A consent of an older installation was asked for nothing of that sort.
    insights = tuple(map(Insight, kept.pop("insights", ())))
    return Access(kind=kind, restricted_to=restricted_to, insights=insights, **lists, **kept)


def get(bank: Bank, app_id: str, consent_id: str) -> Consent:
    """The app's own consent, brought up to the moment. Raises ConsentUnknown, also for another TPP's."""
    consent = bank.work.get(Consent, (bank.workspace_id, consent_id))
    if consent is None or consent.bank_id != bank.id or consent.app_id != app_id:
        raise ConsentUnknown(detail=consent_id)
    return settled(bank, consent)


#: Every read of accounts asks this, so it goes straight to the driver.
_STANDING = (
    "SELECT access, person_id, status, recurring, valid_until, frequency_per_day, authorised_at, renewable,"
    " expires_at, terms FROM consent WHERE workspace_id = ? AND id = ? AND bank_id = ? AND app_id = ?"
)


def standing(bank: Bank, app_id: str, consent_id: str) -> Standing:
    """Where the app's own consent stands at this moment. Raises ConsentUnknown, also for another TPP's."""
    found = bank.work.rows(_STANDING, (bank.workspace_id, consent_id, bank.id, app_id))
    if not found:
        raise ConsentUnknown(detail=consent_id)
    row = found[0]
    access, person_id, status, recurring, valid_until, frequency_per_day, authorised_at = row[:7]
    renewable, expires_at, terms = row[7:]
    now = Standing(
        id=consent_id,
        kind=AccessKind(orjson.loads(access)["kind"]),
        person_id=person_id,
        status=status,
        recurring=bool(recurring),
        valid_until=date.fromisoformat(valid_until),
        frequency_per_day=frequency_per_day,
        authorised_at=None if authorised_at is None else parse_instant(authorised_at),
        renewable=bool(renewable),
        expires_at=None if expires_at is None else parse_instant(expires_at),
        terms=None if terms is None else orjson.loads(terms),
    )
    # What has run out since is not written down here: its use is refused, and a refusal leaves no trace.
    return replace(now, status=current_status(bank, now))


def of_subject(bank: Bank, consent_id: str) -> Consent:
    """The consent of that id whoever's it is, for those who know it already. Raises ConsentUnknown."""
    consent = bank.work.get(Consent, (bank.workspace_id, consent_id))
    if consent is None or consent.bank_id != bank.id:
        raise ConsentUnknown(detail=consent_id)
    return settled(bank, consent)


def current_status(bank: Bank, consent: Consent | Standing) -> ConsentStatus:
    """The status at this moment: a consent lasts until the end of its last day where the bank is.

    A one-off consent lasts for ONE_OFF_MINUTES after the PSU's yes.
    """
    status = ConsentStatus(consent.status)
    if ConsentStatus.EXPIRED not in following(consent, status):
        return status
    used_up = (
        status == ConsentStatus.VALID
        and not consent.recurring
        and consent.authorised_at is not None
        and bank.now > consent.authorised_at + timedelta(minutes=ONE_OFF_MINUTES)
    )
    over = consent.expires_at is not None and bank.now >= consent.expires_at
    return ConsentStatus.EXPIRED if used_up or over or bank.today > consent.valid_until else status


def following(consent: Consent | Standing, status: ConsentStatus | None = None) -> frozenset[ConsentStatus]:
    """What may become of the consent from that status on, or from the one that it has."""
    rules = RENEWABLE_TRANSITIONS if consent.renewable else TRANSITIONS
    return rules[ConsentStatus(consent.status) if status is None else status]


def settled(bank: Bank, consent: Consent) -> Consent:
    """The consent with its status as time has made it: what ran out is written down as expired."""
    if current_status(bank, consent) != consent.status:
        move(bank, consent, ConsentStatus.EXPIRED)
    return consent


def move(bank: Bank, consent: Consent, to: ConsentStatus) -> None:
    """Change the status, where its transitions allow it. Raises ConsentNotOpen."""
    if not moving.move(bank, consent, to, _RENEWABLE if consent.renewable else _ORDINARY):
        return
    consent.last_action_on = bank.today
    consent.moved_at = bank.now
    bank.work.flush()
    # What is over shows nothing; a renewable one may begin again, and is watched again then.
    if to not in (ConsentStatus.VALID, ConsentStatus.PARTIALLY_AUTHORISED):
        events.unwatch(bank, consent.id)


def await_expiry(bank: Bank, consent: Consent) -> None:
    """Put the end of a consent that has become valid on the agenda, so that it ends when it ends.

    So is its announcement; what was granted for less than the notice needs none.
    """
    if consent.valid_until == FOREVER:
        return
    tomorrow = consent.valid_until + timedelta(days=1)
    at = consent.expires_at or datetime.combine(tomorrow, time(), ZoneInfo(bank.profile.zone))
    notice_at = at - timedelta(days=NOTICE_DAYS + 1)
    if not consent.recurring:
        at = min(at, bank.now + timedelta(minutes=ONE_OFF_MINUTES, microseconds=1))
    elif notice_at > bank.now:
        agenda.enter(bank.work, bank.workspace_id, Due(notice_at, bank.id, _EXPIRING, consent.id))
    agenda.enter(bank.work, bank.workspace_id, Due(at, bank.id, _EXPIRES, consent.id))


def announce(bank: Bank, consent_id: str) -> None:
    """Say that a consent will soon be over; its app may want to ask the PSU for another one."""
    consent = of_subject(bank, consent_id)
    of = (EventKind.CONSENT_EXPIRING, consent.app_id, "consent", consent.id)
    events.record(bank, *of, valid_until=consent.valid_until.isoformat())


def expire(bank: Bank, consent_id: str) -> None:
    """The last day of a consent is over, or the short life of a one-off one."""
    of_subject(bank, consent_id)


def end(bank: Bank, consent: Consent) -> None:
    """Let it be over as if its last day were, by the tester's hand. Raises ConsentNotOpen."""
    settled(bank, consent)
    move(bank, consent, ConsentStatus.EXPIRED)


def latest_valid(work: Work, workspace_id: str) -> Consent | None:
    """The consent of a world that became valid last, at whichever bank, for the tester."""
    wanted = select(Consent).where(
        Consent.workspace_id == workspace_id, Consent.status == ConsentStatus.VALID.value
    )
    return work.scalars(wanted.order_by(Consent.authorised_at.desc(), Consent.id).limit(1)).first()


def of_world(work: Work, workspace_id: str, consent_id: str) -> Consent:
    """The consent of that id at whichever bank of a world, for the tester. Raises ConsentUnknown."""
    consent = work.get(Consent, (workspace_id, consent_id))
    if consent is None:
        raise ConsentUnknown(detail=consent_id)
    return consent


def delete(bank: Bank, consent: Consent) -> None:
    """The TPP ends the consent. Raises ConsentNotOpen."""
    settled(bank, consent)
    move(bank, consent, ConsentStatus.TERMINATED_BY_TPP)


def revoke(bank: Bank, consent: Consent) -> None:
    """The PSU takes the consent back. Raises ConsentNotOpen."""
    settled(bank, consent)
    move(bank, consent, ConsentStatus.REVOKED_BY_PSU)


def reject(bank: Bank, consent: Consent) -> None:
    """The PSU said no, or failed to prove who they are. A consent past its authorisation stays as it is."""
    if ConsentStatus.REJECTED in following(consent, current_status(bank, consent)):
        move(bank, consent, ConsentStatus.REJECTED)


def of_psu(bank: Bank, person_id: str) -> list[Consent]:
    """The consents that the PSU has once granted here, newest first."""
    wanted = (
        select(Consent)
        .where(
            Consent.workspace_id == bank.workspace_id,
            Consent.bank_id == bank.id,
            Consent.person_id == person_id,
            Consent.authorised_at.is_not(None),
        )
        .order_by(Consent.authorised_at.desc(), Consent.id)
    )
    return [settled(bank, one) for one in list(bank.work.scalars(wanted))]
