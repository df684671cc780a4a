"""Payments as a TPP initiates them and reads them again, judged answer by answer by the published file."""

import uuid

import pytest

from sandbox.bank import authorisations, payments
from sandbox.bank.authorisations import PaymentSubject
from sandbox.kernel.references import kid_mod10, kid_mod11
from tests.standards.berlin_group.test_consents import say_yes as say_yes_to_the_consent
from tests.standards.berlin_group.town import IBAN_KARI, IBAN_KARI_SAVING, IBAN_OLA, KARI

BACK = {"TPP-Redirect-URI": "https://tpp.example/back"}
NORWEGIAN = "norwegian-domestic-credit-transfers"
INSTANT = "instant-norwegian-domestic-credit-transfers-straks"
SEPA, ABROAD = "sepa-credit-transfers", "cross-border-credit-transfers"


def a_payment(**changes):
    """12 kroner and 50 øre from Kari to Ola; members given as None are left out."""
    body = {
        "debtorAccount": {"iban": IBAN_KARI},
        "instructedAmount": {"currency": "NOK", "amount": "12.50"},
        "creditorAccount": {"iban": IBAN_OLA},
        "creditorName": "Ola Nordmann",
        "remittanceInformationUnstructured": "Takk for sist",
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def initiate(tpp, body=None, bank="redirect", service="payments", product=NORWEGIAN, expected=201, **headers):
    sent = {**BACK, **headers}
    answer = tpp.call("POST", f"/{bank}/v1/{service}/{product}", json=body or a_payment(), headers=sent)
    assert answer.status_code == expected, answer.text
    return answer


def refused(answer):
    """The code and the place of the first thing that is wrong."""
    first = answer.json["tppMessages"][0]
    return first["code"], first.get("path")


def say_yes(town, bank_id, payment_id, person_id=KARI, accounts=None):
    with town.at(bank_id) as bank:
        subject = PaymentSubject(payments.of_subject(bank, payment_id))
        started = authorisations.every(bank, subject.app_id, subject)
        waiting = next(one for one in started if not authorisations.is_finished(one))
        authorisations.approve(bank, waiting, person_id, accounts)


def path_of(answer, bank="redirect"):
    return answer.headers["Location"].removeprefix("http://localhost")


def test_a_payment_is_received_with_the_links_that_lead_to_the_yes(buddy):
    answer = initiate(buddy)

    links = answer.json["_links"]
    assert answer.json["transactionStatus"] == "RCVD"
    assert answer.json["transactionFeeIndicator"] is False
    assert set(links) == {"scaRedirect", "scaStatus", "self", "status"}
    assert answer.headers["ASPSP-SCA-Approach"] == "REDIRECT"
    assert links["self"]["href"] == answer.headers["Location"]
    assert links["self"]["href"].endswith(f"/redirect/v1/payments/{NORWEGIAN}/{answer.json['paymentId']}")


def test_a_payment_is_told_again_as_it_was_ordered(buddy):
    body = a_payment(
        endToEndIdentification="E2E-1",
        instructionIdentification="INSTR-1",
        debtorName="Kari Nordmann",
        ultimateDebtor="Karis mor",
        creditorAgent="FJRDNO20",
        creditorAgentName="Fjordbanken",
        creditorAddress={"streetName": "Storgata", "buildingNumber": "1", "country": "NO"},
        ultimateCreditor="Olas far",
        purposeCode="GDDS",
        requestedExecutionDate="2026-03-20",
    )

    told = buddy.call("GET", path_of(initiate(buddy, body))).json

    assert told == {**body, "transactionStatus": "RCVD"}


@pytest.mark.parametrize(
    "remittance",
    [
        {"remittanceInformationUnstructuredArray": ["Takk for sist,", "vi ses"]},
        {"remittanceInformationStructured": kid_mod10("1234")},
        {"remittanceInformationStructured": kid_mod11("98765")},
        {
            "remittanceInformationStructuredArray": [
                {"reference": kid_mod10("77"), "referenceType": "SCOR", "referenceIssuer": "BITS"}
            ]
        },
        {},
    ],
)
def test_what_the_creditor_is_told_comes_back_in_the_form_in_which_it_came(buddy, remittance):
    body = a_payment(remittanceInformationUnstructured=None, **remittance)

    told = buddy.call("GET", path_of(initiate(buddy, body))).json

    assert {name: value for name, value in told.items() if name.startswith("remittance")} == remittance


def test_a_moment_to_execute_means_its_day_where_the_bank_is(town, buddy):
    body = a_payment(requestedExecutionTime="2026-03-19T23:30:00+00:00")

    answer = initiate(buddy, body)

    assert buddy.call("GET", path_of(answer)).json["requestedExecutionTime"] == body["requestedExecutionTime"]
    with town.at("redirect") as bank:
        assert payments.of_subject(bank, answer.json["paymentId"]).requested_on.isoformat() == "2026-03-20"


def test_the_yes_moves_the_money_and_the_status_tells(town, buddy):
    answer = initiate(buddy, product=INSTANT)

    say_yes(town, "redirect", answer.json["paymentId"])

    assert buddy.call("GET", f"{path_of(answer)}/status").json == {"transactionStatus": "ACCC"}
    with town.at("redirect") as bank:
        ola = next(
            one for one in payments.transfers(bank, payments.of_subject(bank, answer.json["paymentId"]))
        )
        assert ola.status == payments.PaymentStatus.CREDITED


def test_a_refused_payment_tells_the_reason_of_iso_20022(town, buddy):
    answer = initiate(buddy, a_payment(instructedAmount={"currency": "NOK", "amount": "1000.01"}))

    say_yes(town, "redirect", answer.json["paymentId"])

    told = buddy.call("GET", f"{path_of(answer)}/status").json
    assert told["transactionStatus"] == "RJCT"
    assert told["tppMessage"][0]["text"].startswith("AM04: ")
    assert told["psuMessage"] == "There is not enough money on the account."


def test_a_payment_on_a_later_day_waits_and_is_told_as_accepted(town, buddy):
    answer = initiate(buddy, a_payment(requestedExecutionDate="2026-03-20"))

    say_yes(town, "redirect", answer.json["paymentId"])

    assert buddy.call("GET", f"{path_of(answer)}/status").json["transactionStatus"] == "ACCP"


def test_the_psu_chooses_the_account_where_the_tpp_names_none(town, buddy):
    answer = initiate(buddy, a_payment(debtorAccount=None))
    assert buddy.call("GET", path_of(answer)).json["debtorAccount"] == {}

    say_yes(town, "redirect", answer.json["paymentId"], accounts=[f"redirect-{IBAN_KARI_SAVING[-5:]}"])

    assert buddy.call("GET", path_of(answer)).json["debtorAccount"] == {"iban": IBAN_KARI_SAVING}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"instructedAmount": {"currency": "NOK", "amount": "0.00"}}, "instructedAmount.amount"),
        ({"instructedAmount": {"currency": "NOK", "amount": "-1.00"}}, "instructedAmount.amount"),
        ({"instructedAmount": {"currency": "NOK", "amount": 12.5}}, "instructedAmount.amount"),
        ({"instructedAmount": {"currency": "NOK", "amount": "1e3"}}, "instructedAmount.amount"),
        ({"instructedAmount": {"currency": "NOK", "amount": "1,50"}}, "instructedAmount.amount"),
        ({"instructedAmount": {"currency": "NOK", "amount": "12.505"}}, "instructedAmount.amount"),
        ({"instructedAmount": {"currency": "NOK", "amount": "9" * 15}}, "instructedAmount.amount"),
        ({"instructedAmount": {"currency": "NOK", "amount": "١٢"}}, "instructedAmount.amount"),
        ({"instructedAmount": {"currency": "nok", "amount": "1.00"}}, "instructedAmount.currency"),
        ({"requestedExecutionDate": "2026-02-30"}, "requestedExecutionDate"),
        ({"requestedExecutionDate": "20260320"}, "requestedExecutionDate"),
        ({"requestedExecutionTime": "2026-03-20T10:00:00"}, "requestedExecutionTime"),
        ({"creditorName": "Ola\u0000"}, "creditorName"),
        ({"creditorName": "Ola\nNordmann"}, "creditorName"),
        ({"creditorName": " "}, "creditorName"),
        ({"creditorName": "x" * 71}, "creditorName"),
        ({"creditorName": None}, "creditorName"),
        ({"remittanceInformationUnstructured": "x" * 141}, "remittanceInformationUnstructured"),
        ({"endToEndIdentification": "x" * 36}, "endToEndIdentification"),
        ({"endToEndIdentification": "a//b"}, "endToEndIdentification"),
        ({"creditorAccount": {"iban": "NO9386011117948"}}, "creditorAccount.iban"),
        ({"creditorAccount": {}}, "creditorAccount"),
        ({"chargeBearer": "OURS"}, "chargeBearer"),
        ({"whatever": "x"}, "whatever"),
        (
            {"remittanceInformationStructured": kid_mod10("1")},
            "remittanceInformationStructured",
        ),
    ],
)  # fmt: skip
def test_a_body_that_is_not_of_the_form_is_refused_at_its_place(buddy, changes, path):
    answer = initiate(buddy, a_payment(**changes), expected=400)

    assert refused(answer) == ("FORMAT_ERROR", path)


