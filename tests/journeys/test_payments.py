"""From the order to both statements: each product at each bank by each of its ways to the PSU's yes."""

import pytest

from sandbox.bank.profile import ScaApproach
from sandbox.standards.berlin_group.formats import multipart
from tests.journeys.conftest import id_of
from tests.journeys.offered import CREDITORS, cases, settled
from tests.journeys.paying import MARK, Payer, agree, to
from tests.standards.berlin_group.pain import written


def advance(sandbox, **span):
    answer = sandbox.call("POST", "/_sandbox/clock/advance", json=span)
    assert answer.status_code == 200, answer.text


def payer_at(sandbox, bank_id, person_id=None):
    from tests.journeys.conftest import PSU

    return Payer(sandbox, bank_id, person_id=person_id or PSU[bank_id])


@pytest.mark.parametrize(("bank_id", "product", "approach"), cases())
def test_a_payment_leaves_the_debtor_and_arrives_at_the_creditor(sandbox, bank_id, product, approach):
    there, person_id, currency = CREDITORS[product]
    payer, creditor = payer_at(sandbox, bank_id), payer_at(sandbox, there, person_id)
    body = to(creditor, "137.31", currency, debtorAccount={"iban": payer.account["iban"]})

    paid = payer.initiate(body, product, approach)
    assert paid.say_yes() == "finalised"
    advance(sandbox, days=5)

    assert paid.status() == settled(bank_id, product)
    # Some banks lose the text, but none the account of the other side.
    [debit] = payer.statement(other=creditor.account["iban"])
    [credit] = creditor.statement(other=payer.account["iban"])
    assert debit["bookingDate"] <= credit["bookingDate"] <= "2026-03-20"
    if creditor.currency == currency:
        assert credit["transactionAmount"] == {"currency": currency, "amount": "137.31"}


def test_a_bankgiro_is_paid_by_its_ocr(sandbox):
    payer = payer_at(sandbox, "lindbanken")
    body = {
        "debtorAccount": {"iban": payer.account["iban"]},
        "instructedAmount": {"currency": "SEK", "amount": "499.00"},
        "creditorAccount": {"other": {"identification": "991-2346", "schemeNameProprietary": "BGNR"}},
        "creditorName": "Elbolaget Norrsken",
        "remittanceInformationStructured": "1234574",
    }

    paid = payer.initiate(body, "swedish-domestic-giro-payment", "redirect")
    paid.say_yes()
    advance(sandbox, days=3)

    assert paid.status() == "ACFC"
    assert payer.get(paid.links["self"]) == {**body, "transactionStatus": "ACFC"}


@pytest.mark.parametrize("service", ["payments", "bulk-payments", "periodic-payments"])
def test_a_message_of_iso_20022_pays_as_its_json_would(sandbox, service):
    payer, creditor = payer_at(sandbox, "saimaa"), payer_at(sandbox, "hansekontor", "de-1")
    one = to(creditor, "13.31", "EUR")
    body = {"debtorAccount": {"iban": payer.account["iban"]}, "requestedExecutionDate": "2026-03-16"}
    bulk = service == "bulk-payments"
    raw = written(body | ({"payments": [one, one]} if bulk else one))
    content_type = "application/xml"
    if service == "periodic-payments":
        form = multipart.write(raw, {"startDate": "2026-03-16", "frequency": "Daily"})
        raw, content_type = form.body, form.content_type

    headers = {"Content-Type": content_type}
    paid = payer.initiate(raw, "pain.001-instant-sepa-credit-transfers", "redirect", service, headers=headers)
    paid.say_yes()

    assert len(creditor.statement()) == (2 if bulk else 1)
    assert MARK in payer.call("GET", paid.links["self"]).text
    report = payer.call("GET", paid.links["status"])
    assert report.mimetype == "application/xml"
    assert ("ACCP" if service == "periodic-payments" else "ACSC") in report.text


