"""Payments in XML: a pain.001 says what the JSON body says, and nothing that is not one gets in."""

import datetime
import re

import pytest
import sepaxml
from lxml import etree

from sandbox.standards.berlin_group.formats import pain001
from tests.standards.berlin_group import published
from tests.standards.berlin_group.pain import (
    ROWING_CLUB,
    V03,
    V09,
    below,
    put,
    refused,
    salaries,
    tree,
    written,
)

BOTH = pytest.mark.parametrize("version", [V03, V09])
PAYMENT = "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf"


def bent(name, text=None, version=V03, body=ROWING_CLUB, **attributes):
    """The rowing club's payment with another text in one element."""
    root = tree(body, version)
    element = below(root, name)
    element.text = text if text is not None else element.text
    for key, value in attributes.items():
        element.set(key, value)
    return etree.tostring(root)


@BOTH
def test_a_payment_says_what_its_json_body_says(version):
    message = pain001.read(written(ROWING_CLUB, version), bulk=False)

    assert message.body == ROWING_CLUB
    assert message.payments == (ROWING_CLUB,)


@BOTH
def test_a_bulk_says_what_its_json_body_says(version):
    body = salaries("3100.00", "2750.25")

    message = pain001.read(written(body, version, control_sum="5850.25"), bulk=True)

    assert message.body == body
    assert message.payments == body["payments"]


def test_a_message_keeps_what_a_report_repeats():
    message = pain001.read(written(salaries("1.00"), control_sum="1"), bulk=True)

    assert (message.version, message.message_id, message.payment_information_ids) == (V03, "MSG-1", ["PMT-1"])
    assert (message.created, message.initiating_party) == ("2026-03-31T10:00:00", "Budget Buddy")
    assert (message.number_of_transactions, message.control_sum) == ("1", "1")


@BOTH
def test_a_message_of_another_writer_is_read(version):
    writer = sepaxml.SepaTransfer(
        {
            "name": "Ola Nordmann",
            "IBAN": "NO9386011117947",
            "BIC": "DNBANOKK",
            "batch": False,
            "currency": "EUR",
        },
        clean=True,
        schema=version,
    )
    for number in (1, 2):
        writer.add_payment(
            {
                "name": "Merchant 123",
                "IBAN": "DE40100100103307118608",
                "BIC": "BANKDEFF",
                "amount": 5025,
                "execution_date": datetime.date(2026, 4, 1),
                "description": "Ref Number",
                "endtoend_id": f"E2E-{number}",
            }
        )

    message = pain001.read(writer.export(validate=True), bulk=True)

    assert message.service_level == "SEPA"
    assert message.body["batchBookingPreferred"] is False
    assert message.body["requestedExecutionDate"] == "2026-04-01"
    assert message.payments[1] == {
        "endToEndIdentification": "E2E-2",
        "instructedAmount": {"currency": "EUR", "amount": "50.25"},
        "creditorAccount": {"iban": "DE40100100103307118608"},
        "creditorAgent": "BANKDEFF",
        "creditorName": "Merchant 123",
        "chargeBearer": "SLEV",
        "remittanceInformationUnstructured": "Ref Number",
    }


@published.needs_the_published_file
def test_the_published_example_is_not_valid_by_iso():
    """It has a space before an IBAN, no debtor agent and `Prptry`, and IBANs with wrong check digits."""
    example = published.document()["components"]["examples"]["pain.001.001_SCT_singleTransaction"]["value"]

    paths = [path for path, _ in refused(example.encode())]

    assert paths == [
        "CstmrCdtTrfInitn/GrpHdr/InitgPty/Id/OrgId/Othr/SchmeNm/Prptry",
        "CstmrCdtTrfInitn/PmtInf/ChrgBr",
    ]


# what is said in more than one way


@pytest.mark.parametrize(
    ("amount", "currency", "read"),
    [
        ("123", "EUR", "123.00"),
        ("+0123.5", "EUR", "123.50"),
        (" .5 ", "EUR", "0.50"),
        ("7.", "NOK", "7.00"),
        ("12.30000", "SEK", "12.30"),
        ("1250.000", "JPY", "1250"),
        ("1.234", "KWD", "1.234"),
        ("0", "EUR", "0.00"),
    ],
)
def test_an_amount_gets_the_digits_of_its_currency(amount, currency, read):
    message = pain001.read(bent("InstdAmt", amount, Ccy=currency), bulk=False)

    assert message.body["instructedAmount"] == {"currency": currency, "amount": read}


@pytest.mark.parametrize(
    ("amount", "currency"), [("0.001", "EUR"), ("1.5", "JPY"), ("999999999999999", "EUR")]
)
def test_an_amount_is_never_rounded(amount, currency):
    ((path, _),) = refused(bent("InstdAmt", amount, Ccy=currency))

    assert path == f"{PAYMENT}/Amt/InstdAmt"


def test_a_payment_without_a_reference_has_none():
    body = {name: value for name, value in ROWING_CLUB.items() if name != "endToEndIdentification"}

    assert pain001.read(written(body), bulk=False).body == body


