"""Statement lines as banks with quirks say them: the ordinary mapping, and then what this bank does to it.

How a list is said is chosen once for each list, so a clean bank pays nothing for the others. What is the
same in every standard is done in `bank.bookings`; here is what needs the words of this one: docs/quirks.md.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from sandbox.bank import bookings
from sandbox.bank.accounts import AccountKind, Particulars
from sandbox.bank.bank import Bank
from sandbox.bank.ledger import LineRow
from sandbox.bank.profile import Bookings, ForeignAmount, Payee, PendingDay, RemittanceForm
from sandbox.kernel.money import decimal_text
from sandbox.standards.berlin_group import mapping_transactions as plain
from sandbox.standards.berlin_group.mapping_transactions import CardManner, Manner

_UNSTRUCTURED = "remittanceInformationUnstructured"
_ARRAY = "remittanceInformationUnstructuredArray"
_STRUCTURED = "remittanceInformationStructured"
_STRUCTURED_ARRAY = "remittanceInformationStructuredArray"
_PIECE, _NAME_MAX = 140, 70
#: Shops that check a card before they take money from it. Source: ISO 18245, merchant category codes.
_CHECKS_CARDS = frozenset({"4722", "5732", "5734", "5815"})

#: Changes the body of one transaction; the row is as the bank tells it.
Edit = Callable[[dict[str, Any], LineRow, bool], None]


class Teller(Protocol):
    """Says the raw rows of one list, booked or pending ones."""

    def __call__(self, rows: Sequence[Any], *, booked: bool) -> list[dict[str, Any]]:
        """The rows as this standard writes them."""


def teller(bank: Bank, account: Particulars, manner: Manner) -> Teller:
    """How this bank says the transactions of an account."""
    if bookings.is_clean(bank):
        return partial(plain.transactions, manner)
    edits = _edits(bank.profile.bookings, account)
    on_card = account.kind == AccountKind.CARD
    return partial(_transactions, bank, manner, edits, on_card)


def card_teller(bank: Bank, manner: CardManner) -> Teller:
    """How this bank says the transactions of a card account."""
    if bookings.is_clean(bank):
        return partial(plain.card_transactions, manner)
    return partial(_card_transactions, bank, manner, _card_edits(bank.profile.bookings))


def _transactions(
    bank: Bank, manner: Manner, edits: Sequence[Edit], on_card: bool, rows: Sequence[Any], *, booked: bool
) -> list[dict[str, Any]]:
    found, rows = [], [LineRow._make(row) for row in rows]
    named = bookings.names_one_entry(bank)
    checks = booked and bank.profile.bookings.card_checks
    for row, told in zip(rows, bookings.retold(bank, rows, booked=booked, on_card=on_card), strict=True):
        body = plain.transaction(told, manner, booked=booked)
        for edit in edits:
            edit(body, told, booked)
        _ids(body, ("transactionId", "entryReference"))
        link_id = told.entry_id if named else row.entry_id
        _link(body, manner, link_id)
        found.append(body)
        if checks and _was_checked(row):
            check = _check(body, row, ("transactionId", "entryReference"))
            _link(check, manner, f"{row.entry_id}{bookings.CHECK}")
            found.append(check)
    return found


def _card_transactions(
    bank: Bank, manner: CardManner, edits: Sequence[Edit], rows: Sequence[Any], *, booked: bool
) -> list[dict[str, Any]]:
    found, rows = [], [LineRow._make(row) for row in rows]
    checks = booked and bank.profile.bookings.card_checks
    for row, told in zip(rows, bookings.retold(bank, rows, booked=booked, on_card=True), strict=True):
        body = plain.card_transaction(told, manner, booked=booked)
        for edit in edits:
            edit(body, told, booked)
        _ids(body, ("cardTransactionId",))
        found.append(body)
        if checks and _was_checked(row):
            found.append(_check(body, row, ("cardTransactionId",)))
    return found


def _edits(rules: Bookings, account: Particulars) -> list[Edit]:
    """What this bank does to a transaction, in order."""
    edits: list[Edit] = []
    if rules.pending_day is not PendingDay.VALUE_DATE:
        edits.append(_PENDING_DAY[rules.pending_day])
    if rules.payee is Payee.ADDITIONAL_INFORMATION:
        edits.append(_payee_in_additional_information)
    if rules.payee is Payee.CARDHOLDER:
        edits.append(partial(_cardholder_as_payee, account.owner_name))
    if rules.remittance_form is not RemittanceForm.TEXT:
        edits.append(_REMITTANCE[rules.remittance_form])
    if rules.foreign_amount is ForeignAmount.ORIGINAL:
        edits.append(_foreign_amount)
    return edits


def _card_edits(rules: Bookings) -> list[Edit]:
    """What this bank does to a card transaction, in order."""
    edits: list[Edit] = []
    if rules.pending_day is not PendingDay.VALUE_DATE:
        edits.append(_CARD_PENDING_DAY[rules.pending_day])
    if rules.foreign_amount is ForeignAmount.ORIGINAL:
        edits.append(_foreign_card_amount)
    return edits


def _ids(body: dict[str, Any], names: Sequence[str]) -> None:
    """An id that is not there has no member."""
    for name in names:
        if body.get(name) == "":
            del body[name]


def _link(body: dict[str, Any], manner: Manner, link_id: str) -> None:
    if manner.url is not None:
        body["_links"] = {"transactionDetails": {"href": f"{manner.url}/{link_id}"}}


def _latest_day(body: dict[str, Any], told: LineRow, booked: bool) -> None:
    if not booked:
        body["bookingDate"] = told.booked_on


def _no_day(body: dict[str, Any], _: LineRow, booked: bool) -> None:
    """The date stands in the reference alone; `bank.bookings` has put it there."""
    if not booked:
        del body["valueDate"], body[_STRUCTURED_ARRAY]


def _no_card_day(body: dict[str, Any], told: LineRow, booked: bool) -> None:
    """A card transaction has no reference: the date stands in its details."""
    if not booked:
        day = body["transactionDate"]
        del body["valueDate"], body["transactionDate"], body["acceptorTransactionDateTime"]
        body["transactionDetails"] = f"{day} {told.remittance or ''}".strip()


def _foreign_amount(body: dict[str, Any], told: LineRow, _: bool) -> None:
    """The amount is the terminal's, in its currency; what was billed stands in the text."""
    if told.exchange is not None:
        body[_UNSTRUCTURED] = _billed(body)
        body["transactionAmount"] = plain.original_amount(told.exchange, told.amount_minor)
        del body["currencyExchange"]


