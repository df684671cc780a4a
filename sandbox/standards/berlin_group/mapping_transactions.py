"""Statement lines in this standard's words: raw rows in, dictionaries out. The hot path of the sandbox.

Source: psd2-api 1.3.11, `transactions`, `cardTransaction`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from sandbox.kernel.ids import derived
from sandbox.kernel.money import decimal_text

_REMITTANCE_MAX = 140
_NAME_MAX = 70
_IBAN_LENGTH_MIN = 15

#: What `additionalInformation` says of a kind of booking that has no counterparty to speak for it.
_TOLD = {
    "interest": "Interest",
    "fee": "Fee of the bank",
    "return": "Returned payment",
    "atm": "Cash withdrawal",
}
_CREDITOR = ("creditorName", "creditorAccount", "creditorAgent")
_DEBTOR = ("debtorName", "debtorAccount", "debtorAgent")


@dataclass(frozen=True, slots=True)
class Manner:
    """What all transactions of one list have in common.

    `url` is that of the list, so that each entry can link to its details; None where the account has none.
    """

    url: str | None
    balance_after: bool


def transactions(manner: Manner, rows: Sequence[Any], *, booked: bool) -> list[dict[str, Any]]:
    """Raw rows as `transactions`, as they are: the way of every bank without quirks."""
    return [transaction(row, manner, booked=booked) for row in rows]


def transaction(row: Any, manner: Manner, *, booked: bool) -> dict[str, Any]:
    """A raw row of `ledger.LINE_FIELDS` as one of `transactions`."""
    # Taken apart at once: by names or by slices, a page of a hundred takes a third longer.
    (
        _, entry_id, booked_on, value_on, _, minor, currency, balance_minor, kind, code, proprietary_code,
        party_name, party_account, party_bic, _, _, _, _, _, _, mcc, card, exchange,
    ) = row  # fmt: skip
    body: dict[str, Any] = {"transactionId": entry_id}
    if booked:
        body["entryReference"] = entry_id
        body["bookingDate"] = booked_on
    body["valueDate"] = value_on
    body["transactionAmount"] = {"currency": currency, "amount": decimal_text(minor, currency)}
    if exchange is not None:
        body["currencyExchange"] = [_rate(exchange, currency)]
    # The creditor of what was paid, the debtor of what came in; the other side is the account itself.
    as_name, as_account, as_bic = _CREDITOR if minor < 0 else _DEBTOR
    if party_name is not None:
        body[as_name] = party_name[:_NAME_MAX]
    if party_account is not None:
        body[as_account] = account_of(party_account)
    if party_bic is not None:
        body[as_bic] = party_bic
    _tell_of_remittance(body, row[14:20])
    told = f"Card {card}" if card is not None else _TOLD.get(kind)
    if told is not None:
        body["additionalInformation"] = told
    body["bankTransactionCode"] = code
    body["proprietaryBankTransactionCode"] = proprietary_code
    if mcc is not None:
        body["merchantCategoryCode"] = mcc
    if manner.balance_after and balance_minor is not None:
        after = {"currency": currency, "amount": decimal_text(balance_minor, currency)}
        body["balanceAfterTransaction"] = {"balanceAmount": after, "balanceType": "interimBooked"}
    if manner.url is not None:
        body["_links"] = {"transactionDetails": {"href": f"{manner.url}/{entry_id}"}}
    return body


def _tell_of_remittance(body: dict[str, Any], told: Any) -> None:
    """What the payer wrote, and the references that both ends know."""
    text, reference, reference_type, end_to_end_id, mandate_id, creditor_id = told
    if end_to_end_id is not None:
        body["endToEndId"] = end_to_end_id
    if mandate_id is not None:
        body["mandateId"] = mandate_id
    if creditor_id is not None:
        body["creditorId"] = creditor_id
    if text is not None:
        body["remittanceInformationUnstructured"] = text[:_REMITTANCE_MAX]
        if len(text) > _REMITTANCE_MAX:
            body["remittanceInformationUnstructuredArray"] = pieces(text)
    if reference is not None:
        body["remittanceInformationStructured"] = reference
        typed = {"referenceType": reference_type} if reference_type else {}
        body["remittanceInformationStructuredArray"] = [{"reference": reference, **typed}]


@dataclass(frozen=True, slots=True)
class CardManner:
    """What all transactions of a card account have in common.

    A card is invoiced when its month is over: what was booked before the day `invoiced_before` is on a bill.
    """

    own_pan: str | None
    invoiced_before: str


def card_transactions(manner: CardManner, rows: Sequence[Any], *, booked: bool) -> list[dict[str, Any]]:
    """Raw rows of a card's book as `cardTransactions`, as they are."""
    return [card_transaction(row, manner, booked=booked) for row in rows]


