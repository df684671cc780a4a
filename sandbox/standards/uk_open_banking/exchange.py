"""Rates of exchange of international payments: what a TPP may ask for, and what the bank answers.

Source: Read/Write 4.0, OBInternational3 and OBExchangeRate2; the code sets, U001 and U005.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.bank.bank import Bank
from sandbox.bank.payments import AgreedRate
from sandbox.kernel import rates
from sandbox.kernel.rates import CurrencyUnknown
from sandbox.standards.uk_open_banking import walltime
from sandbox.standards.uk_open_banking.errors import Fault, FieldInvalid

_INITIATION = "Data.Initiation"
_AT = f"{_INITIATION}.ExchangeRateInformation"
_AGREED, _ACTUAL = "Agreed", "Actual"
#: What belongs to a contract, and to nothing else.
_OF_A_CONTRACT = ("ExchangeRate", "ContractIdentification")
#: A contract is believed where its rate is no further from the bank's own than this share of it.
_TOLERANCE = Decimal("0.05")
#: The bank stands by its rate to the end of the day after, for as long as the consent can be used.
_DAYS_HELD = 1

Body = Mapping[str, Any]


def told(bank: Bank, initiation: Body) -> dict[str, str] | None:
    """What the bank answers to a wish for a rate, the rate as a text; None where there is no wish.

    Raises FieldInvalid.
    """
    wish = initiation.get("ExchangeRateInformation")
    if wish is None:
        return None
    own = _own(bank, wish, initiation["CurrencyOfTransfer"])
    _check_members(initiation, wish)
    answer = {"UnitCurrency": wish["UnitCurrency"], "RateType": wish["RateType"], "ExchangeRate": str(own)}
    if wish["RateType"] == _AGREED:
        agreed = Decimal(str(wish["ExchangeRate"]))
        if abs(agreed - own) > own * _TOLERANCE:
            text = f"The bank has no contract at that rate: its own is {own}."
            raise FieldInvalid(Fault(text, f"{_AT}.ExchangeRate", "U002"))
        return answer | {
            "ExchangeRate": str(agreed),
            "ContractIdentification": wish["ContractIdentification"],
        }
    if wish["RateType"] == _ACTUAL:
        end = bank.today + timedelta(days=_DAYS_HELD + 1)
        moment = datetime.combine(end, time(), ZoneInfo(bank.profile.zone))
        return answer | {"ExpirationDateTime": walltime.told(moment.astimezone(bank.now.tzinfo))}
    return answer


def held(answer: Mapping[str, str] | None) -> AgreedRate | None:
    """The rate that the bank stands by; an indicative one is no more than a word about today."""
    if answer is None or answer["RateType"] not in (_AGREED, _ACTUAL):
        return None
    return AgreedRate(answer["UnitCurrency"], Decimal(answer["ExchangeRate"]))


def _own(bank: Bank, wish: Body, transferred: str) -> Decimal:
    """What one unit buys by the bank's own table today."""
    # OBInternational3: the UnitCurrency must be that of the debtor's account.
    if wish["UnitCurrency"] != bank.profile.currency:
        text = f"A rate is quoted for {bank.profile.currency}, the currency of the debtor's account."
        raise FieldInvalid(Fault(text, f"{_AT}.UnitCurrency", "U002"))
    try:
        return rates.rate(wish["UnitCurrency"], transferred, bank.today)
    except CurrencyUnknown as error:
        raise FieldInvalid(Fault(error.text, f"{_INITIATION}.CurrencyOfTransfer", "U023")) from error


def _check_members(initiation: Body, wish: Body) -> None:
    """An agreed rate is named with its contract, any other without."""
    agreed = wish["RateType"] == _AGREED
    for name in _OF_A_CONTRACT:
        if agreed and name not in wish:
            text = f"An agreed rate needs {name}."
            raise FieldInvalid(Fault(text, f"{_AT}.{name}", "U001"))
        if not agreed and name in wish:
            text = f"{name} is for an agreed rate."
            raise FieldInvalid(Fault(text, f"{_AT}.{name}", "U005"))
    if agreed and "InstructionPriority" not in initiation:
        text = "An agreed rate needs InstructionPriority."
        raise FieldInvalid(Fault(text, f"{_INITIATION}.InstructionPriority", "U001"))
