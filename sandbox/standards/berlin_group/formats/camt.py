"""What camt.052 and camt.053 have in common: accounts, balances and entries of the version .001.08.

Source: ISO 20022 message definitions, Bank-to-Customer Cash Management, camt.052.001.08 and camt.053.001.08.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

from lxml import etree

from sandbox.bank.accounts import AccountKind, Particulars
from sandbox.bank.ledger import LineRow
from sandbox.kernel.clock import parse_instant
from sandbox.kernel.money import decimal_text
from sandbox.standards.berlin_group.formats.statement import Statement
from sandbox.standards.berlin_group.mapping_accounts import CASH_ACCOUNT_TYPE
from sandbox.standards.berlin_group.mapping_transactions import account_of, exchange_of, pieces

Element = etree._Element
#: ISO 20022 ExternalEntryStatus1Code.
BOOKED, PENDING = "BOOK", "PDNG"


def document(version: str) -> Element:
    """An empty document of that version: `camt.053.001.08`."""
    space = f"urn:iso:std:iso:20022:tech:xsd:{version}"
    return etree.Element("Document", {"xmlns": space})


def put(parent: Element, path: str, text: str | None = None) -> Element:
    """Put an element, or a chain of them (`Id/IBAN`), with its text at the end."""
    for name in path.split("/"):
        parent = etree.SubElement(parent, name)
    parent.text = text
    return parent


def write(root: Element) -> bytes:
    """The document as UTF-8."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def header(message: Element, message_id: str, made_at: datetime) -> None:
    """The group header."""
    group = put(message, "GrpHdr")
    put(group, "MsgId", message_id)
    put(group, "CreDtTm", instant(made_at))


def opening(message: Element, name: str, statement: Statement) -> Element:
    """A statement or report with its number, period and account."""
    found = put(message, name)
    put(found, "Id", f"{statement.until:%Y%m%d}-{statement.number:04d}-{statement.account.currency}")
    put(found, "ElctrncSeqNb", str(statement.number))
    put(found, "CreDtTm", instant(statement.made_at))
    period = put(found, "FrToDt")
    put(period, "FrDtTm", f"{statement.since.isoformat()}T00:00:00")
    put(period, "ToDtTm", f"{statement.until.isoformat()}T23:59:59")
    _account(found, statement)
    return found


def balance(parent: Element, code: str, minor: int, currency: str, day: date) -> None:
    """A booked balance. Source: ISO 20022 ExternalBalanceType1Code."""
    found = put(parent, "Bal")
    put(found, "Tp/CdOrPrtry/Cd", code)
    _amount(found, "Amt", minor, currency)
    put(found, "CdtDbtInd", direction(minor))
    put(found, "Dt/Dt", day.isoformat())


def entry(parent: Element, row: LineRow, status: str) -> None:
    """One entry with one transaction."""
    found = put(parent, "Ntry")
    if row.entry_id:
        put(found, "NtryRef", row.entry_id)
    _amount(found, "Amt", row.amount_minor, row.currency)
    put(found, "CdtDbtInd", direction(row.amount_minor))
    if row.kind == "correction":
        put(found, "RvslInd", "true")
    put(found, "Sts/Cd", status)
    if status == BOOKED:
        put(found, "BookgDt/Dt", row.booked_on)
    if row.value_on:
        put(found, "ValDt/Dt", row.value_on)
    if row.entry_id:
        put(found, "AcctSvcrRef", row.entry_id)
    _code(found, row)
    details = put(found, "NtryDtls/TxDtls")
    _references(details, row)
    _amount(details, "Amt", row.amount_minor, row.currency)
    put(details, "CdtDbtInd", direction(row.amount_minor))
    _exchange(details, row)
    _parties(details, row)
    _remittance(details, row)
    put(details, "RltdDts/TxDtTm", instant(parse_instant(row.at)))


def direction(minor: int) -> str:
    """Source: ISO 20022 CreditDebitCode; zero is a credit."""
    return "DBIT" if minor < 0 else "CRDT"