def test_a_moment_of_execution_keeps_its_offset():
    body = {name: value for name, value in ROWING_CLUB.items() if name != "requestedExecutionDate"}
    body |= {"requestedExecutionTime": "2026-04-01T08:30:00+02:00"}

    assert pain001.read(written(body, V09), bulk=False).body == body


def test_what_the_instruction_says_is_said_of_each_transaction():
    root = tree(salaries("1.00", "2.00"))
    first = below(root, "CdtTrfTxInf")
    party = put(below(root, "PmtInf"), "UltmtDbtr")
    put(party, "Nm", "Holding AS")
    first.addprevious(party)
    bearer = put(below(root, "PmtInf"), "ChrgBr", "SLEV")
    first.addprevious(bearer)

    message = pain001.read(etree.tostring(root), bulk=True)

    assert [one["ultimateDebtor"] for one in message.payments] == ["Holding AS"] * 2
    assert [one["chargeBearer"] for one in message.payments] == ["SLEV"] * 2
    assert "ultimateDebtor" not in message.body


def test_comments_and_instructions_part_no_text():
    raw = written(ROWING_CLUB).replace(b"Ruderverein", b"Ruder<!-- not rowing --><?boat eight?>verein")

    assert pain001.read(raw, bulk=False).body == ROWING_CLUB


def test_the_kind_of_transfer_is_told():
    root = tree(ROWING_CLUB)
    kind = put(below(root, "PmtInf"), "PmtTpInf")
    put(kind, "SvcLvl/Cd", "SEPA")
    put(kind, "LclInstrm/Cd", "INST")
    below(root, "ReqdExctnDt").addprevious(kind)

    message = pain001.read(etree.tostring(root), bulk=False)

    assert (message.service_level, message.local_instrument) == ("SEPA", "INST")


# what is refused