@pytest.mark.parametrize(
    ("bank_id", "approach"),
    [("fjordbanken", "redirect"), ("fjordbanken", "decoupled"), ("hansekontor", "embedded")],
)
def test_a_payment_of_the_future_is_cancelled_by_the_psus_yes(sandbox, bank_id, approach):
    payer, creditor = payer_at(sandbox, bank_id), payer_at(sandbox, "saimaa", "fi-1")
    body = to(creditor, "20.00", "EUR", requestedExecutionDate="2026-04-01")
    body["debtorAccount"] = {"iban": payer.account["iban"]}
    paid = payer.initiate(body, "sepa-credit-transfers", approach)
    paid.say_yes()
    advance(sandbox, days=3)

    asked = payer.call("DELETE", paid.links["self"], 202)
    start = next(one["href"] for name, one in asked.json["_links"].items() if name.startswith("startAuth"))
    assert agree(payer, approach, payer.psu, start, None) == "finalised"
    advance(sandbox, days=20)

    assert paid.status() == "CANC"
    assert payer.statement() == []
    payer.call("DELETE", paid.links["self"], 405)


def test_a_payment_is_cancelled_in_each_state_in_which_that_can_be(sandbox):
    """nordlys asks nobody; received, waiting for its day, and reserved can be cancelled; booked cannot."""
    payer, creditor = payer_at(sandbox, "nordlys"), payer_at(sandbox, "fjordbanken", "no-1")
    product = "norwegian-domestic-credit-transfers"
    named = {"debtorAccount": {"iban": payer.account["iban"]}}

    received = payer.initiate(to(creditor, "20.01", "NOK", **named), product, "redirect")
    later = to(creditor, "20.02", "NOK", requestedExecutionDate="2026-03-20", **named)
    waiting = payer.initiate(later, product, "redirect")
    waiting.say_yes()
    reserved = payer.initiate(to(creditor, "20.03", "NOK", **named), product, "redirect")
    reserved.say_yes()
    assert (reserved.status(), len(payer.statement("pending"))) == ("ACSP", 1)
    for paid in (received, waiting, reserved):
        payer.call("DELETE", paid.links["self"], 204)
        assert paid.status() == "CANC"
    assert payer.statement("pending") == []
    booked = payer.initiate(to(creditor, "20.04", "NOK", **named), product, "redirect")
    booked.say_yes()
    advance(sandbox, days=7)

    payer.call("DELETE", booked.links["self"], 405)
    assert len(payer.statement()) == len(creditor.statement()) == 1


def test_of_a_bulk_with_one_bad_entry_the_rest_is_paid(sandbox):
    payer, creditor = payer_at(sandbox, "fjordbanken"), payer_at(sandbox, "nordlys", "no-1")
    good = to(creditor, "11.00", "NOK")
    bad = {**good, "creditorAccount": {"iban": "NO1499910100862"}, "remittanceInformationUnstructured": "?"}
    dear = {**good, "instructedAmount": {"currency": "NOK", "amount": "99999999.00"}}
    body = {"debtorAccount": {"iban": payer.account["iban"]}, "payments": [good, dear, bad]}

    product = "norwegian-domestic-credit-transfers"
    paid = payer.initiate(body, product, "redirect", "bulk-payments")
    paid.say_yes()
    advance(sandbox, days=5)

    assert paid.status() == "PART"
    assert len(payer.statement()) == len(creditor.statement()) == 1


def test_a_company_pays_by_two_signatures(sandbox):
    [first, second, company, *_] = sandbox.call(
        "GET", "/_sandbox/people?bank=fjordbanken&persona=company"
    ).json["people"]
    payer = payer_at(sandbox, "fjordbanken", company["id"])
    creditor = payer_at(sandbox, "nordlys", "no-1")
    body = to(creditor, "1500.00", "NOK", debtorAccount={"iban": payer.account["iban"]})

    paid = payer.initiate(body, "instant-norwegian-domestic-credit-transfers-straks", "redirect")
    assert "scaRedirect" not in paid.links
    assert paid.say_yes(first) == "finalised"
    assert paid.status() == "PATC"
    assert paid.say_yes(second) == "finalised"

    assert paid.status() == "ACCC"
    assert len(creditor.statement()) == 1
    listed = payer.get(paid.links["startAuthorisation"])["authorisationIds"]
    assert len(listed) == 2


