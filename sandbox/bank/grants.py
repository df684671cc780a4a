"""Grants: a consent in use, how often a day, and how far back. Source: NextGenPSD2 IG 1.3.8, section 6."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKeyConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank import consents
from sandbox.bank.accounts import AccountRow, AccountUnknown
from sandbox.bank.bank import Bank
from sandbox.bank.consents import AccessKind, ConsentStatus, GrantedAccount, Standing
from sandbox.bank.profile import Counting
from sandbox.kernel import months
from sandbox.kernel.db import Base, Day
from sandbox.kernel.errors import Refusal

#: The certain time interval that counts as one access; the data dictionary leaves its length to the bank.
SLOT_MINUTES = 20


class ConsentInvalid(Refusal):
    """The consent is not one that may be used: not authorised yet, or rejected."""

    text = "The consent is not valid."


class ConsentRevoked(Refusal):
    """The PSU has taken the consent back, at the bank."""

    text = "The consent has been revoked by the PSU."


class ConsentTerminated(Refusal):
    """The TPP has ended the consent itself."""

    text = "The consent has been ended by the TPP."


class ConsentExpired(Refusal):
    """The consent has run out, or a newer one has taken its place."""

    text = "The consent has expired."


class AccessNotGranted(Refusal):
    """The PSU granted the account, but not this of it."""

    text = "The consent does not cover this kind of access to the account."


class AccessExceeded(Refusal):
    """The daily accesses without the PSU are used up. `resets_at` is None where they never come back."""

    text = "The consent has been used as often as it allows."

    def __init__(self, resets_at: datetime | None = None) -> None:
        self.resets_at = resets_at
        super().__init__(detail=f"resets at {resets_at}")


class ConsentAccess(Base):
    """How often a consent was used on a day. `slot` is the last time slot that was counted."""

    __tablename__ = "consent_access"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "consent_id"], ["consent.workspace_id", "consent.id"]),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    consent_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    day: Mapped[date] = mapped_column(Day, primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(200), primary_key=True)
    resource: Mapped[str] = mapped_column(String(120), primary_key=True)
    count: Mapped[int]
    slot: Mapped[int | None]


#: Why a consent that was good once may not be used any more.
_OVER: Mapping[ConsentStatus, type[Refusal]] = {
    ConsentStatus.EXPIRED: ConsentExpired,
    ConsentStatus.REVOKED_BY_PSU: ConsentRevoked,
    ConsentStatus.TERMINATED_BY_TPP: ConsentTerminated,
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A consent that may be used here and now. `accounts` are in the bank's order.

    `terms` are what its standard keeps with it.
    """

    consent_id: str
    kind: AccessKind
    person_id: str
    accounts: Mapping[str, GrantedAccount]
    recurring: bool
    fresh: bool
    psu_present: bool
    authorised_at: datetime
    terms: Mapping[str, Any] | None


def open_grant(
    bank: Bank,
    app_id: str,
    consent_id: str,
    *,
    endpoint: str,
    psu_present: bool,
    resource: str = "",
    continuation: bool = False,
) -> Grant:
    """Use a consent: count the access, and see that the books are grown up to now.

    `continuation` is a further page of a list, which is part of the access that its first page was.
    Raises ConsentUnknown, ConsentInvalid, ConsentRevoked, ConsentTerminated, ConsentExpired, AccessExceeded.
    """
    consent = consents.standing(bank, app_id, consent_id)
    over = _OVER.get(ConsentStatus(consent.status))
    if over is not None:
        raise over(detail=consent_id)
    if consent.status != ConsentStatus.VALID or consent.person_id is None or consent.authorised_at is None:
        raise ConsentInvalid(detail=f"{consent_id} is {consent.status}")
    # Growing takes the world's lock, which comes before the lock of the counter's row.
    bank.people.move_in(bank, consent.person_id)
    if not continuation:
        _count(bank, consent, endpoint, resource, psu_present)
    fresh_until = consent.authorised_at + timedelta(minutes=bank.profile.statements.fresh_sca_minutes)
    return Grant(
        consent_id=consent.id,
        kind=consent.kind,
        person_id=consent.person_id,
        accounts={one.account.id: one for one in consents.granted(bank, consent)},
        recurring=consent.recurring,
        fresh=bank.now < fresh_until,
        psu_present=psu_present,
        authorised_at=consent.authorised_at,
        terms=consent.terms,
    )