@pytest.mark.parametrize(
    ("name", "text", "path"),
    [
        ("IBAN", "NO9386011117948", "CstmrCdtTrfInitn/PmtInf/DbtrAcct/Id/IBAN"),
        ("PmtMtd", "CHK", "CstmrCdtTrfInitn/PmtInf/PmtMtd"),
        ("NbOfTxs", "2", "CstmrCdtTrfInitn/GrpHdr/NbOfTxs"),
        ("MsgId", "/1", "CstmrCdtTrfInitn/GrpHdr/MsgId"),
        ("PmtInfId", "A//B", "CstmrCdtTrfInitn/PmtInf/PmtInfId"),
        ("EndToEndId", "Gebühr", f"{PAYMENT}/PmtId/EndToEndId"),
        ("Ustrd", "one\ntwo", f"{PAYMENT}/RmtInf/Ustrd"),
        ("Ustrd", "日本", f"{PAYMENT}/RmtInf/Ustrd"),
        ("ReqdExctnDt", "2026-04-01Z", "CstmrCdtTrfInitn/PmtInf/ReqdExctnDt"),
        ("ReqdExctnDt", "12026-04-01", "CstmrCdtTrfInitn/PmtInf/ReqdExctnDt"),
        ("ReqdExctnDt", "2026-02-30", "CstmrCdtTrfInitn/PmtInf/ReqdExctnDt"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(name, text, path):
    assert path in [found for found, _ in refused(bent(name, text))]


def test_a_name_is_not_longer_than_sepa_carries():
    root = tree(ROWING_CLUB)
    below(root, "Cdtr")[0].text = "x" * 71

    assert refused(etree.tostring(root))[0][0] == f"{PAYMENT}/Cdtr/Nm"


def test_a_sum_that_is_not_one_is_refused():
    raw = written(salaries("1.00", "2.00"), control_sum="3.01")

    assert refused(raw, bulk=True) == [
        ("CstmrCdtTrfInitn/GrpHdr/CtrlSum", "The message says 3.01, and has 3.00.")
    ]


def test_an_end_to_end_identification_stands_for_one_transaction():
    body = salaries("1.00", "2.00")
    body["payments"][1]["endToEndIdentification"] = "SALARY-1"

    assert "SALARY-1" in refused(written(body), bulk=True)[0][1]


def test_several_transactions_are_a_bulk():
    assert refused(written(salaries("1.00", "2.00")))[0][0] == f"{PAYMENT}[2]"


def doubled(body):
    """The payment's instruction twice, the second under names of its own."""
    root = tree(body)
    first = below(root, "PmtInf")
    second = etree.fromstring(etree.tostring(first))
    first.addnext(second)
    below(root, "NbOfTxs").text = "2"
    second[0].text = "PMT-2"
    below(second, "EndToEndId").text = "OTHER"
    return root, second


def test_instructions_that_agree_are_one_bulk():
    root, _ = doubled(salaries("1.00"))

    message = pain001.read(etree.tostring(root), bulk=True)

    assert message.payment_information_ids == ["PMT-1", "PMT-2"]
    assert [one["endToEndIdentification"] for one in message.payments] == ["SALARY-1", "OTHER"]


def test_instructions_that_differ_are_no_bulk():
    root, second = doubled(salaries("1.00"))
    below(second, "ReqdExctnDt").text = "2026-04-02"

    ((path, text),) = refused(etree.tostring(root), bulk=True)

    assert path == "CstmrCdtTrfInitn/PmtInf[2]"
    assert "requestedExecutionDate" in text


def test_several_instructions_are_no_single_payment():
    root, _ = doubled(ROWING_CLUB)

    assert refused(etree.tostring(root))[0][0] == "CstmrCdtTrfInitn/PmtInf[2]"


@pytest.mark.parametrize("name", ["CdtrAcct", "Nm"])
def test_a_creditor_has_a_name_and_an_account(name):
    root = tree(ROWING_CLUB)
    if name == "Nm":
        below(root, "Cdtr").remove(below(root, "Cdtr")[0])
    else:
        below(root, "CdtTrfTxInf").remove(below(root, "CdtrAcct"))

    ((path, _),) = refused(etree.tostring(root))

    assert path == f"{PAYMENT}/Cdtr/Nm" if name == "Nm" else f"{PAYMENT}/CdtrAcct"


def test_remittance_without_a_reference_is_not_dropped_in_silence():
    root = tree(ROWING_CLUB)
    put(below(root, "RmtInf"), "Strd/AddtlRmtInf", "Invoice 7")

    assert refused(etree.tostring(root))[0][0] == f"{PAYMENT}/RmtInf/Strd/CdtrRefInf/Ref"


@pytest.mark.parametrize(
    ("path", "text"), [("XchgRateInf/XchgRate", "1.1"), ("IntrmyAgt1/FinInstnId/BIC", "DNBANOKK")]
)
def test_what_would_pay_something_else_is_refused(path, text):
    root = tree(ROWING_CLUB)
    element = put(below(root, "CdtTrfTxInf"), path, text)
    while element.getparent() is not below(root, "CdtTrfTxInf"):
        element = element.getparent()
    below(root, "Amt").addnext(element)

    assert refused(etree.tostring(root))[0][0] == f"{PAYMENT}/{path.split('/')[0]}"


def test_what_stands_with_the_instruction_stands_there_alone():
    root = tree(ROWING_CLUB | {"ultimateDebtor": "Ola Nordmann"})
    party = put(below(root, "PmtInf"), "UltmtDbtr")
    below(root, "CdtTrfTxInf").addprevious(party)

    assert refused(etree.tostring(root))[0][0] == f"{PAYMENT}/UltmtDbtr"


def test_a_bulk_is_of_one_kind():
    root = tree(salaries("1.00", "2.00"))
    for number, one in enumerate(list(below(root, "PmtInf").iter("{*}CdtTrfTxInf"))):
        kind = put(one, "PmtTpInf")
        put(kind, "LclInstrm/Cd", f"K{number}")
        one.insert(1, kind)

    assert "differ in their kind" in refused(etree.tostring(root), bulk=True)[0][1]


@pytest.mark.parametrize("moment", ["2026-04-01T08:30:00", "2026-04-01T24:00:00Z", "12026-04-01T08:30:00Z"])
def test_a_moment_is_one_of_this_world(moment):
    body = {name: value for name, value in ROWING_CLUB.items() if name != "requestedExecutionDate"}
    body |= {"requestedExecutionTime": moment}

    assert refused(written(body, V09))[0][0].startswith("CstmrCdtTrfInitn/PmtInf/ReqdExctnDt")


def test_a_bban_has_letters_and_digits_only():
    body = ROWING_CLUB | {"creditorAccount": {"bban": "8601.11.17947"}}

    assert refused(written(body))[0][0] == f"{PAYMENT}/CdtrAcct/Id/Othr/Id"


def test_an_address_of_lines_only_is_read_over():
    root = tree(ROWING_CLUB)
    put(below(root, "Cdtr"), "PstlAdr/AdrLine", "Am Ufer 3")

    assert pain001.read(etree.tostring(root), bulk=False).body == ROWING_CLUB


def test_an_address_has_its_country():
    root = tree(ROWING_CLUB)
    put(below(root, "Cdtr"), "PstlAdr/TwnNm", "Köln")

    assert refused(etree.tostring(root))[0][0] == f"{PAYMENT}/Cdtr/PstlAdr/Ctry"


def test_at_most_five_faults_are_told_at_once():
    raw = re.sub(rb"<InstdAmt[^>]*>[^<]*", b'<InstdAmt Ccy="euro">', written(salaries(*["1.00"] * 40)))

    found = refused(raw, bulk=True)

    assert [path for path, _ in found] == [f"{PAYMENT}[{number}]/Amt/InstdAmt" for number in range(1, 6)]


def test_faults_have_their_place_under_any_prefix():
    root = tree(ROWING_CLUB)
    below(root, "InstdAmt").text = "much"
    raw = etree.tostring(root).replace(b"xmlns=", b"xmlns:p=").replace(b"<", b"<p:").replace(b"<p:/", b"</p:")

    assert refused(raw)[0][0] == f"{PAYMENT}/Amt/InstdAmt"
