"""A payment in plain words: how much, to whom, when and how often, from where, and what it costs."""

from collections.abc import Sequence
from datetime import date

from sandbox.bank import accounts, customers, payments
from sandbox.bank.accounts import AccountRef
from sandbox.bank.bank import Bank
from sandbox.bank.payments import CreditTransfer, Frequency, Payment, PaymentStatus, Schedule
from sandbox.bank.profile import Service
from sandbox.kernel import iban
from sandbox.online_banking import payees
from sandbox.online_banking.rows import Line, Row
from sandbox.online_banking.words import Words

#: So many creditors of a bulk are shown at once; the others are folded away.
_SHOWN_MAX = 3
_LAST_DAY = 31
_DIGITS_SHOWN = 4
_GROUP = 4


def headline(bank: Bank, payment: Payment, words: Words) -> str:
    """What it comes to, in one line: how much and to whom."""
    asked = payments.asked(bank, payment)
    if payment.service == Service.BULK:
        return words.say("headline_bulk", count=words.count("bulk", len(asked)), amount=total(asked, words))
    return words.say("headline_payment", amount=total(asked, words), name=asked[0].creditor_name)


def rows(bank: Bank, payment: Payment, words: Words, *, known: bool, by_app: bool = False) -> list[Row]:
    """Everything that the PSU says yes to. Who has signed is said to whoever is `known` alone.

    `by_app`: after the yes it is the app that has it carried out.
    """
    asked = payments.asked(bank, payment)
    count = words.count("bulk", len(asked)) if payment.service == Service.BULK else ""
    return [
        Row("amount", words.say("asks_amount"), [Line(total(asked, words), count)]),
        _creditors(bank, asked, words),
        *payees.rows(asked, words),
        *_times(bank, payment, words, by_app=by_app),
        *_debtor(bank, payment, words),
        _fee(bank, payment, asked, words),
        *_told(payment, asked, words),
        *_signatures(bank, payment, words, known=known),
    ]


def state(payment: Payment, words: Words) -> str:
    """Where a payment that is under way stands."""
    match PaymentStatus(payment.status), payment.due_on:
        case PaymentStatus.PARTIALLY_AUTHORISED, _:
            return words.say("state_partially_authorised")
        case PaymentStatus.ACCEPTED, day if day is not None:
            return words.say("state_accepted", date=words.day(day))
        case PaymentStatus.PENDING, _:
            return words.say("state_pending")
        case _:
            return words.say("state_in_process")


def number(bank: Bank, reference: AccountRef) -> str:
    """An account number as people read it: an IBAN in groups of four, any other as at home."""
    if reference.iban:
        bare = reference.iban.replace(" ", "").upper()
        return "\u00a0".join(bare[at : at + _GROUP] for at in range(0, len(bare), _GROUP))
    if reference.bban:
        return iban.as_read(bank.profile.country, reference.bban)
    return reference.other or reference.masked_pan or ""


def masked(bare: str) -> str:
    """An account number of which only the end is shown."""
    return f"•••• {bare[-_DIGITS_SHOWN:]}"


def total(asked: Sequence[CreditTransfer], words: Words) -> str:
    """What these come to, by currency."""
    totals: dict[str, int] = {}
    for one in asked:
        totals[one.currency] = totals.get(one.currency, 0) + one.amount_minor
    return ", ".join(words.amount(minor, currency) for currency, minor in totals.items())


def _creditors(bank: Bank, asked: Sequence[CreditTransfer], words: Words) -> Row:
    if len(asked) == 1:
        lines = [Line(asked[0].creditor_name, number(bank, AccountRef(**asked[0].creditor)))]
    else:
        lines = [
            Line(
                one.creditor_name,
                f"{words.amount(one.amount_minor, one.currency)}"
                f" · {number(bank, AccountRef(**one.creditor))}",
            )
            for one in asked
        ]
    return Row("creditor", words.say("asks_creditor"), lines[:_SHOWN_MAX], lines[_SHOWN_MAX:])


def _times(bank: Bank, payment: Payment, words: Words, *, by_app: bool) -> list[Row]:
    """When; and of a periodic payment how often, and until when."""
    schedule = payments.schedule_of(payment)
    day = _day(bank, payment)
    if schedule is None:
        now = payments.is_open(payment) and day <= bank.today
        when = (
            words.say("when_app" if by_app else "when_now")
            if now
            else words.say("when_on", date=words.day(day))
        )
        return [Row("when", words.say("asks_when"), [Line(when)])]
    first_or_next = "when_first" if payments.is_open(payment) else "when_next"
    until = words.say("until", date=words.day(schedule.end_on)) if schedule.end_on else words.say("end_open")
    return [
        Row("when", words.say("asks_when"), [Line(words.say(first_or_next, date=words.day(day)))]),
        Row("how-often", words.say("asks_how_often"), [_rhythm(schedule, words)]),
        Row("how-long", words.say("asks_end"), [Line(until)]),
    ]


def _day(bank: Bank, payment: Payment) -> date:
    """The day on which it is carried out next, or was."""
    if payment.accepted_at is None:
        return payments.first_day(bank, payment) or bank.today
    return payment.due_on or payment.requested_on or bank.at(payment.accepted_at).today


def _rhythm(schedule: Schedule, words: Words) -> Line:
    names = words.many("months")
    months = ", ".join(names[one - 1] for one in schedule.months)
    text = words.say(f"rhythm_{schedule.frequency.name.lower()}", months=months)
    if schedule.day is None or schedule.frequency in (Frequency.DAILY, Frequency.WEEKLY):
        return Line(text)
    last = schedule.day >= _LAST_DAY
    return Line(text, words.say("rhythm_last_day") if last else words.say("rhythm_day", day=schedule.day))


def _debtor(bank: Bank, payment: Payment, words: Words) -> list[Row]:
    if payment.debtor_account_id is None:
        return []
    account = accounts.get(bank, payment.debtor_account_id)
    bare = account.bban or account.iban or account.id
    return [Row("from", words.say("asks_from"), [Line(masked(bare))])]


def _fee(bank: Bank, payment: Payment, asked: Sequence[CreditTransfer], words: Words) -> Row:
    minor = payments.fee_minor(bank, payment) * len(asked)
    text = words.amount(minor, bank.profile.currency) if minor else words.say("fee_none")
    if minor and payment.service == Service.PERIODIC:
        text = words.say("fee_each", amount=text)
    return Row("fee", words.say("asks_fee"), [Line(text)])


def _told(payment: Payment, asked: Sequence[CreditTransfer], words: Words) -> list[Row]:
    """What the creditor reads; of a bulk it would be a page of its own."""
    if payment.service == Service.BULK:
        return []
    one = asked[0]
    lines = [Line(one.remittance)] if one.remittance else []
    if one.reference:
        lines.append(Line(words.say("told_reference", number=one.reference)))
    return [Row("told", words.say("asks_told"), lines)] if lines else []


def _signatures(bank: Bank, payment: Payment, words: Words, *, known: bool) -> list[Row]:
    needed = payments.signatures_needed(bank, payment.debtor_account_id)
    if needed == 1:
        return []
    names = ", ".join(customers.get(bank, one).name for one in payment.signed_by)
    so_far = words.say("signed_by", names=names) if names else words.say("signed_by_nobody")
    line = Line(words.say("signatures", n=needed), so_far if known else "")
    return [Row("signatures", words.say("asks_signatures"), [line])]