def test_a_payment_of_the_future_waits_for_its_day(sandbox):
    payer, creditor = payer_at(sandbox, "fjordbanken"), payer_at(sandbox, "nordlys", "no-1")
    body = to(creditor, "15.00", "NOK", requestedExecutionDate="2026-03-20")
    body["debtorAccount"] = {"iban": payer.account["iban"]}
    paid = payer.initiate(body, "norwegian-domestic-credit-transfers", "redirect")
    paid.say_yes()

    advance(sandbox, days=3)
    before = (paid.status(), payer.statement())
    advance(sandbox, days=2)

    assert before == ("ACCP", [])
    assert paid.status() == "ACSC"
    assert [one["bookingDate"] for one in payer.statement()] == ["2026-03-20"]


def test_a_standing_order_pays_at_each_end_of_a_month_on_a_bank_day(sandbox):
    payer, creditor = payer_at(sandbox, "fjordbanken"), payer_at(sandbox, "nordlys", "no-1")
    days = {"startDate": "2026-03-31", "frequency": "Monthly", "dayOfExecution": "31",
            "executionRule": "preceding", "endDate": "2026-06-30"}  # fmt: skip
    body = to(creditor, "15.00", "NOK", debtorAccount={"iban": payer.account["iban"]}, **days)
    paid = payer.initiate(body, "norwegian-domestic-credit-transfers", "redirect", "periodic-payments")
    paid.say_yes()
    payer.agreed(valid_until="2026-09-01")
    path = f"/v1/accounts/{payer.account['id']}/transactions?bookingStatus=information"
    *_, order = payer.get(path)["transactions"]["information"]  # after the payer's own

    advance(sandbox, days=60)
    between = paid.status()
    advance(sandbox, days=60)
    creditor.agreed(valid_until="2026-09-01")

    assert order["additionalInformationStructured"]["standingOrderDetails"] == days
    assert between == "ACCP"
    # 31 May is a Sunday: the bank day before it is Friday the 29th.
    assert sorted(one["bookingDate"] for one in payer.statement()) == [
        "2026-03-31", "2026-04-30", "2026-05-29", "2026-06-30",
    ]  # fmt: skip
    assert len(creditor.statement()) == 4
    assert order not in payer.get(path)["transactions"]["information"]


def test_the_psu_chooses_the_account_that_the_tpp_does_not_name(sandbox):
    payer, creditor = payer_at(sandbox, "saimaa"), payer_at(sandbox, "hansekontor", "de-1")
    paid = payer.initiate(to(creditor, "9.00", "EUR"), "instant-sepa-credit-transfers", "redirect")
    assert payer.get(paid.links["self"])["debtorAccount"] == {}
    start = paid.links["startAuthorisation"]
    back = {"TPP-Redirect-URI": "https://tpp.example/ok"}
    state = payer.call("POST", start, 201, headers=back).json["_links"]["scaStatus"]["href"]

    chosen = {"psu": payer.psu["username"], "accounts": [payer.account["iban"]]}
    payer.sandbox.call("POST", f"/_sandbox/authorisations/{id_of(state)}/approve", json=chosen)

    assert payer.get(paid.links["self"])["debtorAccount"] == {"iban": payer.account["iban"]}
    assert paid.status() == "ACCC"


def test_a_bank_that_wants_to_know_the_account_says_so(sandbox):
    payer, creditor = payer_at(sandbox, "hansekontor"), payer_at(sandbox, "saimaa", "fi-1")
    headers = {"TPP-Redirect-URI": "https://tpp.example/ok"}

    answer = payer.call(
        "POST", "/v1/payments/sepa-credit-transfers", 400, json=to(creditor, "9.00", "EUR"), headers=headers
    )

    assert answer.json["tppMessages"][0]["code"] == "FORMAT_ERROR"


def test_the_profiles_are_those_of_the_journeys():
    approaches = {approach for _, _, approach in cases()}

    assert approaches == {one.value for one in ScaApproach}
