"""What a TPP asks to be paid, as the bank's order. Source: OBDomestic2 and its like, of 3.1.11 and 4.0."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sandbox.bank.accounts import AccountRef
from sandbox.bank.bank import Bank
from sandbox.bank.payments import AgreedRate, Instruction, PaymentOrder
from sandbox.bank.profile import Profile, Scheme, Service
from sandbox.kernel import iban, money, rates
from sandbox.kernel.countries import country
from sandbox.kernel.money import AmountMalformed, Money
from sandbox.standards.uk_open_banking import mapping_schedules, numbers, payment_words, walltime
from sandbox.standards.uk_open_banking.errors import Fault, FieldInvalid
from sandbox.standards.uk_open_banking.payment_kinds import Kind
from sandbox.standards.uk_open_banking.versions import V3, Version

INITIATION = "Data.Initiation"
_INSTRUMENTS = {word: scheme for scheme, word in payment_words.INSTRUMENT.items()}
#: By what a payment goes whose TPP has no wish: the first that the bank has, and that carries it.
_PREFERRED = (
    *(Scheme.DOMESTIC_INSTANT, Scheme.DOMESTIC, Scheme.HIGH_VALUE, Scheme.SEPA_INSTANT, Scheme.SEPA),
)
_CREDITOR_MAX, _END_TO_END_MAX = 140, 35

Body = Mapping[str, Any]


def order(
    bank: Bank, version: Version, kind: Kind, initiation: Body, rate: AgreedRate | None
) -> PaymentOrder:
    """The order of a consent whose body a schema has read; `rate` is what the bank stands by.

    Raises FieldInvalid, CurrencyUnknown.
    """
    _check_priority(initiation)
    amount = _amount(bank, kind, initiation, rate)
    debtor = initiation.get("DebtorAccount")
    periodic = kind.service is Service.PERIODIC
    schedule = mapping_schedules.schedule(version, initiation) if periodic else None
    return PaymentOrder(
        service=kind.service,
        scheme=scheme_of(bank.profile, kind, initiation, amount),
        product=kind.word,
        instructions=(replace(instruction(version, initiation, amount), rate=rate),),
        debtor=reference(debtor, f"{INITIATION}.DebtorAccount") if debtor else None,
        requested_on=day_of(bank, initiation),
        schedule=schedule,
    )


def scheme_of(profile: Profile, kind: Kind, initiation: Body, amount: Money) -> Scheme:
    """By which scheme it goes: the TPP's wish, or the first that fits. Raises FieldInvalid."""
    offered = profile.payments.schemes
    wish = initiation.get("LocalInstrument")
    if wish is not None:
        scheme = _INSTRUMENTS.get(wish)
        if scheme is None or scheme not in offered:
            text = f"This bank does not pay by '{wish}'."
            raise FieldInvalid(Fault(text, f"{INITIATION}.LocalInstrument", "U026"))
        return scheme
    if kind.international:
        return Scheme.CROSS_BORDER
    known = country(profile.country).schemes
    for one in _PREFERRED:
        if one in offered and known[one].currency in (None, amount.currency):
            most = known[one].amount_max_minor
            if most is None or amount.minor <= most:
                return one
    text = f"This bank makes no domestic payments in {amount.currency}."
    raise FieldInvalid(Fault(text, f"{INITIATION}.{_amount_key(kind)}.Currency", "U023"))


def instruction(version: Version, body: Body, amount: Money) -> Instruction:
    """One credit transfer."""
    creditor = body["CreditorAccount"]
    text, reference_ = remittance(version, body)
    agent = body.get("CreditorAgent", {})
    return Instruction(
        amount=amount,
        creditor_name=body.get("Creditor", {}).get("Name", creditor["Name"])[:_CREDITOR_MAX],
        creditor=reference(creditor, f"{INITIATION}.CreditorAccount"),
        creditor_bic=agent.get("Identification"),
        end_to_end_id=body.get("EndToEndIdentification"),
        remittance=text,
        reference=reference_,
    )