@pytest.mark.parametrize(
    ("currency", "amount", "expected"),
    [("JPY", "100", 201), ("JPY", "100.0", 400), ("KWD", "1.005", 201), ("KWD", "1.0005", 400)],
)
def test_an_amount_has_the_minor_digits_of_its_currency(buddy, currency, amount, expected):
    body = a_payment(instructedAmount={"currency": currency, "amount": amount})

    answer = initiate(buddy, body, product=ABROAD, expected=expected)

    if expected == 201:
        told = buddy.call("GET", path_of(answer)).json
        assert told["instructedAmount"] == {"currency": currency, "amount": amount}


@pytest.mark.parametrize(
    ("product", "bearer", "expected"), [(SEPA, "SLEV", 201), (SEPA, "SHAR", 400), (ABROAD, "SHAR", 201)]
)
def test_each_side_of_a_sepa_transfer_bears_its_own_charges(buddy, product, bearer, expected):
    euro = {"currency": "EUR", "amount": "1.00"}
    body = a_payment(instructedAmount=euro, chargeBearer=bearer)

    answer = initiate(buddy, body, product=product, expected=expected)

    if expected == 400:
        assert refused(answer) == ("FORMAT_ERROR", "chargeBearer")
    else:
        assert buddy.call("GET", path_of(answer)).json["chargeBearer"] == bearer


