"""The switches of a bank in words: what each is called, its value with its unit, and whether it is usual."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import Enum
from typing import Any

from sandbox.portal import page

#: Switches whose name in the program says too little. docs/adding-a-bank.md tells each at length.
_CALLED: Mapping[str, str] = {
    "password_attempts": "Wrong passwords before the login is blocked",
    "code_attempts": "Wrong codes before an authorisation fails",
    "code_length": "Digits of a code",
    "lifetime_seconds": "An authorisation waits for",
    "explicit_start": "The app starts the authorisation by a call of its own",
    "confirmation_code": "The app confirms with a code that the customer brings back",
    "validity_days_max": "A consent is good for",
    "frequency_per_day_max": "Reads a day without the customer",
    "counting": "What counts as a read",
    "bank_offered": "The customer chooses accounts at the bank",
    "available_accounts": "Consents to the list of accounts alone",
    "all_psd2": "Consents to all accounts",
    "owner_name": "Names of owners can be asked for",
    "one_off": "Consents for one time",
    "status_notification": "Apps are told of changes of status",
    "history_months": "The archive goes back",
    "history_days_unattended": "Of it, without a fresh SCA",
    "fresh_sca_minutes": "An SCA is fresh for",
    "page_size": "Entries on a page",
    "delta_list": "Only what has changed can be asked for",
    "entry_reference_from": "Entries after a known one can be asked for",
    "balance_after_transaction": "An entry tells the balance after it",
    "multi_currency": "An account in several currencies is shown as",
    "business_schemes": "Schemes for companies alone",
    "processing": "How much of its way a payment tells",
    "debtor_account_optional": "The customer may choose the account to pay from",
    "cancellation_sca": "The customer says yes to a cancellation",
    "request_id_reuse": "The same X-Request-ID again",
    "logical_duplicates": "The same payment again on one day",
    "no_funds": "A payment without funds",
    "after_cut_off": "A payment after the cut-off",
    "lead_days_max": "A payment is dated ahead by",
    "bulk_size_max": "Payments in a bulk",
    "fees_minor": "Fees",
    "starts_on": "From",
    "opt_out": "The app may ask it not to",
    "bulk_seconds": "A bulk takes",
    "card_number": "The number of a card is compared",
    "activation": "How a customer agrees to it",
    "groupings": "What may be signed together",
    "size_max": "Members of a basket",
    "several_signatures": "Also what several customers sign",
}
#: What a switch says that says nothing, where that is no lack of a limit.
_UNSAID: Mapping[str, str] = {"starts_on": "the day that the country’s law names"}
_UNITS = ("seconds", "minutes", "days", "months")
#: Told elsewhere on the page, or of no use in a table.
_LEFT_OUT = ("approaches", "methods", "signing", "authorization_server")


@dataclass(frozen=True, slots=True)
class Setting:
    """One switch of a bank: `differs` from what a bank has that says nothing of it."""

    name: str
    value: str
    differs: bool


def settings(rules: Any, currency: str) -> Iterator[Setting]:
    """The switches of one part of a bank's profile. `currency` is that of its fees."""
    for one in fields(rules):
        if one.name not in _LEFT_OUT:
            value = getattr(rules, one.name)
            usual = one.default if one.default is not MISSING else _made(one.default_factory)
            name = _CALLED.get(one.name) or page.phrase(one.name)
            differs = usual is not MISSING and value != usual
            yield Setting(name, _measured(one.name, value, currency), differs)


def of_interface(given: Mapping[str, Any]) -> list[Setting]:
    """The switches of one interface, which a bank's file names."""
    return [Setting(page.phrase(name), said(value), True) for name, value in given.items()]


def said(value: Any) -> str:
    """A value in words."""
    match value:
        case bool():
            return "yes" if value else "no"
        case None:
            return "not limited"
        case Enum():
            return page.words(str(value.value))
        case Mapping():
            return ", ".join(f"{said(key)} {said(one)}" for key, one in value.items()) or "none"
        case tuple() | list():
            return ", ".join(map(said, value)) or "none"
        case _:
            return str(value)


def _measured(name: str, value: Any, currency: str) -> str:
    """A value with its unit, and whether it is a limit."""
    if value is None:
        return _UNSAID.get(name, said(value))
    if name == "fees_minor":
        return (
            ", ".join(f"{said(key)} {page.money(minor, currency)}" for key, minor in value.items()) or "none"
        )
    if isinstance(value, date):
        return page.day(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return said(value)
    unit = next((one for one in name.split("_") if one in _UNITS), "")
    most = "at most " if name.endswith("_max") else ""
    return f"{most}{value} {unit.removesuffix('s') if value == 1 else unit}".strip()


def _made(factory: Any) -> Any:
    return MISSING if factory is MISSING else factory()
