"""A payment mandate in plain words: whom the app may pay, how much at once and in all, and for how long."""

from sandbox.bank import mandates
from sandbox.bank.bank import Bank
from sandbox.bank.mandates import PaymentMandate, PeriodicLimit, Spent
from sandbox.bank.profile import Scheme
from sandbox.online_banking.orders import number
from sandbox.online_banking.rows import Line, Row
from sandbox.online_banking.words import Words


def rows(bank: Bank, mandate: PaymentMandate, words: Words) -> list[Row]:
    """Everything that the PSU says yes to."""
    return [
        _creditor(bank, mandate, words),
        Row("each", words.say("asks_each"), [Line(_most(mandate, mandate.individual_minor, words))]),
        _in_all(bank, mandate, words),
        _fee(bank, mandate, words),
        _how_long(bank, mandate, words),
    ]


def used_rows(bank: Bank, mandate: PaymentMandate, words: Words) -> list[Row]:
    """The same, with what the app has paid of each limit so far."""
    used = [Line(_used(mandate, one, words)) for one in mandates.spent(bank, mandate)]
    *asked, how_long = rows(bank, mandate, words)
    return [*asked, Row("used", words.say("asks_used"), used), how_long]


def _most(mandate: PaymentMandate, minor: int, words: Words) -> str:
    return words.say("at_most", amount=words.amount(minor, mandate.currency))


def _creditor(bank: Bank, mandate: PaymentMandate, words: Words) -> Row:
    creditor = mandates.creditor_of(mandate)
    if creditor is None:
        line = Line(words.say("anybody"))
    else:
        written = number(bank, creditor)
        line = Line(mandate.creditor_name or written, written)
    return Row("creditor", words.say("asks_creditor"), [line])


def _in_all(bank: Bank, mandate: PaymentMandate, words: Words) -> Row:
    """Each periodic limit; small beside it what there is of it until the first period ends."""
    lines = []
    for limit, now in zip(mandates.limits_of(mandate), mandates.spent(bank, mandate), strict=True):
        until, share = words.day(now.period.last), words.amount(now.period.minor, mandate.currency)
        small = words.say("at_first", amount=share, date=until) if now.period.minor < limit.minor else ""
        lines.append(Line(_limit(mandate, limit, words), small))
    return Row("in-all", words.say("asks_in_all"), lines)


def _limit(mandate: PaymentMandate, limit: PeriodicLimit, words: Words) -> str:
    key = f"limit_{limit.kind.value}_{limit.alignment.value}"
    amount = words.amount(limit.minor, mandate.currency)
    return words.say(key, amount=amount, date=words.day(mandate.starts_on))


def _used(mandate: PaymentMandate, spent: Spent, words: Words) -> str:
    used, of = (words.amount(one, mandate.currency) for one in (spent.minor, spent.period.minor))
    return words.say("used_of", amount=used, of=of, date=words.day(spent.period.last))


def _fee(bank: Bank, mandate: PaymentMandate, words: Words) -> Row:
    minor = bank.profile.payments.fees_minor.get(Scheme(mandate.scheme), 0)
    amount = words.amount(minor, bank.profile.currency)
    text = words.say("fee_each", amount=amount) if minor else words.say("fee_none")
    return Row("fee", words.say("asks_fee"), [Line(text)])


def _how_long(bank: Bank, mandate: PaymentMandate, words: Words) -> Row:
    lasts = words.say("until_withdrawn")
    if mandate.valid_to is not None:
        lasts = words.say("until", date=words.day(mandate.valid_to))
    begins = words.say("not_before", date=words.day(mandate.starts_on))
    return Row(
        "how-long",
        words.say("asks_how_long"),
        [Line(lasts, begins if mandate.starts_on > bank.today else "")],
    )