@pytest.mark.parametrize(
    ("changes", "product", "code"),
    [
        ({"instructedAmount": {"currency": "SEK", "amount": "1.00"}}, NORWEGIAN, "PAYMENT_FAILED"),
        ({"instructedAmount": {"currency": "XYZ", "amount": "1.00"}}, ABROAD, "PAYMENT_FAILED"),
        ({"instructedAmount": {"currency": "NOK", "amount": "99999999999999"}}, NORWEGIAN, "FORMAT_ERROR"),
        ({"debtorAccount": {"iban": IBAN_OLA.replace("83", "56")}}, NORWEGIAN, "FORMAT_ERROR"),
        ({"debtorAccount": {"iban": "DE89370400440532013000"}}, NORWEGIAN, "PAYMENT_FAILED"),
        ({"requestedExecutionDate": "2026-03-15"}, NORWEGIAN, "EXECUTION_DATE_INVALID"),
        ({"requestedExecutionDate": "9999-12-31"}, NORWEGIAN, "EXECUTION_DATE_INVALID"),
        ({"creditorAccount": {"iban": "DE89370400440532013000"}}, NORWEGIAN, "FORMAT_ERROR"),
        ({"creditorAccount": {"bban": "86011117948"}}, NORWEGIAN, "FORMAT_ERROR"),
        (
            {
                "creditorAccount": {"bban": "86011117947"},
                "instructedAmount": {"currency": "EUR", "amount": "1.00"},
            },
            SEPA,
            "FORMAT_ERROR",
        ),
        ({"creditorAccount": {"other": {"identification": "42"}}}, ABROAD, "FORMAT_ERROR"),
        (
            {"remittanceInformationUnstructured": None, "remittanceInformationStructured": "123456"},
            NORWEGIAN,
            "FORMAT_ERROR",
        ),
    ],
)
def test_what_the_bank_cannot_carry_out_is_refused_before_anybody_is_asked(buddy, changes, product, code):
    answer = initiate(buddy, a_payment(**changes), product=product, expected=400)

    assert refused(answer)[0] == code


def test_a_product_that_nobody_knows_or_this_bank_has_not_is_unknown(buddy):
    for product in (
        "gold-bars",
        "swedish-domestic-giro-payment",
        "pain.001-danish-domestic-credit-transfers",
    ):
        answer = initiate(buddy, {"no": "matter"}, product=product, expected=404)

        assert refused(answer)[0] == "PRODUCT_UNKNOWN"
        assert NORWEGIAN in answer.json["tppMessages"][0]["text"]


