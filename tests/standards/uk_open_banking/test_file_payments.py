"""Payments in files: what is said of a file is held against it, and then the PSU says yes to all of it."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
import pytest

from tests.standards.uk_open_banking.conftest import VERSIONS
from tests.standards.uk_open_banking.paying import OUTSIDE, Pisp

AT = "Data.Initiation"
PAIN = "UK.OBIE.pain.001.001.08"
INVALID = ("UK.OBIE.Field.Invalid", "U002")
NO_STATUS = ("UK.OBIE.Resource.InvalidConsentStatus", "U009")


@dataclass
class Filer(Pisp):
    """An app that pays by files."""

    kind: str = "file-payment"

    def own_type(self) -> str:
        return self.word("UK.OBIE.PaymentInitiation.3.1", "UK.OBIE.PaymentInitiation.4.0")

    def file(self, count: int = 50) -> bytes:
        """So many payments of a pound and some pence."""
        payments = [
            {
                "InstructionIdentification": f"WAGE-{n}",
                "EndToEndIdentification": f"WAGE-2026-{n}",
                "InstructedAmount": {"Amount": f"1.{n % 100:02}", "Currency": "GBP"},
                "CreditorAccount": OUTSIDE | {"Name": f"Rower {n}"},
                "RemittanceInformation": self.remittance("Wages", f"W{n}"),
            }
            for n in range(count)
        ]
        return orjson.dumps({"Data": {"DomesticPayments": payments}})

    def said_of(self, raw: bytes, count: int = 50, **more: Any) -> dict[str, Any]:
        """What a consent says of that file."""
        total = sum((Decimal(f"1.{n % 100:02}") for n in range(count)), Decimal(0))
        said = {
            "FileType": self.own_type(),
            "FileHash": b64encode(hashlib.sha256(raw).digest()).decode(),
            "FileReference": "WAGES-MARCH",
            "NumberOfTransactions": str(count),
            "ControlSum": float(total),
        } | more
        return {name: value for name, value in said.items() if value is not None}

    def stage(self, initiation: dict[str, Any] | None = None, expected: int = 201, **data: Any) -> Any:
        key = data.pop("key", None)
        body = {"Data": {"Initiation": initiation, **data}}
        answer = self.post("/file-payment-consents", body, expected, key=key)
        if expected == 201:
            self.sent, self.consent_id = body, answer.json["Data"]["ConsentId"]
        return answer

    def upload(
        self, raw: bytes, expected: int = 200, content_type: str = "application/json", key: str = "upload"
    ) -> Any:
        path = f"/file-payment-consents/{self.consent_id}/file"
        headers = {"x-idempotency-key": f"{key}-{self.consent_id[:8]}"}
        answer = self.call("POST", path, expected, data=raw, content_type=content_type, headers=headers)
        self.authorisation_id = answer.headers.get("x-bryggen-authorisation-id")
        return answer

    def submit(self, expected: int = 201, *, key: str | None = None, **changed: Any) -> Any:
        initiation = self.sent["Data"]["Initiation"] | changed
        body = {"Data": {"ConsentId": self.consent_id, "Initiation": initiation}}
        answer = self.post("/file-payments", body, expected, key=key)
        if expected == 201:
            self.payment_id = answer.json["Data"]["FilePaymentId"]
        return answer


@pytest.fixture(params=VERSIONS)
def filer(request: pytest.FixtureRequest, city) -> Filer:
    """An app that pays by files at Kelp Bank, once in each version."""
    return Filer(city, request.param)


def pain(filer: Filer, amounts=("10.00", "12.50"), count: str = "2", total: str = "22.50") -> bytes:
    transactions = "".join(
        f"<CdtTrfTxInf><PmtId><InstrId>I{n}</InstrId><EndToEndId>E{n}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="GBP">{amount}</InstdAmt></Amt><Cdtr><Nm>Rower {n}</Nm></Cdtr>'
        "<CdtrAcct><Id><Othr><Id>99999912345678</Id></Othr></Id></CdtrAcct>"
        f"<RmtInf><Ustrd>Wages {n}</Ustrd></RmtInf></CdtTrfTxInf>"
        for n, amount in enumerate(amounts)
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.08"><CstmrCdtTrfInitn>'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-16T09:00:00</CreDtTm>"
        f"<NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum>"
        "<InitgPty><Nm>Rowing club</Nm></InitgPty></GrpHdr>"
        "<PmtInf><PmtInfId>P1</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>2026-03-16</Dt></ReqdExctnDt>"
        "<Dbtr><Nm>Rowing club</Nm></Dbtr>"
        f"<DbtrAcct><Id><IBAN>{filer.account()['iban']}</IBAN></Id></DbtrAcct>"
        "<DbtrAgt><FinInstnId><BICFI>KELPGB20</BICFI></FinInstnId></DbtrAgt>"
        f"{transactions}</PmtInf></CstmrCdtTrfInitn></Document>"
    ).encode()


def test_fifty_payments_by_one_yes(filer):
    raw = filer.file()
    staged = filer.stage(filer.said_of(raw)).json["Data"]

    assert staged["Status"] == filer.word("AwaitingUpload", "AWUP")

    filer.upload(raw)
    assert filer.consent()["Status"] == filer.word("AwaitingAuthorisation", "AWAU")

    filer.approve()
    created = filer.submit().json["Data"]

    assert created["Status"] == filer.word("InitiationCompleted", "PDNG")
    assert filer.payment()["Status"] == filer.word("InitiationCompleted", "INCO")
    assert filer.consent()["Status"] == filer.word("Consumed", "COND")
    assert len(filer.details()) == 50
    report = filer.get(f"/file-payments/{filer.payment_id}/report-file")["Data"]["Payments"]
    assert [one["InstructionIdentification"] for one in report] == [f"WAGE-{n}" for n in range(50)]
    assert {one["Status"] for one in report} == {filer.word("AcceptedCreditSettlementCompleted", "ACCC")}


def test_a_pain_001_is_read_as_well(filer):
    raw = pain(filer)
    filer.stage(
        filer.said_of(raw, FileType=PAIN, NumberOfTransactions="2", ControlSum=22.50),
    )
    filer.upload(raw, content_type="application/xml")
    filer.approve()
    filer.submit()

    downloaded = filer.call("GET", f"/file-payment-consents/{filer.consent_id}/file")
    assert downloaded.get_data() == raw
    assert downloaded.mimetype == "application/xml"
    assert len(filer.details()) == 2


def test_the_file_is_given_back_to_the_letter(filer):
    raw = filer.file(2)
    filer.stage(filer.said_of(raw, 2))

    early = filer.call("GET", f"/file-payment-consents/{filer.consent_id}/file", 400)
    filer.upload(raw)
    answer = filer.call("GET", f"/file-payment-consents/{filer.consent_id}/file")

    assert filer.code(early)[0] == filer.word(*NO_STATUS)
    assert answer.get_data() == raw


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"FileHash": b64encode(b"0" * 32).decode()}, "FileHash"),
        ({"NumberOfTransactions": "3"}, "NumberOfTransactions"),
        ({"ControlSum": 2.02}, "ControlSum"),
        ({"DebtorAccount": "own"}, None),
        ({"NumberOfTransactions": None, "ControlSum": None}, None),
    ],
)
def test_what_is_said_of_a_file_must_be_so(filer, changed, place):
    changed = {name: filer.number() if value == "own" else value for name, value in changed.items()}
    raw = filer.file(2)
    filer.stage(filer.said_of(raw, 2, **changed))

    answer = filer.upload(raw, 200 if place is None else 400)

    if place is not None:
        assert filer.code(answer) == (filer.word(*INVALID), f"{AT}.{place}")
        assert filer.consent()["Status"] == filer.word("Rejected", "RJCT")
        assert filer.code(filer.upload(raw, 400, key="again"))[0] == filer.word(*NO_STATUS)


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b'{"Data": {}}', b"{", b'{"Data": {"DomesticPayments": 1}}', b"\xff\xfe"]
)
def test_a_file_that_is_none_is_refused(filer, raw):
    filer.stage(filer.said_of(raw, 1))

    answer = filer.upload(raw, 400)

    assert filer.code(answer)[0] in (
        filer.word("UK.OBIE.Resource.InvalidFormat", "U010"),
        filer.word(*INVALID),
    )
    assert filer.consent()["Status"] == filer.word("Rejected", "RJCT")


def test_each_payment_of_a_file_is_read_as_one_by_itself(filer):
    raw = orjson.dumps({"Data": {"DomesticPayments": [{"InstructionIdentification": "W"}]}})
    filer.stage(filer.said_of(raw, 1))

    answer = filer.upload(raw, 400)

    code, place = filer.code(answer)
    assert code == filer.word("UK.OBIE.Field.Missing", "U004")
    assert "EndToEndIdentification" in str([one["Path"] for one in answer.json["Errors"]]), place


def test_a_file_of_a_strange_type_is_not_waited_for(filer):
    answer = filer.stage(filer.said_of(b"x", FileType="UK.OBIE.MT103"), 400)

    assert filer.code(answer) == (filer.word(*INVALID), f"{AT}.FileType")


def test_the_same_upload_twice_is_one(filer):
    raw = filer.file(2)
    filer.stage(filer.said_of(raw, 2))

    filer.upload(raw)
    filer.upload(raw)
    filer.approve()

    assert filer.consent()["Status"] == filer.word("Authorised", "AUTH")


def test_a_file_of_3_1_is_not_for_4_0(city):
    old = Filer(city, "v3.1")
    raw = old.file(2)
    old.stage(old.said_of(raw, 2))

    old.in_version("v4.0").upload(raw, 403)

    assert old.consent()["Status"] == "AwaitingUpload"


def test_nobody_says_yes_to_a_file_that_has_not_come(filer):
    raw = filer.file(2)
    filer.stage(filer.said_of(raw, 2))

    answer = filer.sandbox.call("POST", f"/_sandbox/consents/{filer.consent_id}/authorisations")

    assert answer.status_code == 409
    assert filer.code(filer.submit(400))[0] == filer.word(*NO_STATUS)


def test_a_file_for_a_day_to_come_waits_for_it(filer):
    raw = filer.file(2)
    filer.stage(filer.said_of(raw, 2, RequestedExecutionDateTime="2026-03-20T00:00:00+00:00"))
    filer.upload(raw)
    filer.approve()

    waiting = filer.submit().json["Data"]
    filer.sandbox.call("POST", "/_sandbox/clock/advance", json={"days": 5})

    assert waiting["Status"] == filer.word("InitiationCompleted", "PDNG")
    assert filer.payment()["Status"] == filer.word("InitiationCompleted", "INCO")
    assert {one["Status"] for one in filer.details()} == {
        filer.word("AcceptedCreditSettlementCompleted", "ACCC")
    }
