"""A new British bank costs one YAML file: here one is written, and called in both versions."""

from pathlib import Path

import pytest

from sandbox.bank import verify
from tests.conftest import open_sandbox
from tests.standards.uk_open_banking.conftest import VERSIONS, Tpp
from tests.standards.uk_open_banking.paying import Pisp

HERON = """
id: heron
name: Heron & Reed
country: GB
currency: GBP
bic: HERNGB20
bankCode: HERN004400
zone: Europe/London
languages: [en]
description: A bank that somebody has written down in a minute.
customers: {first: 0, last: 9999}
apiSecurity:
  scaApproaches: [redirect]
  scaMethods:
    - {id: text, authenticationType: SMS_OTP, name: Text message, explanation: Type the code that we send.}
  signatures: jws
consentService:
  supportedConsentTypes: [dedicated, bankOffered]
  frequencyPerDay: 4
accountInformationService:
  supportedBalanceTypes: [interimBooked, interimAvailable]
  supportedBookingStatusCode: [booked, pending, both]
  supportedReportFormats: [json]
  countingOfAisRequests: byEndpointCall
  historyMonths: 24
  pageSize: 50
  newestFirst: true
paymentService:
  supportedPaymentSchemes: [domesticInstant]
  supportedPaymentServices: [single]
  debtorAccountOptional: true
look: {primary: "#123456", accent: "#abcdef", slogan: Patience}
interfaces:
  - {standard: uk_open_banking, version: "3.1.11"}
  - {standard: uk_open_banking, version: "4.0"}
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_a_new_british_bank_is_one_file(tmp_path: Path, version: str):
    banks = tmp_path / "banks"
    banks.mkdir()
    (banks / "heron.yaml").write_text(HERON, encoding="utf-8")

    opened = open_sandbox(f"sqlite:///{tmp_path / 'x.sqlite3'}", tmp_path, banks_dir=str(banks))

    [customer, *_] = opened.call("GET", "/_sandbox/people?bank=heron").json["people"]
    reader = Tpp(opened, version, "heron", customer["id"]).agreed()
    own = next(one for one in reader.accounts() if one["Currency"] == "GBP")
    pisp = Pisp(opened, version, "heron", customer["id"])
    pisp.paid(pisp.initiation("1.00"))
    paid = pisp.payment()
    known = opened.client.get("/heron/openapi.json").json["paths"]
    opened.services.journal.close()  # type: ignore[attr-defined]

    assert own["Account"][0]["Identification"].startswith("004400")
    assert paid["Status"] == pisp.word("AcceptedCreditSettlementCompleted", "ACCC")
    assert f"/open-banking/{version}/pisp/domestic-payments" in known
    with opened.database.reading() as work:
        assert verify.whole_database(work) == []
    opened.database.close()
