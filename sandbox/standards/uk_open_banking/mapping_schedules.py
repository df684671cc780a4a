"""The rhythm of a standing order: the texts of 3.1 and the codes of 4.0, as the bank's schedule.

Source: Read/Write 3.1.11, OBDomesticStandingOrder3, Frequency; 4.0, OBMandateRelatedInformation1; the code
sets, OBFrequency6Code.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sandbox.bank import payments
from sandbox.bank.payments import Frequency, Schedule
from sandbox.standards.uk_open_banking import walltime
from sandbox.standards.uk_open_banking.errors import Fault, FieldInvalid
from sandbox.standards.uk_open_banking.versions import V3, Version

_AT = "Data.Initiation"
_LAST_DAY = 31
_WEEKS = {1: Frequency.WEEKLY, 2: Frequency.EVERY_TWO_WEEKS}
_MONTHS = {
    1: Frequency.MONTHLY,
    2: Frequency.EVERY_TWO_MONTHS,
    3: Frequency.QUARTERLY,
    6: Frequency.SEMI_ANNUAL,
    12: Frequency.ANNUAL,
}
#: What the bank keeps of the codes of 4.0; a daily order is carried out on bank days.
_CODES = {
    "DAIL": Frequency.DAILY,
    "WODL": Frequency.DAILY,
    "WEEK": Frequency.WEEKLY,
    "FRTN": Frequency.EVERY_TWO_WEEKS,
    "MNTH": Frequency.MONTHLY,
    "TWMH": Frequency.EVERY_TWO_MONTHS,
    "ALMH": Frequency.EVERY_TWO_MONTHS,
    "QURT": Frequency.QUARTERLY,
    "MIAN": Frequency.SEMI_ANNUAL,
    "YEAR": Frequency.ANNUAL,
}
_BY_WEEKS = re.compile(r"IntrvlWkDay:(0[1-9]):0([1-7])")
_BY_MONTHS = re.compile(r"IntrvlMnthDay:(0[1-6]|12|24):(-01|0[1-9]|[12][0-9]|3[01])")
_COUNT_MAX = 999

Body = Mapping[str, Any]


def schedule(version: Version, initiation: Body) -> Schedule:
    """When a standing order runs. Raises FieldInvalid."""
    if version is V3:
        often, path = initiation, _AT
        found = _of_text(initiation["Frequency"], _first(initiation, _AT), f"{_AT}.Frequency")
    else:
        often, path = initiation["MandateRelatedInformation"], f"{_AT}.MandateRelatedInformation"
        found = _of_code(often["Frequency"], _first(often, path), f"{path}.Frequency")
    return _ended(found, initiation, often, path)


def _first(often: Body, path: str) -> date:
    if "FirstPaymentDateTime" not in often:
        text = "The bank wants to know when the first payment is."
        raise FieldInvalid(Fault(text, f"{path}.FirstPaymentDateTime", "U001"))
    return walltime.read(often["FirstPaymentDateTime"]).date()


def _of_text(text: str, first: date, path: str) -> Schedule:
    if text in ("EvryDay", "EvryWorkgDay"):
        return Schedule(first, Frequency.DAILY)
    weeks, months = _BY_WEEKS.fullmatch(text), _BY_MONTHS.fullmatch(text)
    if weeks and int(weeks[1]) in _WEEKS:
        _check(first.isoweekday() == int(weeks[2]), path)
        return Schedule(first, _WEEKS[int(weeks[1])])
    if months and int(months[1]) in _MONTHS:
        day = _LAST_DAY if months[2] == "-01" else int(months[2])
        _check(first.day == min(day, monthrange(first.year, first.month)[1]), path)
        return Schedule(first, _MONTHS[int(months[1])], day=day)
    raise _unsupported(path)


def _of_code(often: Body, first: date, path: str) -> Schedule:
    if "CountPerPeriod" in often and "PointInTime" in often:
        text = "CountPerPeriod and PointInTime do not go together."
        raise FieldInvalid(Fault(text, f"{path}.PointInTime", "U005"))
    if often.get("CountPerPeriod", 1) != 1:
        raise _unsupported(f"{path}.CountPerPeriod")
    frequency = _CODES.get(often["Type"])
    if frequency is None:
        return _of_text(often["Type"], first, f"{path}.Type")
    if "PointInTime" not in often:
        return Schedule(first, frequency)
    point, at = int(often["PointInTime"]), f"{path}.PointInTime"
    if frequency in _WEEKS.values():
        _check(first.isoweekday() == point, at)
        return Schedule(first, frequency)
    if frequency is Frequency.DAILY or not 1 <= point <= _LAST_DAY:
        raise _unsupported(at)
    _check(first.day == min(point, monthrange(first.year, first.month)[1]), at)
    return Schedule(first, frequency, day=point)


def _ended(found: Schedule, initiation: Body, often: Body, path: str) -> Schedule:
    """The schedule with its end: a day, or so many payments."""
    final, count = often.get("FinalPaymentDateTime"), initiation.get("NumberOfPayments")
    if final is not None and count is not None:
        text = "A standing order ends on a day or after so many payments, not both."
        raise FieldInvalid(Fault(text, f"{_AT}.NumberOfPayments", "U005"))
    if count is not None:
        if not (count.isascii() and count.isdigit() and 1 <= int(count) <= _COUNT_MAX):
            text = f"A number of payments from 1 to {_COUNT_MAX} is expected."
            raise FieldInvalid(Fault(text, f"{_AT}.NumberOfPayments", "U002"))
        found = replace(found, end_on=payments.planned_day(found, int(count)))
    elif final is not None:
        end_on = walltime.read(final).date()
        if end_on < found.start_on:
            text = "The final payment comes before the first one."
            raise FieldInvalid(Fault(text, f"{path}.FinalPaymentDateTime", "U003"))
        found = replace(found, end_on=end_on)
    _check_second(found, often, path)
    return found


def _check_second(found: Schedule, often: Body, path: str) -> None:
    """The recurring payments begin where the rhythm has them: there is no other gap after the first."""
    text = often.get("RecurringPaymentDateTime")
    if text is not None and walltime.read(text).date() != payments.planned_day(found, 2):
        said = "The second payment comes by the frequency, and this is another day."
        raise FieldInvalid(Fault(said, f"{path}.RecurringPaymentDateTime", "U003"))


def _check(fits: bool, path: str) -> None:
    if not fits:
        raise FieldInvalid(Fault("The first payment is on another day than the frequency has.", path, "U003"))


def _unsupported(path: str) -> FieldInvalid:
    return FieldInvalid(Fault("This bank keeps no standing orders of that rhythm.", path, "U025"))