def _foreign_card_amount(body: dict[str, Any], told: LineRow, _: bool) -> None:
    if told.exchange is not None:
        body["transactionDetails"] = _billed(body)
        body["transactionAmount"] = body["originalAmount"]
        del body["currencyExchange"]


def _billed(body: Mapping[str, Any]) -> str:
    return f"billingAmount: {body['transactionAmount']['amount']}"


def _payee_in_additional_information(body: dict[str, Any], _: LineRow, __: bool) -> None:
    """Who is at the other end stands in a member for anything else, and there is no text."""
    name = body.pop("creditorName", None) or body.pop("debtorName", None)
    if name is not None:
        body["additionalInformation"] = name
        body.pop(_UNSTRUCTURED, None)
        body.pop(_ARRAY, None)


def _cardholder_as_payee(owner_name: str, body: dict[str, Any], told: LineRow, _: bool) -> None:
    """Of a card payment, the payee is the one who paid."""
    if told.kind == "card":
        for name in {"creditorName", "debtorName"} & body.keys():
            body[name] = owner_name[:_NAME_MAX]


def _text_as_array(body: dict[str, Any], told: LineRow, _: bool) -> None:
    """Pieces of a fixed length, cut in the middle of a word where that is where they end."""
    text = told.remittance
    if text:
        body.pop(_UNSTRUCTURED, None)
        body[_ARRAY] = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]


def _text_as_structured(body: dict[str, Any], told: LineRow, _: bool) -> None:
    """The text stands where a reference belongs; its own member is left out."""
    text = told.remittance
    if text:
        body.pop(_UNSTRUCTURED, None)
        body.pop(_ARRAY, None)
        body[_STRUCTURED] = text[:_PIECE]


def _was_checked(row: LineRow) -> bool:
    return row.kind == "card" and row.mcc in _CHECKS_CARDS


def _check(body: Mapping[str, Any], row: LineRow, ids: Sequence[str]) -> dict[str, Any]:
    """The shop's question whether the card is good: a transaction of nothing, with a minus."""
    left_out = {"currencyExchange", "originalAmount", "balanceAfterTransaction"}
    check = {name: value for name, value in body.items() if name not in left_out}
    currency = row.currency
    check["transactionAmount"] = {"currency": currency, "amount": f"-{decimal_text(0, currency)}"}
    return check | {name: f"{row.entry_id}{bookings.CHECK}" for name in ids if name in check}


_PENDING_DAY: Mapping[PendingDay, Edit] = {
    PendingDay.LATEST_BOOKING: _latest_day,
    PendingDay.IN_TEXT: _no_day,
}
_CARD_PENDING_DAY: Mapping[PendingDay, Edit] = {
    PendingDay.LATEST_BOOKING: _latest_day,
    PendingDay.IN_TEXT: _no_card_day,
}
_REMITTANCE: Mapping[RemittanceForm, Edit] = {
    RemittanceForm.ARRAY: _text_as_array,
    RemittanceForm.STRUCTURED: _text_as_structured,
}
