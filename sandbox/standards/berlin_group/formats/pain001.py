"""pain.001, the credit transfer initiation: read into the body that the same payment has in JSON.

Source: ISO 20022 message definitions pain.001.001.03 and pain.001.001.09; psd2-api 1.3.11,
paymentInitiation_json and bulkPaymentInitiation_json.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from sandbox.gateway import iso20022
from sandbox.gateway.iso20022 import Element, at, every, place, text_at
from sandbox.standards.berlin_group.errors import FormatError, Message
from sandbox.standards.berlin_group.formats import pain001_mapping, text

VERSIONS = ("pain.001.001.03", "pain.001.001.09")


@dataclass(frozen=True, slots=True)
class Pain001:
    """A message that has been read.

    `body` is what the JSON body of the same payment would be. `created`, `number_of_transactions` and
    `control_sum` are as the message says them, for a status report repeats them;
    `payment_information_ids` has one for each transaction. `service_level` and `local_instrument` are the
    codes by which the message names its product: `SEPA`, `INST`.
    """

    version: str
    message_id: str
    created: str
    initiating_party: str | None
    payment_information_ids: Sequence[str]
    number_of_transactions: str
    control_sum: str | None
    service_level: str | None
    local_instrument: str | None
    body: Mapping[str, Any]

    @property
    def payments(self) -> Sequence[Mapping[str, Any]]:
        """The transactions in their order: the elements of a bulk, or the one payment."""
        listed: Sequence[Mapping[str, Any]] = self.body.get("payments", (self.body,))
        return listed


def read(raw: bytes, *, bulk: bool) -> Pain001:
    """Read one payment, or a bulk of payments of one debtor on one day.

    Raises FormatError, with the path in the message of what is wrong.
    """
    message = iso20022.read(raw, VERSIONS)
    header, orders = every(message, "GrpHdr")[0], every(message, "PmtInf")
    if not bulk:
        _check_single(orders)
    transactions = {order: every(order, "CdtTrfTxInf") for order in orders}
    _check_totals(header, list(chain.from_iterable(transactions.values())))
    ids, payments = [], []
    for order, listed in transactions.items():
        _check_totals(order, listed)
        for_all = pain001_mapping.shared(order)
        payments += [pain001_mapping.payment(one, for_all) for one in listed]
        ids += [text_at(order, "PmtInfId") or ""] * len(listed)
    _check_references(header, orders, payments)
    common, product = _common(orders, bulk), pain001_mapping.product(orders)
    return Pain001(
        version=iso20022.version_of(message),
        message_id=text_at(header, "MsgId") or "",
        created=(text_at(header, "CreDtTm") or "").strip(),
        initiating_party=text_at(header, "InitgPty/Nm"),
        payment_information_ids=ids,
        number_of_transactions=text_at(header, "NbOfTxs") or "",
        control_sum=_control_sum(header),
        service_level=product.service_level,
        local_instrument=product.local_instrument,
        body=common | ({"payments": payments} if bulk else payments[0]),
    )


def _check_single(orders: Sequence[Element]) -> None:
    for several in (orders, every(orders[0], "CdtTrfTxInf")):
        if len(several) != 1:
            said = "One transaction is expected; several are a bulk payment."
            raise FormatError(Message(said, place(several[1])))


def _common(orders: Sequence[Element], bulk: bool) -> dict[str, Any]:
    """What stands above the transactions, which all instructions of a bulk must agree on."""
    first, *others = (pain001_mapping.common(order, bulk) for order in orders)
    for order, other in zip(orders[1:], others, strict=True):
        differing = [name for name in first | other if first.get(name) != other.get(name)]
        if differing:
            said = (
                f"The instructions of a bulk payment must agree; this one differs in {', '.join(differing)}."
            )
            raise FormatError(Message(said, place(order)))
    return first


def _check_totals(head: Element, transactions: Sequence[Element]) -> None:
    """Hold the number and the sum that a header states against the transactions below it.

    Source: ISO 20022, NumberOfTransactions, and ControlSum: the sum "irrespective of currencies".
    """
    number = text_at(head, "NbOfTxs")
    if number is not None and int(number) != len(transactions):
        said = f"The message says {int(number)}, and has {len(transactions)}."
        raise FormatError(Message(said, place(head, "NbOfTxs")))
    stated = _control_sum(head)
    total = sum((Decimal(text_at(one, "Amt/InstdAmt") or "0") for one in transactions), Decimal(0))
    if stated is not None and Decimal(stated) != total:
        raise FormatError(Message(f"The message says {stated}, and has {total}.", place(head, "CtrlSum")))


def _control_sum(head: Element) -> str | None:
    stated = text_at(head, "CtrlSum")
    return None if stated is None else stated.strip()


def _check_references(
    header: Element, orders: Sequence[Element], payments: Sequence[Mapping[str, Any]]
) -> None:
    text.check_reference(text_at(header, "MsgId") or "", place(header, "MsgId"))
    for order in orders:
        text.check_reference(text_at(order, "PmtInfId") or "", place(order, "PmtInfId"))
    name = at(header, "InitgPty/Nm")
    if name is not None:
        text.check_text(name.text or "", place(name), text.NAME_MAX)
    used = Counter(one["endToEndIdentification"] for one in payments if "endToEndIdentification" in one)
    twice = next((reference for reference, times in used.items() if times > 1), None)
    if twice is not None:
        said = f"The end-to-end identification '{twice}' stands for more than one transaction."
        raise FormatError(Message(said, place(orders[0], "CdtTrfTxInf/PmtId/EndToEndId")))