def card_transaction(row: Any, manner: CardManner, *, booked: bool) -> dict[str, Any]:
    """A raw row of a card's book as a `cardTransaction`."""
    _, entry_id, booked_on, value_on, at, minor, currency, _ = row[:8]
    kind, _, proprietary_code, party_name, _, _, remittance = row[8:15]
    mcc, card, exchange = row[20:]
    paid = {"currency": currency, "amount": decimal_text(minor, currency)}
    body: dict[str, Any] = {"cardTransactionId": entry_id}
    shop = party_name if kind in ("card", "atm") else None
    if shop is not None:
        body["terminalId"] = derived("terminal", shop, length=8).upper()
    body["transactionDate"] = at[:10]
    body["acceptorTransactionDateTime"] = f"{at[:19]}Z"
    if booked:
        body["bookingDate"] = booked_on
    body["valueDate"] = value_on
    body["transactionAmount"] = paid
    body["originalAmount"] = paid
    if exchange is not None:
        body["currencyExchange"] = [_rate(exchange, currency)]
        body["originalAmount"] = original_amount(exchange, minor)
    if shop is not None:
        body["cardAcceptorId"] = derived("acceptor", shop, length=15).upper()
    if mcc is not None:
        body["merchantCategoryCode"] = mcc
    if card or manner.own_pan:
        body["maskedPAN"] = card or manner.own_pan
    told = remittance or party_name
    if told is not None:
        body["transactionDetails"] = told
    body["invoiced"] = booked and booked_on < manner.invoiced_before
    body["proprietaryBankTransactionCode"] = proprietary_code
    return body


@lru_cache(maxsize=10_000)
def account_of(number: str) -> dict[str, str]:
    """An `accountReference` to somebody else's account: an IBAN by its shape, else a national number.

    It is kept, since the same few are paid again and again: nobody may change it.
    """
    bare = number.replace(" ", "").replace(".", "").replace("-", "")
    is_iban = len(bare) >= _IBAN_LENGTH_MIN and bare[:2].isalpha() and bare[2:4].isdigit()
    return {"iban": bare} if is_iban else {"bban": bare}


def pieces(text: str, size: int = _REMITTANCE_MAX) -> list[str]:
    """The text in pieces of at most `size` characters, cut between words where there are any."""
    found = []
    while len(text) > size:
        cut = text.rfind(" ", 1, size + 1)
        cut = cut if cut > 0 else size
        found.append(text[:cut])
        text = text[cut:].lstrip(" ")
    return [*found, text] if text else found


def exchange_of(exchange: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """What a row tells of a purchase in another currency: {currency, amount_minor, rate, rate_on}."""
    told: Mapping[str, Any] = orjson.loads(exchange) if isinstance(exchange, str) else exchange
    return told


def _rate(exchange: str | Mapping[str, Any], currency: str) -> dict[str, str]:
    """A `reportExchangeRate`: one unit of the foreign currency in ours."""
    told = exchange_of(exchange)
    return {
        "sourceCurrency": told["currency"],
        "exchangeRate": str(told["rate"]),
        "unitCurrency": told["currency"],
        "targetCurrency": currency,
        "quotationDate": told["rate_on"],
    }


def original_amount(exchange: str | Mapping[str, Any], minor: int) -> dict[str, str]:
    """The amount in the shop's currency, signed as the amount in ours is."""
    told = exchange_of(exchange)
    there = abs(int(told["amount_minor"])) * (-1 if minor < 0 else 1)
    return {"currency": told["currency"], "amount": decimal_text(there, told["currency"])}
