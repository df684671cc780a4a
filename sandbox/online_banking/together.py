"""A signing basket in plain words: every payment and every access in it, and what it comes to."""

from collections.abc import Iterator, Sequence

from sandbox.bank import payments
from sandbox.bank.authorisations import BasketSubject, ConsentSubject, PaymentSubject
from sandbox.bank.bank import Bank
from sandbox.online_banking import grants, orders
from sandbox.online_banking.rows import Line, Row
from sandbox.online_banking.words import Words

_ONCE = "signatures"


def headline(bank: Bank, subject: BasketSubject, words: Words) -> str:
    """What it comes to, in one line: how many payments and how much, and how many accesses."""
    parts = subject.parts(bank)
    paying = [one.payment for one in parts if isinstance(one, PaymentSubject)]
    said = []
    if paying:
        amount = orders.total([one for payment in paying for one in payments.asked(bank, payment)], words)
        said.append(words.say("headline_bulk", count=words.count("bulk", len(paying)), amount=amount))
    if len(paying) < len(parts):
        said.append(words.count("accesses", len(parts) - len(paying)))
    return ", ".join(said)


def rows(bank: Bank, subject: BasketSubject, words: Words, *, known: bool) -> list[Row]:
    """Each part with everything that there is to know of it; what holds for all of it once, at the end."""
    parts = subject.parts(bank)
    found: list[Row] = []
    for n, part in enumerate(parts, 1):
        match part:
            case PaymentSubject(payment=payment):
                told = orders.rows(bank, payment, words, known=known)
                label = words.say("asks_payment", n=n, of=len(parts))
                lines = [Line(orders.headline(bank, payment, words)), *_spelt(told)]
                more = [one for row in told for one in row.more]
            case ConsentSubject(consent=consent):
                label = words.say("asks_access", n=n, of=len(parts))
                lines, more = list(_spelt(grants.rows(bank, consent, words))), []
        found.append(Row(f"part-{n}", label, lines, more))
    return found + _once(bank, parts, words, known=known)


def _spelt(told: Sequence[Row]) -> Iterator[Line]:
    """The rows of a part as lines, each with its label; the amount stands in the headline."""
    for row in told:
        if row.id not in ("amount", _ONCE):
            for one in row.lines:
                yield Line(f"{row.label}: {one.text}", one.small)


def _once(
    bank: Bank, parts: Sequence[PaymentSubject | ConsentSubject], words: Words, *, known: bool
) -> list[Row]:
    paying = [one.payment for one in parts if isinstance(one, PaymentSubject)]
    return [
        row for one in paying[:1] for row in orders.rows(bank, one, words, known=known) if row.id == _ONCE
    ]
