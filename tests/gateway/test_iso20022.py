"""Messages are read without trust: no entities, no way out, no other encoding, and within limits."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import etree

from sandbox.gateway import iso20022
from sandbox.gateway.refusals import RequestMalformed
from sandbox.standards.berlin_group.errors import FormatError
from sandbox.standards.berlin_group.formats import pain001
from tests.standards.berlin_group.pain import ROWING_CLUB, V09, below, put, refused, salaries, tree, written

PAYMENT = "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf"

BOMB = b"""<!DOCTYPE d [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>"""
FILE = b"""<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>"""


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "not well-formed"),
        (b"   ", "not well-formed"),
        (b"{}", "not well-formed"),
        (BOMB + b"<d>&b;</d>", "document type"),
        (FILE + b"<d>&a;</d>", "document type"),
        (b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd"><d/>', "document type"),
        (b"<d>&a;</d>", "not well-formed"),
        (b"<d>\xff</d>", "not UTF-8: byte 4"),
        (b"<d>\x00</d>", "not well-formed"),
        ("<d/>".encode("utf-16"), "not UTF-8"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><d/>', "UTF-8"),
        (b"<?xml version='1.0' encoding='UTF-7'?><d/>", "UTF-8"),
        (b"<d>" * 100_000, "depth"),
        (b"<d>" * 40 + b"</d>" * 40, "deeper"),
        (b"<d/>" + b" " * 1_000_000, "bytes"),
        (b"<d/>", "must be a Document"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.02"/>', "must be a Document"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.02"/>', "must be a Document"),
        (b'<Other xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"/>', "must be a Document"),
    ],
)
def test_what_is_no_message_is_refused(raw, said):
    ((path, text),) = refused(raw)

    assert path is None
    assert said in text


def test_a_message_leads_the_reader_nowhere():
    """A hint at a schema elsewhere, and an inclusion, are not followed."""
    hint = b'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="urn:a http://127.0.0.1:9/a.xsd"'
    raw = written(ROWING_CLUB).replace(b"<Document ", b"<Document " + hint + b" ")
    include = b'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'

    assert pain001.read(raw, bulk=False).body == ROWING_CLUB
    assert refused(raw.replace("Ruderverein Köln".encode(), include))


@pytest.mark.parametrize("root", [b"", b'xmlns:q="urn:one" '])
def test_a_fault_under_a_strange_name_is_told_by_its_line(root):
    raw = written(ROWING_CLUB).replace(b"<Document ", b"<Document " + root)
    raw = raw.replace(b"</RmtInf>", b'<q:a xmlns:q="urn:two"/></RmtInf>')

    ((path, text),) = refused(raw)

    assert path == "line 2"
    assert "'a'" in text


def test_a_fault_is_not_told_in_a_million_letters():
    raw = written(ROWING_CLUB).replace(b"NO9386011117947", b"N" * 900_000)

    assert len(refused(raw)[0][1]) == 300


def test_a_byte_order_mark_is_no_fault():
    assert pain001.read(b"\xef\xbb\xbf" + written(ROWING_CLUB), bulk=False).body == ROWING_CLUB


def test_messages_of_many_threads_keep_their_own_faults():
    good = written(ROWING_CLUB)
    raws = [good.replace(b">123.50", b">much"), good.replace(b">TRF", b">GIFT"), good] * 40

    def fault(raw):
        try:
            return pain001.read(raw, bulk=False) and None
        except (FormatError, RequestMalformed) as refusal:
            return [one.path for one in refusal.messages]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(fault, raws))

    assert found == [[f"{PAYMENT}/Amt/InstdAmt"], ["CstmrCdtTrfInitn/PmtInf/PmtMtd"], None] * 40


def test_the_schemas_cost_nothing_before_the_first_message():
    code = (
        "import sys; from sandbox.gateway import iso20022;"
        "from sandbox.standards.berlin_group.formats import pain001;"
        "assert 'sepaxml' not in sys.modules and 'xmlschema' not in sys.modules;"
        "assert iso20022._schema.cache_info().currsize == 0"
    )

    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_whole_limit_is_read_in_the_time_of_a_request():
    """A flood of empty elements, and a bulk as large as it may be: neither is more than linear."""
    flood = (
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03">'
        + b"<a/>" * 240_000
        + b"</Document>"
    )

    assert len(refused(flood)) == 1
    assert len(pain001.read(written(salaries(*["1.00"] * 1_500)), bulk=True).payments) == 1_500


def test_a_place_is_found_for_what_is_of_another_namespace():
    root = tree(ROWING_CLUB, V09)
    envelope = put(below(root, "CstmrCdtTrfInitn"), "SplmtryData/Envlp")
    stranger = etree.SubElement(envelope, "{urn:strange}A")
    inside = [etree.SubElement(stranger, "{urn:strange}B") for _ in range(2)]

    assert iso20022.place(inside[1]) == "CstmrCdtTrfInitn/SplmtryData/Envlp/A/B[2]"
    assert pain001.read(etree.tostring(root), bulk=False).body == ROWING_CLUB
