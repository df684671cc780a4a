"""Where a payment stands, as pain.002, judged by ISO's schemas."""

import datetime
from importlib.metadata import distribution

import pytest
from lxml import etree

from sandbox.standards.berlin_group.formats import pain001, pain002
from sandbox.standards.berlin_group.formats.pain002 import (
    Original,
    Reason,
    ReasonCode,
    StatusReport,
    TransactionReport,
)
from tests.standards.berlin_group.pain import ROWING_CLUB, V03, V09, salaries, written

NOON = datetime.datetime(2026, 4, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
#: Source: psd2-api 1.3.11, transactionStatus.
STATUSES = (
    "ACCC",
    "ACCP",
    "ACSC",
    "ACSP",
    "ACTC",
    "ACWC",
    "ACWP",
    "RCVD",
    "PDNG",
    "RJCT",
    "CANC",
    "ACFC",
    "PATC",
    "PART",
)
EVERY = pytest.mark.parametrize("version", pain002.VERSIONS)
#: No package has the schema of .10; that of .12 has the same types where this writer writes.
JUDGES = {"pain.002.001.10": "pain.002.001.12"}


def judged(body, version):
    """The report, valid against ISO's own schema out of the package `pain001`."""
    judge = JUDGES.get(version, version)
    path = distribution("pain001").locate_file(f"pain001/pain002/schemas/{judge}.xsd")
    schema = etree.XMLSchema(etree.parse(str(path)))
    assert f"xsd:{version}".encode() in body
    schema.assertValid(etree.fromstring(body.replace(version.encode(), judge.encode())))
    return etree.fromstring(body)


def texts(document, name):
    return [one.text for one in document.iter(f"{{*}}{name}")]


def reported(body, status, *transactions, bulk=False, reasons=()):
    message = pain001.read(written(body), bulk=bulk)
    return StatusReport(
        message_id="REPORT-1",
        created_at=NOON,
        bic="FJORNOK1",
        original=pain002.original_of(message),
        status=status,
        reasons=reasons,
        transactions=transactions,
    )


@EVERY
def test_a_report_repeats_what_it_reports_on(version):
    one = TransactionReport("ACSP", "FEE-2026-04", "INSTR-1", accepted_at=NOON, bank_reference="B-7")

    document = judged(pain002.write(reported(ROWING_CLUB, "ACSP", one), version), version)

    assert texts(document, "OrgnlMsgId") == ["MSG-1"]
    assert texts(document, "OrgnlMsgNmId") == [V03]
    assert texts(document, "OrgnlCreDtTm") == ["2026-03-31T10:00:00"]
    assert texts(document, "OrgnlPmtInfId") == ["PMT-1"]
    assert texts(document, "OrgnlEndToEndId") == ["FEE-2026-04"]
    assert texts(document, "OrgnlInstrId") == ["INSTR-1"]
    assert texts(document, "AccptncDtTm") == ["2026-04-01T10:00:00Z"]
    assert texts(document, "AcctSvcrRef") == ["B-7"]
    assert texts(document, "GrpSts") == texts(document, "TxSts") == ["ACSP"]


@EVERY
def test_each_transaction_of_a_bulk_has_its_status_and_its_reason(version):
    short = Reason(ReasonCode.INSUFFICIENT_FUNDS, "The account does not have it. " * 10)
    report = reported(
        salaries("1.00", "2.00", "3.00"),
        "PART",
        TransactionReport("ACSC", "SALARY-1"),
        TransactionReport("RJCT", "SALARY-2", reasons=[short]),
        TransactionReport("RJCT", reasons=[Reason(ReasonCode.INCORRECT_ACCOUNT)]),
        bulk=True,
    )

    document = judged(pain002.write(report, version), version)

    assert texts(document, "GrpSts") == texts(document, "PmtInfSts") == ["PART"]
    assert texts(document, "TxSts") == ["ACSC", "RJCT", "RJCT"]
    assert texts(document, "OrgnlEndToEndId") == ["SALARY-1", "SALARY-2", "NOTPROVIDED"]
    assert texts(document, "Cd") == ["AM04", "AC01"]


@EVERY
@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_the_standard_can_be_said(status, version):
    report = reported(ROWING_CLUB, status, TransactionReport(status))

    document = judged(pain002.write(report, version), version)

    if version != pain002.DEFAULT:
        assert texts(document, "GrpSts") == [status]


def test_a_cancelled_payment_was_rejected_before_there_was_a_word_for_it():
    document = judged(pain002.write(reported(ROWING_CLUB, "CANC")), pain002.DEFAULT)

    assert texts(document, "GrpSts") == ["RJCT"]
    assert texts(document, "Cd") == ["DS02"]


@EVERY
@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_can_be_said_of_the_whole(code, version):
    report = reported(ROWING_CLUB, "RJCT", reasons=[Reason(code, "No.")])

    assert texts(judged(pain002.write(report, version), version), "Cd") == [code]


@EVERY
def test_each_instruction_has_its_own_transactions(version):
    original = Original("MSG-1", V03, ["A", "B", "A"])
    report = StatusReport(
        "REPORT-1",
        NOON,
        "FJORNOK1",
        original,
        "PART",
        (),
        [TransactionReport("ACSP", str(n)) for n in range(3)],
    )

    document = judged(pain002.write(report, version), version)

    assert texts(document, "OrgnlPmtInfId") == ["A", "B"]
    assert texts(document, "OrgnlEndToEndId") == ["0", "2", "1"]
    assert texts(document, "PmtInfSts") == []


def test_the_report_is_of_the_release_of_the_initiation():
    assert pain002.version_for(V03) == "pain.002.001.03"
    assert pain002.version_for(V09) == "pain.002.001.10"
