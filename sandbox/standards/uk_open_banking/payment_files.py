"""Files of payments: JSON of the standard's own, or pain.001, read as the bank's order.

Source: Read/Write 4.0, file-payment-consents; OBExternalFileType1Code; ISO 20022 pain.001.001.08.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import orjson
from marshmallow import ValidationError

from sandbox.bank.accounts import AccountRef
from sandbox.bank.bank import Bank
from sandbox.bank.payments import Instruction, PaymentOrder
from sandbox.gateway import iso20022
from sandbox.gateway.iso20022 import Element, every, place, text_at
from sandbox.gateway.refusals import RequestMalformed
from sandbox.kernel.money import Money, decimal_text
from sandbox.standards.uk_open_banking import mapping_orders, numbers, schemas_payments
from sandbox.standards.uk_open_banking.errors import Fault, FieldInvalid
from sandbox.standards.uk_open_banking.operations import faults
from sandbox.standards.uk_open_banking.payment_kinds import DOMESTIC, FILE
from sandbox.standards.uk_open_banking.versions import V3, Version

_AT = "Data.Initiation"
_PAIN = "UK.OBIE.pain.001.001.08"
#: ISO's schema of version 08 is in no package; that of 09 has all that 08 has.
_SPACE_08, _SPACE_09 = b"xsd:pain.001.001.08", b"xsd:pain.001.001.09"
_JUDGED_AS = ("pain.001.001.09",)
#: What stands where ISO wants a reference and the debtor has none. Source: EPC132-08, EndToEndId.
_NOT_PROVIDED = "NOTPROVIDED"

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Filed:
    """What a file says: whose account is debited, if it says so, and each transfer."""

    debtor: AccountRef | None
    instructions: Sequence[Instruction]


def _own_type(version: Version) -> str:
    return f"UK.OBIE.PaymentInitiation.{'3.1' if version is V3 else '4.0'}"


def check_type(version: Version, initiation: Body) -> None:
    """Refuse a file that nobody here can read, before it comes. Raises FieldInvalid."""
    known = (_own_type(version), _PAIN)
    if initiation["FileType"] not in known:
        text = f"The files that are read here are {' and '.join(known)}."
        raise FieldInvalid(Fault(text, f"{_AT}.FileType", "U002"))


def media_type(initiation: Body) -> str:
    """What a file of that type is sent as."""
    return "application/xml" if initiation["FileType"] == _PAIN else "application/json"


def order(bank: Bank, version: Version, initiation: Body, raw: bytes) -> PaymentOrder:
    """The order of a file that has come, held against what was said of it. Raises FieldInvalid."""
    _check_hash(initiation, raw)
    read = _of_xml if initiation["FileType"] == _PAIN else _of_json
    filed = read(version, raw)
    _check_totals(initiation, [one.amount for one in filed.instructions])
    debtor = initiation.get("DebtorAccount")
    named = mapping_orders.reference(debtor, f"{_AT}.DebtorAccount") if debtor else None
    if named is not None and filed.debtor not in (None, named):
        text = "The file is for another debtor account than the consent."
        raise FieldInvalid(Fault(text, f"{_AT}.DebtorAccount", "U002"))
    first = filed.instructions[0].amount
    return PaymentOrder(
        service=FILE.service,
        scheme=mapping_orders.scheme_of(bank.profile, FILE, initiation, first),
        product=FILE.word,
        instructions=tuple(filed.instructions),
        debtor=named or filed.debtor,
        requested_on=mapping_orders.day_of(bank, initiation),
    )


def hashed(raw: bytes) -> str:
    """What a file is recognised by. Source: file-payment-consents, FileHash: base64 of its SHA-256."""
    return b64encode(hashlib.sha256(raw).digest()).decode()


def _check_hash(initiation: Body, raw: bytes) -> None:
    # The example of the standard leaves the padding out.
    if initiation["FileHash"].rstrip("=") != hashed(raw).rstrip("="):
        raise FieldInvalid(Fault("The file has another hash than the consent.", f"{_AT}.FileHash", "U002"))


def _check_totals(initiation: Body, amounts: Sequence[Money]) -> None:
    stated = initiation.get("NumberOfTransactions")
    if not amounts or (stated is not None and int(stated) != len(amounts)):
        text = f"The file has {len(amounts)} transactions."
        raise FieldInvalid(Fault(text, f"{_AT}.NumberOfTransactions", "U002"))
    total = sum((Decimal(decimal_text(one.minor, one.currency)) for one in amounts), Decimal(0))
    if "ControlSum" in initiation and Decimal(str(initiation["ControlSum"])) != total:
        raise FieldInvalid(Fault(f"The file comes to {total}.", f"{_AT}.ControlSum", "U002"))


def _of_json(version: Version, raw: bytes) -> Filed:
    """Domestic payments as the standard has them one by one."""
    try:
        listed = orjson.loads(raw)["Data"]["DomesticPayments"]
        schema = schemas_payments.initiation(version, DOMESTIC)(many=True)
        found: list[dict[str, Any]] = schema.load(listed)
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise _unreadable("Data.DomesticPayments is expected.") from error
    except ValidationError as error:
        raise FieldInvalid(*faults("file", error.messages)) from error
    debtors = {
        mapping_orders.reference(one["DebtorAccount"], "DebtorAccount")
        for one in found
        if "DebtorAccount" in one
    }
    return Filed(_only(debtors), [_of_initiation(version, one) for one in found])


def _of_initiation(version: Version, one: Body) -> Instruction:
    amount = mapping_orders.money_of(one["InstructedAmount"], "InstructedAmount")
    kept = {"instruction_id": one["InstructionIdentification"]}
    return replace(mapping_orders.instruction(version, one, amount), particulars=kept)


def _of_xml(_: Version, raw: bytes) -> Filed:
    """The transactions of a pain.001, whichever instruction they stand in."""
    message = iso20022.read(raw.replace(_SPACE_08, _SPACE_09), _JUDGED_AS)
    orders = every(message, "PmtInf")
    debtors = {_account(every(one, "DbtrAcct")[0]) for one in orders}
    transactions = [one for order in orders for one in every(order, "CdtTrfTxInf")]
    return Filed(_only(debtors), [_of_transaction(one) for one in transactions])


def _of_transaction(one: Element) -> Instruction:
    amounts, accounts = every(one, "Amt/InstdAmt"), every(one, "CdtrAcct")
    name, end_to_end_id = text_at(one, "Cdtr/Nm"), text_at(one, "PmtId/EndToEndId")
    if not amounts or not accounts or not name:
        raise _unreadable(f"{place(one)} has no amount, creditor or account that can be paid to.")
    said = {"Amount": amounts[0].text or "", "Currency": amounts[0].get("Ccy") or ""}
    lines = [line.text or "" for line in every(one, "RmtInf/Ustrd")]
    return Instruction(
        amount=mapping_orders.money_of(said, place(one, "Amt/InstdAmt")),
        creditor_name=name,
        creditor=_account(accounts[0]),
        creditor_bic=text_at(one, "CdtrAgt/FinInstnId/BICFI"),
        end_to_end_id=None if end_to_end_id == _NOT_PROVIDED else end_to_end_id,
        remittance=" ".join(lines) or None,
        reference=text_at(one, "RmtInf/Strd/CdtrRefInf/Ref"),
        particulars={"instruction_id": text_at(one, "PmtId/InstrId")},
    )


def _account(element: Element) -> AccountRef:
    """An account by its IBAN, or by the number that people there write."""
    iban, other = text_at(element, "Id/IBAN"), text_at(element, "Id/Othr/Id")
    scheme = (
        numbers.IBAN if iban else numbers.SORT_CODE if numbers.is_sort_code(other or "") else numbers.BBAN
    )
    said = {"SchemeName": scheme, "Identification": iban or other or ""}
    return mapping_orders.reference(said, place(element, "Id"))


def _only(debtors: set[AccountRef]) -> AccountRef | None:
    if len(debtors) > 1:
        text = "A file is paid from one account."
        raise FieldInvalid(Fault(text, f"{_AT}.DebtorAccount", "U002"))
    return next(iter(debtors), None)


def _unreadable(text: str) -> RequestMalformed:
    return RequestMalformed(Fault(text, None, "U010"))