def test_a_product_for_companies_is_not_for_a_private_person(town, buddy):
    euros = a_payment(instructedAmount={"currency": "EUR", "amount": "1.00"})

    named = initiate(buddy, euros, product="target-2-payments", expected=403)
    chosen = initiate(buddy, {**euros, "debtorAccount": None}, product="target-2-payments", expected=400)
    del euros["debtorAccount"]
    unnamed = initiate(buddy, euros, product="target-2-payments")
    say_yes(town, "redirect", unnamed.json["paymentId"])

    assert refused(named)[0] == "PRODUCT_INVALID"
    assert refused(chosen) == ("FORMAT_ERROR", "debtorAccount")
    # There is no account to choose, so the yes fails.
    assert buddy.call("GET", f"{path_of(unnamed)}/status").json["transactionStatus"] == "RJCT"


def test_the_psu_is_always_present(buddy):
    answer = initiate(buddy, expected=400, **{"PSU-IP-Address": None})

    assert refused(answer) == ("FORMAT_ERROR", "PSU-IP-Address")


def test_a_payment_of_another_tpp_or_at_another_path_is_unknown(town, buddy):
    path = path_of(initiate(buddy))
    elsewhere = [
        path.replace("/payments/", "/periodic-payments/"),
        path.replace(NORWEGIAN, SEPA),
        path.rsplit("/", 1)[0] + f"/{uuid.uuid4()}",
        path.rsplit("/", 1)[0] + "/no-uuid",
    ]

    answers = [buddy.call("GET", one) for one in elsewhere] + [town.tpp("Stranger").call("GET", path)]

    assert {answer.status_code for answer in answers} == {403}
    assert {refused(answer)[0] for answer in answers} == {"RESOURCE_UNKNOWN"}


def test_the_same_request_again_gives_the_same_payment_and_authorisation_with_a_new_link(town, buddy):
    same = {"X-Request-ID": str(uuid.uuid4())}
    first = initiate(buddy, **same).json

    again = initiate(buddy, **same).json

    assert again["paymentId"] == first["paymentId"]
    assert again["_links"]["scaStatus"] == first["_links"]["scaStatus"]
    assert again["_links"]["scaRedirect"] != first["_links"]["scaRedirect"]
    with town.at("redirect") as bank:
        token = again["_links"]["scaRedirect"]["href"].rsplit("/", 1)[1]
        assert (
            authorisations.by_link(bank, token).id == again["_links"]["scaStatus"]["href"].rsplit("/", 1)[1]
        )
    say_yes(town, "redirect", first["paymentId"])
    after = initiate(buddy, **same).json
    assert (after["transactionStatus"], after["paymentId"]) == ("ACSP", first["paymentId"])
    assert set(after["_links"]) == {"self", "status", "scaStatus"}


def test_another_payment_under_the_same_request_id_is_refused(buddy):
    same = {"X-Request-ID": str(uuid.uuid4())}
    initiate(buddy, **same)

    answer = initiate(buddy, a_payment(creditorName="Somebody else"), expected=400, **same)

    assert refused(answer)[0] == "FORMAT_ERROR"


def a_bulk(*entries, **changes):
    payment = a_payment(debtorAccount=None)
    listed = [{**payment, **entry} for entry in entries or ({}, {})]
    return {"debtorAccount": {"iban": IBAN_KARI}, "payments": listed, **changes}


def test_a_bulk_is_told_again_entry_by_entry(buddy):
    body = a_bulk({}, {"creditorName": "Nils"}, batchBookingPreferred=True, paymentInformationId="MARCH")
    body["requestedExecutionDate"] = "2026-03-20"

    told = buddy.call("GET", path_of(initiate(buddy, body, service="bulk-payments"))).json

    assert told == {**body, "transactionStatus": "RCVD"}


def test_a_bulk_with_an_entry_that_nobody_can_pay_is_refused_at_its_place(buddy):
    body = a_bulk({}, {"instructedAmount": {"currency": "NOK", "amount": "0"}})

    answer = initiate(buddy, body, service="bulk-payments", expected=400)

    assert refused(answer) == ("FORMAT_ERROR", "payments[1].instructedAmount.amount")


