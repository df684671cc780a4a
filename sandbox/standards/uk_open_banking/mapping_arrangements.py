"""Whom a customer pays, and what is set up to be paid, in the words of this standard.

Source: OBBeneficiary5, OBDirectDebit2, OBStandingOrder6, OBScheduledPayment3, of 3.1.11 and 4.0.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.bank.accounts import AccountRef
from sandbox.bank.arrangements import Beneficiary, DirectDebit, Paid, ScheduledPayment, StandingOrder
from sandbox.bank.payments import Frequency, Schedule
from sandbox.standards.uk_open_banking import numbers, walltime
from sandbox.standards.uk_open_banking.mapping import amount
from sandbox.standards.uk_open_banking.versions import V3, Version, Word

#: How often a creditor collects. Source: OBExternalDirectDebitFrequency1Code of 3.1; OBFrequency6Code of 4.0.
FREQUENCY: Mapping[Frequency, Word] = {
    Frequency.DAILY: Word("UK.OBIE.Daily", "DAIL"),
    Frequency.WEEKLY: Word("UK.OBIE.Weekly", "WEEK"),
    Frequency.EVERY_TWO_WEEKS: Word("UK.OBIE.Fortnightly", "FRTN"),
    Frequency.MONTHLY: Word("UK.OBIE.Monthly", "MNTH"),
    Frequency.EVERY_TWO_MONTHS: Word("UK.OBIE.NotKnown", "ALMH"),
    Frequency.QUARTERLY: Word("UK.OBIE.Quarterly", "QURT"),
    Frequency.SEMI_ANNUAL: Word("UK.OBIE.HalfYearly", "MIAN"),
    Frequency.ANNUAL: Word("UK.OBIE.Annual", "YEAR"),
    Frequency.MONTHLY_VARIABLE: Word("UK.OBIE.NotKnown", "ADHO"),
}
_AS_IT_COMES = Word("UK.OBIE.NotKnown", "ADHO")
#: So many months lie between two runs. Source: OBStandingOrder6 of 3.1, Frequency, IntrvlMnthDay.
_MONTHS = {
    Frequency.MONTHLY: 1,
    Frequency.EVERY_TWO_MONTHS: 2,
    Frequency.QUARTERLY: 3,
    Frequency.SEMI_ANNUAL: 6,
    Frequency.ANNUAL: 12,
}
_WEEKS = {Frequency.WEEKLY: 1, Frequency.EVERY_TWO_WEEKS: 2}
_LAST_DAY = 31
_ACTIVE = Word("Active", "ACTV")
_NAME_MAX, _LONG_NAME_MAX, _REFERENCE_MAX, _TEXT_MAX = 70, 350, 35, 140

Body = dict[str, Any]


def beneficiary(one: Beneficiary, *, detail: bool) -> Body:
    """An `OBBeneficiary5`."""
    body: Body = {
        "AccountId": one.account_id,
        "BeneficiaryId": one.id,
        "BeneficiaryType": "Trusted" if one.trusted else "Ordinary",
    }
    if one.reference:
        body["Reference"] = one.reference[:_REFERENCE_MAX]
    return {**body, **(_creditor(one.name, one.account, one.bic) if detail else {})}


def direct_debit(version: Version, one: DirectDebit) -> Body:
    """An `OBDirectDebit2`."""
    often = version.say(FREQUENCY[one.frequency] if one.frequency else _AS_IT_COMES)
    body: Body = {
        "AccountId": one.account_id,
        "DirectDebitId": one.id,
        "DirectDebitStatusCode": version.say(_ACTIVE),
        "Name": one.creditor_name[:_NAME_MAX],
    }
    mandate = one.mandate_id[:_REFERENCE_MAX]
    if version is V3:
        body |= {"MandateIdentification": mandate, "Frequency": often}
    else:
        body["MandateRelatedInformation"] = {
            "MandateIdentification": mandate,
            "Frequency": {"Type": often},
        }
    return body | _paid("Previous", one.last)


def standing_order(version: Version, one: StandingOrder, *, detail: bool) -> Body:
    """An `OBStandingOrder6`."""
    body: Body = {
        "AccountId": one.account_id,
        "StandingOrderId": one.id,
        "NextPaymentDateTime": walltime.begin_of(one.next_on),
        "StandingOrderStatusCode": version.say(_ACTIVE),
        "NextPaymentAmount": amount(one.amount.minor, one.amount.currency),
        **_paid("Last", one.last),
        **(_order_of_3(one) if version is V3 else _order_of_4(one)),
    }
    return {**body, **(_creditor(one.creditor_name, one.creditor, one.creditor_bic) if detail else {})}


def scheduled_payment(one: ScheduledPayment, *, detail: bool) -> Body:
    """An `OBScheduledPayment3`."""
    body: Body = {
        "AccountId": one.account_id,
        "ScheduledPaymentId": one.id,
        "ScheduledPaymentDateTime": walltime.begin_of(one.due_on),
        "ScheduledType": "Execution",
        "InstructedAmount": amount(one.amount.minor, one.amount.currency),
    }
    reference = one.reference or one.remittance
    if reference:
        body["Reference"] = reference[:_REFERENCE_MAX]
    return {**body, **(_creditor(one.creditor_name, one.creditor, one.creditor_bic) if detail else {})}


def _order_of_3(one: StandingOrder) -> Body:
    reference = one.reference or one.remittance
    body: Body = {
        "Frequency": _frequency_of_3(one.schedule),
        "FirstPaymentDateTime": walltime.begin_of(one.schedule.start_on),
    }
    if one.schedule.end_on:
        body["FinalPaymentDateTime"] = walltime.begin_of(one.schedule.end_on)
    if reference:
        body["Reference"] = reference[:_REFERENCE_MAX]
    return body


def _order_of_4(one: StandingOrder) -> Body:
    schedule = one.schedule
    often: Body = {"Type": FREQUENCY[schedule.frequency].v4}
    if schedule.frequency in _MONTHS:
        # OBMandateRelatedInformation1: either CountPerPeriod or PointInTime, never both.
        often["PointInTime"] = f"{schedule.day or schedule.start_on.day:02}"
    mandate: Body = {"FirstPaymentDateTime": walltime.begin_of(schedule.start_on), "Frequency": often}
    if schedule.end_on:
        mandate["FinalPaymentDateTime"] = walltime.begin_of(schedule.end_on)
    body: Body = {"MandateRelatedInformation": mandate}
    told: Body = {}
    if one.reference:
        told["Structured"] = [{"CreditorReferenceInformation": {"Reference": one.reference[:_REFERENCE_MAX]}}]
    if one.remittance:
        told["Unstructured"] = [one.remittance[:_TEXT_MAX]]
    return {**body, **({"RemittanceInformation": told} if told else {})}


def _frequency_of_3(schedule: Schedule) -> str:
    """The text that 3.1 has for a rhythm; NotKnown where it has none."""
    if schedule.frequency is Frequency.DAILY:
        return "EvryDay"
    if schedule.frequency in _WEEKS:
        return f"IntrvlWkDay:{_WEEKS[schedule.frequency]:02}:{schedule.start_on.isoweekday():02}"
    if schedule.frequency in _MONTHS:
        day = schedule.day or schedule.start_on.day
        # The last day of a month is told from its end.
        said = "-01" if day == _LAST_DAY else f"{day:02}"
        return f"IntrvlMnthDay:{_MONTHS[schedule.frequency]:02}:{said}"
    return "NotKnown"


def _paid(which: str, paid: Paid | None) -> Body:
    if paid is None:
        return {}
    return {
        f"{which}PaymentDateTime": walltime.begin_of(paid.booked_on),
        f"{which}PaymentAmount": amount(paid.amount.minor, paid.amount.currency),
    }


def _creditor(name: str, account: AccountRef, bic: str | None) -> Body:
    """Who is paid, which takes the permission for detail."""
    number = account.iban or account.bban or account.other
    body: Body = {}
    if bic:
        body["CreditorAgent"] = {"SchemeName": numbers.BIC, "Identification": bic}
    if number:
        body["CreditorAccount"] = {**numbers.of_other(number), "Name": name[:_LONG_NAME_MAX]}
    return body