def instant(moment: datetime) -> str:
    """An ISODateTime in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _amount(parent: Element, name: str, minor: int, currency: str) -> None:
    put(parent, name, decimal_text(abs(minor), currency)).set("Ccy", currency)


def _account(parent: Element, statement: Statement) -> None:
    account = put(parent, "Acct")
    _number(account, statement.account)
    put(account, "Tp/Cd", CASH_ACCOUNT_TYPE[AccountKind(statement.account.kind)])
    put(account, "Ccy", statement.account.currency)
    put(account, "Nm", statement.account.name)
    if statement.owner_name:
        put(account, "Ownr/Nm", statement.owner_name)
    put(account, "Svcr/FinInstnId/BICFI", statement.bic)


def _number(parent: Element, account: Particulars) -> None:
    if account.iban:
        put(parent, "Id/IBAN", account.iban)
    else:
        put(parent, "Id/Othr/Id", account.bban or account.id)


def _code(parent: Element, row: LineRow) -> None:
    """Source: ISO 20022 external code set, BankTransactionDomain, -Family and -SubFamily."""
    code = put(parent, "BkTxCd")
    parts = row.code.split("-")
    if len(parts) == 3:
        domain = put(code, "Domn")
        put(domain, "Cd", parts[0])
        family = put(domain, "Fmly")
        put(family, "Cd", parts[1])
        put(family, "SubFmlyCd", parts[2])
    if row.proprietary_code or len(parts) != 3:
        put(code, "Prtry/Cd", row.proprietary_code or row.code)


def _references(parent: Element, row: LineRow) -> None:
    references = put(parent, "Refs")
    if row.entry_id:
        put(references, "AcctSvcrRef", row.entry_id)
    put(references, "EndToEndId", row.end_to_end_id or "NOTPROVIDED")
    if row.mandate_id:
        put(references, "MndtId", row.mandate_id)


def _exchange(parent: Element, row: LineRow) -> None:
    if row.exchange is None:
        return
    told = exchange_of(row.exchange)
    instructed = put(parent, "AmtDtls/InstdAmt")
    _amount(instructed, "Amt", int(told["amount_minor"]), told["currency"])
    exchange = put(instructed, "CcyXchg")
    put(exchange, "SrcCcy", told["currency"])
    put(exchange, "TrgtCcy", row.currency)
    put(exchange, "UnitCcy", told["currency"])
    put(exchange, "XchgRate", format(Decimal(str(told["rate"])), "f"))
    put(exchange, "QtnDt", f"{told['rate_on']}T00:00:00")


def _parties(parent: Element, row: LineRow) -> None:
    """The other side: the creditor of a debit, the debtor of a credit."""
    side = "Cdtr" if row.amount_minor < 0 else "Dbtr"
    if row.party_name or row.party_account or row.creditor_id:
        parties = put(parent, "RltdPties")
        if row.party_name or row.creditor_id:
            party = put(parties, f"{side}/Pty")
            if row.party_name:
                put(party, "Nm", row.party_name)
            if row.creditor_id:
                put(party, "Id/PrvtId/Othr/Id", row.creditor_id)
        if row.party_account:
            number = account_of(row.party_account)
            if "iban" in number:
                put(parties, f"{side}Acct/Id/IBAN", number["iban"])
            else:
                put(parties, f"{side}Acct/Id/Othr/Id", number["bban"])
    if row.party_bic:
        put(parent, f"RltdAgts/{side}Agt/FinInstnId/BICFI", row.party_bic)


def _remittance(parent: Element, row: LineRow) -> None:
    """The text in pieces, and the payee's reference: RF is ISO's own kind, all others are national."""
    if not (row.remittance or row.reference):
        return
    remittance = put(parent, "RmtInf")
    for piece in pieces(row.remittance) if row.remittance else ():
        put(remittance, "Ustrd", piece)
    if row.reference:
        reference = put(remittance, "Strd/CdtrRefInf")
        kind = put(reference, "Tp")
        put(kind, "CdOrPrtry/Cd", "SCOR")
        if row.reference_type:
            put(kind, "Issr", "ISO" if row.reference_type == "RF" else row.reference_type)
        put(reference, "Ref", row.reference)