@pytest.mark.parametrize("entries", [[], [{}] * 6])
def test_a_bulk_has_one_to_as_many_entries_as_the_bank_takes(buddy, entries):
    answer = initiate(buddy, {**a_bulk(), "payments": [a_payment(debtorAccount=None)] * len(entries)},
                      service="bulk-payments", expected=400)  # fmt: skip

    assert refused(answer)[0] == "FORMAT_ERROR"


def test_a_bulk_of_which_one_entry_is_rejected_is_partly_accepted(town, buddy):
    dear = {"instructedAmount": {"currency": "NOK", "amount": "990.00"}}
    answer = initiate(buddy, a_bulk(dear, dear), service="bulk-payments", product=INSTANT)

    say_yes(town, "redirect", answer.json["paymentId"])

    assert buddy.call("GET", f"{path_of(answer)}/status").json["transactionStatus"] == "PART"


def a_standing_order(**changes):
    return a_payment(**{"startDate": "2026-03-31", "frequency": "Monthly", **changes})


def test_a_standing_order_is_told_again_with_its_days(buddy):
    body = a_standing_order(endDate="2026-12-31", executionRule="preceding", dayOfExecution="31")

    told = buddy.call("GET", path_of(initiate(buddy, body, service="periodic-payments"))).json

    assert told == {**body, "transactionStatus": "RCVD"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"frequency": "Fortnightly"}, "FORMAT_ERROR"),
        ({"startDate": "2026-02-30"}, "FORMAT_ERROR"),
        ({"startDate": "2026-03-15"}, "EXECUTION_DATE_INVALID"),
        ({"endDate": "2026-03-30"}, "FORMAT_ERROR"),
        ({"dayOfExecution": "32"}, "FORMAT_ERROR"),
        ({"dayOfExecution": "03"}, "FORMAT_ERROR"),
        ({"frequency": "Weekly", "dayOfExecution": "3"}, "FORMAT_ERROR"),
        ({"monthsOfExecution": ["1"]}, "FORMAT_ERROR"),
        ({"frequency": "MonthlyVariable", "monthsOfExecution": ["1", "1"]}, "FORMAT_ERROR"),
        ({"frequency": "MonthlyVariable", "monthsOfExecution": ["4"], "endDate": "2026-04-30",
          "dayOfExecution": "31"}, None),
        ({"frequency": "MonthlyVariable", "monthsOfExecution": ["2"], "endDate": "2026-12-31"},
         "EXECUTION_DATE_INVALID"),
        ({"requestedExecutionDate": "2026-03-31"}, "FORMAT_ERROR"),
        ({"executionRule": "sideways"}, "FORMAT_ERROR"),
    ],
)  # fmt: skip
def test_a_standing_order_has_days_that_come(buddy, changes, code):
    expected = 201 if code is None else 400

    answer = initiate(buddy, a_standing_order(**changes), service="periodic-payments", expected=expected)

    assert code is None or refused(answer)[0] == code


def test_the_list_of_an_account_tells_its_standing_orders_while_they_last(town, buddy):
    body = a_standing_order(endDate="2026-12-31", dayOfExecution="31")
    answer = initiate(buddy, body, service="periodic-payments")
    consent = buddy.consent("redirect", body={"access": {"allPsd2": "allAccounts"}})
    say_yes_to_the_consent(town, "redirect", consent["consentId"])
    path = f"/redirect/v1/accounts/redirect-{IBAN_KARI[-5:]}/transactions?bookingStatus=information"

    def told():
        found = buddy.call("GET", path, headers={"Consent-ID": consent["consentId"]})
        return found.json["transactions"]["information"]

    assert told() == []
    say_yes(town, "redirect", answer.json["paymentId"])
    [order] = told()
    assert order["transactionAmount"] == {"currency": "NOK", "amount": "-12.50"}
    assert order["bankTransactionCode"] == "PMNT-ICDT-STDO"
    assert order["creditorAccount"] == {"iban": IBAN_OLA}
    assert order["additionalInformationStructured"]["standingOrderDetails"] == {
        "startDate": "2026-03-31",
        "endDate": "2026-12-31",
        "frequency": "Monthly",
        "executionRule": "following",
        "dayOfExecution": "31",
    }
    with town.at("redirect") as bank:
        payments.cancel(bank, payments.of_subject(bank, answer.json["paymentId"]))
    assert told() == []