def remittance(version: Version, body: Body) -> tuple[str | None, str | None]:
    """What the creditor reads, as a text and as a reference."""
    told = body.get("RemittanceInformation", {})
    if version is V3:
        return told.get("Unstructured"), told.get("Reference", body.get("Reference"))
    lines = told.get("Unstructured", ())
    named = (one.get("CreditorReferenceInformation", {}) for one in told.get("Structured", ()))
    return " ".join(lines) or None, next((one["Reference"] for one in named if "Reference" in one), None)


def reference(account: Body, path: str) -> AccountRef:
    """An account as the bank finds it. Raises FieldInvalid."""
    scheme, number = account["SchemeName"], account["Identification"].replace(" ", "")
    if scheme == numbers.IBAN and iban.is_iban(number):
        return AccountRef(iban=number.upper())
    if scheme == numbers.SORT_CODE and numbers.is_sort_code(number):
        return AccountRef(bban=number)
    if scheme == numbers.BBAN:
        return AccountRef(bban=number)
    if scheme in (numbers.IBAN, numbers.SORT_CODE):
        text = f"'{account['Identification']}' is no number of that scheme."
        raise FieldInvalid(Fault(text, f"{path}.Identification", "U021"))
    raise FieldInvalid(Fault(f"No account is named by '{scheme}' here.", f"{path}.SchemeName", "U027"))


def money_of(amount: Body, path: str) -> Money:
    """An amount as minor units. Raises FieldInvalid."""
    try:
        return money.parse(amount["Amount"], amount["Currency"])
    except AmountMalformed as error:
        raise FieldInvalid(Fault(error.text, f"{path}.Amount", "U002")) from error


def _amount_key(kind: Kind) -> str:
    domestic_order = kind.service is Service.PERIODIC and not kind.international
    return "FirstPaymentAmount" if domestic_order else "InstructedAmount"


def _amount(bank: Bank, kind: Kind, initiation: Body, rate: AgreedRate | None) -> Money:
    """What the creditor is to have, in the currency of the transfer.

    Source: Read/Write 4.0, OBInternational3: the amount may be said in another currency than it travels in.
    """
    key = _amount_key(kind)
    amount = money_of(initiation[key], f"{INITIATION}.{key}")
    for other in ("RecurringPaymentAmount", "FinalPaymentAmount"):
        if other in initiation and money_of(initiation[other], f"{INITIATION}.{other}") != amount:
            text = "Every payment of a standing order has the same amount at this bank."
            raise FieldInvalid(Fault(text, f"{INITIATION}.{other}", "U002"))
    if not kind.international or initiation["CurrencyOfTransfer"] == amount.currency:
        return amount
    if rate is not None and rate.currency == amount.currency:
        return rates.at(amount, initiation["CurrencyOfTransfer"], rate.buys)
    return rates.exchanged(amount, initiation["CurrencyOfTransfer"], bank.today)


def _check_priority(initiation: Body) -> None:
    """Source: the code sets, U005: no InstructionPriority beside LocalInstrument. Raises FieldInvalid."""
    if "InstructionPriority" in initiation and "LocalInstrument" in initiation:
        text = "InstructionPriority is not for a payment whose instrument is named."
        raise FieldInvalid(Fault(text, f"{INITIATION}.InstructionPriority", "U005"))


def day_of(bank: Bank, initiation: Body) -> date | None:
    """The day to come on which it is carried out. Raises FieldInvalid."""
    text = initiation.get("RequestedExecutionDateTime")
    if text is None:
        return None
    day = walltime.read(text).date()
    if day <= bank.today:
        said = "A day to come is expected; what is to be paid today is no scheduled payment."
        raise FieldInvalid(Fault(said, f"{INITIATION}.RequestedExecutionDateTime", "U003"))
    return day