def account(
    grant: Grant, account_id: str, *, balances: bool = False, transactions: bool = False
) -> AccountRow:
    """An account of the grant, for what is wanted of it. Raises AccountUnknown, AccessNotGranted."""
    found = grant.accounts.get(account_id)
    if found is None:
        raise AccountUnknown(detail=account_id)
    if (balances and not found.balances) or (transactions and not found.transactions):
        raise AccessNotGranted(detail=account_id)
    return found.account


def history_start(bank: Bank, grant: Grant) -> date:
    """The first day that may be read: the archive's, or a later one without a fresh SCA (RTS Art. 10)."""
    rules = bank.profile.statements
    oldest = months.shifted(bank.today, -rules.history_months)
    if rules.history_days_unattended is None or grant.fresh:
        return oldest
    return max(oldest, bank.today - timedelta(days=rules.history_days_unattended))


_USE = text(
    """
    INSERT INTO consent_access (workspace_id, consent_id, day, endpoint, resource, count, slot)
    VALUES (:workspace_id, :consent_id, :day, :endpoint, :resource, 1, CAST(:slot AS INTEGER))
    ON CONFLICT (workspace_id, consent_id, day, endpoint, resource) DO UPDATE SET
        count = consent_access.count + CASE WHEN consent_access.slot = excluded.slot THEN 0 ELSE 1 END,
        slot = excluded.slot
    WHERE consent_access.slot = excluded.slot OR consent_access.count < :most
    RETURNING count
    """
)


def _count(bank: Bank, consent: Standing, endpoint: str, resource: str, psu_present: bool) -> None:
    """Use up one access in one statement, so that no two calls get the last one.

    Source: openFinance data dictionary 2.3.1, countingOfAisRequests; IG 6.3.1.1 (frequencyPerDay is without
    the PSU). A one-off consent is good for one access per resource, whether the PSU is there or not.
    """
    counting = bank.profile.consents.counting
    if not consent.recurring:
        # One row for the whole life of the consent, under the day of the yes.
        day = consent.authorised_at.astimezone(ZoneInfo(bank.profile.zone)).date()  # type: ignore[union-attr]
        _use(bank, consent, day, (endpoint, resource, None), None)
    elif not psu_present and counting != Counting.NONE:
        here = bank.now.astimezone(ZoneInfo(bank.profile.zone))
        slot = (here.hour * 60 + here.minute) // SLOT_MINUTES
        unit = ("*", "", slot) if counting == Counting.TIMESLOT else (endpoint, resource, None)
        _use(bank, consent, bank.today, unit, _midnight_after(bank))


def _use(
    bank: Bank,
    consent: Standing,
    day: date,
    unit: tuple[str, str, int | None],
    resets_at: datetime | None,
) -> None:
    endpoint, resource, slot = unit
    most, consent_id = consent.frequency_per_day, consent.id
    bank.work.write()
    used = bank.work.execute(
        _USE,
        {
            "workspace_id": bank.workspace_id,
            "consent_id": consent_id,
            "day": day.isoformat(),
            "endpoint": endpoint,
            "resource": resource,
            "slot": slot,
            "most": most,
        },
    ).first()
    if used is None:
        raise AccessExceeded(resets_at)


def _midnight_after(bank: Bank) -> datetime:
    tomorrow = bank.today + timedelta(days=1)
    return datetime.combine(tomorrow, time(), ZoneInfo(bank.profile.zone)).astimezone(UTC)
