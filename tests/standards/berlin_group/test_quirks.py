"""The quirks of real banks in this standard's words: one street, one bank, one quirk at a time."""

from dataclasses import replace

import pytest

from sandbox.bank import ledger, verify
from sandbox.bank.profile import (
    Bookings,
    CardIds,
    ForeignAmount,
    MultiCurrency,
    Payee,
    PendingDay,
    RemittanceForm,
    Text,
    ValueDate,
)
from sandbox.kernel import places
from tests.mock_banks.test_the_banks import BANKS
from tests.standards.berlin_group import published
from tests.standards.berlin_group.street import ALL, CURRENT, LONG, PENDING, Reader, a_booking

PATH = "/accounts/clean-current/transactions"


@pytest.fixture
def at(street):
    """A reader at a bank of Kari's with those quirks, where these entries are booked besides."""

    def opened(*entries, switches=None, statements=None, **quirks):
        clean = street.services.profiles["clean"]
        [interface] = clean.interfaces
        street.services.profiles["clean"] = replace(
            clean,
            bookings=Bookings(**quirks),
            statements=replace(clean.statements, page_size=100, **(statements or {})),
            interfaces=(replace(interface, switches=switches or {}),),
        )
        reader = Reader(street, "clean", ALL)
        with street.at("clean") as bank:
            world = ledger.world_id("clean", "NOK")
            ledger.book(bank, [one._replace(account_id="clean-current", contra_id=world) for one in entries])
        return reader

    yield opened
    with street.services.database.reading() as work:
        assert verify.whole_database(work) == []


def told(reader, status):
    answer = reader.get(f"{PATH}?dateFrom=2026-03-01&bookingStatus=both").json
    return answer["transactions"][status]


def by_text(reader, status, text):
    return next(one for one in told(reader, status) if text in str(one))


def details(reader, tx_id):
    return reader.get(f"{PATH}/{tx_id}").json["transactionsDetails"]["transactionDetails"]


def follow(reader, entry):
    """The details behind the link, which are those of the list."""
    found = reader.get(entry["_links"]["transactionDetails"]["href"]).json
    assert found["transactionsDetails"]["transactionDetails"] == {
        name: value for name, value in entry.items() if name != "_links"
    }


def post(street, entry_id):
    """The pending entry of that id is booked."""
    with street.at("clean") as bank:
        one = next(it for it in PENDING if it.entry_id == entry_id)
        own = {"account_id": "clean-current", "contra_id": ledger.world_id("clean", "NOK")}
        ledger.post(bank, [one._replace(**own, transfer_id=f"clean-{one.transfer_id}"[-40:])])


def test_a_pending_entry_has_another_id_and_is_found_by_either(street, at):
    reader = at(id_changes_on_booking=True)

    pending = by_text(reader, "pending", "Kiosken")
    assert pending["transactionId"] != "p01"
    follow(reader, pending)
    post(street, "p01")
    booked = by_text(reader, "booked", "Kiosken")

    assert booked["transactionId"] == booked["entryReference"] == "p01"
    follow(reader, booked)
    assert details(reader, pending["transactionId"])["transactionId"] == "p01"


@pytest.mark.parametrize("ids", [CardIds.ABSENT, CardIds.BLANK, CardIds.NOT_PROVIDED])
def test_card_payments_have_an_id_that_says_nothing(at, ids):
    reader = at(card_ids=ids)

    cards = [one for one in told(reader, "booked") if "merchantCategoryCode" in one or "Gåsen" in str(one)]

    said = {CardIds.ABSENT: None, CardIds.BLANK: " ", CardIds.NOT_PROVIDED: "NOTPROVIDED"}[ids]
    assert [one.get("transactionId") for one in cards] == [said, said]
    assert len({one["_links"]["transactionDetails"]["href"] for one in cards}) == 2
    for one in cards:
        follow(reader, one)
    assert by_text(reader, "booked", "E2E-2")["transactionId"] == "c02"


def test_a_card_account_says_nothing_either(at):
    reader = at(card_ids=CardIds.ABSENT)

    report = reader.get(
        "/card-accounts/clean-card/transactions?dateFrom=2026-02-01&bookingStatus=booked"
    ).json

    assert ["cardTransactionId" in one for one in report["cardTransactions"]["booked"]] == [
        True,
        False,
        False,
    ]


def test_two_entries_share_an_id_and_each_link_leads_to_its_own(at):
    twins = [a_booking("", one, "2026-03-12", -100 * n) for n, one in enumerate(("x61", "x71"), 1)]
    reader = at(*twins, ids_repeat=True)

    shared = [one for one in told(reader, "booked") if one["transactionId"] == "x61"]

    assert [one["transactionAmount"]["amount"] for one in shared] == ["-2.00", "-1.00"]
    for one in shared:
        follow(reader, one)


def test_a_new_entry_has_an_id_that_is_replaced_after_days(at):
    reader = at(id_settles_after_days=4)

    new, old = by_text(reader, "booked", "-7.77"), by_text(reader, "booked", "E2E-2")

    assert new["transactionId"] == new["entryReference"] == "00D11c"
    assert old["transactionId"] == "c02"
    follow(reader, new)
    assert details(reader, "c11")["transactionId"] == "00D11c"


def test_a_pending_entry_carries_the_latest_booking_day(at):
    pending = by_text(at(pending_day=PendingDay.LATEST_BOOKING), "pending", "Kiosken")

    assert pending["bookingDate"] == "2026-03-23"


def test_a_pending_entry_has_its_date_in_the_reference_alone(at):
    reader = at(pending_day=PendingDay.IN_TEXT)

    pending = by_text(reader, "pending", "Kiosken")

    assert pending["remittanceInformationStructured"] == "2026-03-16"
    assert not {"bookingDate", "valueDate"} & pending.keys()
    follow(reader, pending)
    report = reader.get(f"{PATH}?dateFrom=2026-03-01&bookingStatus=both", Accept="application/xml")
    assert b"<Cd>PDNG</Cd>" in report.data


def test_the_value_date_of_a_purchase_is_that_of_the_bill(at):
    reader = at(value_date=ValueDate.REPAYMENT)

    assert by_text(reader, "booked", "hjørnet")["valueDate"] == "2026-04-20"
    assert by_text(reader, "booked", "E2E-2")["valueDate"] == "2026-03-02"


def test_a_pending_debit_has_lost_its_minus(at):
    reader = at(pending_sign_lost=True)

    assert by_text(reader, "pending", "Kiosken")["transactionAmount"]["amount"] == "42.00"
    assert by_text(reader, "booked", "hjørnet")["transactionAmount"]["amount"] == "-249.50"


def test_a_purchase_by_credit_card_is_told_as_if_money_came_in(at):
    reader = at(card_sign_inverted=True)

    report = reader.get(
        "/card-accounts/clean-card/transactions?dateFrom=2026-02-01&bookingStatus=booked"
    ).json

    amounts = [one["transactionAmount"]["amount"] for one in report["cardTransactions"]["booked"]]
    assert amounts == ["-500.00", "98.70", "500.00"]
    assert by_text(reader, "booked", "hjørnet")["transactionAmount"]["amount"] == "-249.50"


def test_the_payee_stands_in_the_additional_information(at):
    rent = by_text(at(payee=Payee.ADDITIONAL_INFORMATION), "booked", "E2E-2")

    assert rent["additionalInformation"] == "Ola Nordmann"
    assert not {"creditorName", "remittanceInformationUnstructured"} & rent.keys()


def test_the_payee_of_a_card_payment_is_the_cardholder(at):
    reader = at(payee=Payee.CARDHOLDER)

    assert by_text(reader, "booked", "541234xxxxxx9999")["creditorName"] == "Kari Nordmann"
    assert by_text(reader, "booked", "E2E-2")["creditorName"] == "Ola Nordmann"


def test_a_text_comes_in_pieces_cut_in_the_middle_of_a_word(at):
    line = by_text(at(remittance_form=RemittanceForm.ARRAY), "booked", "Invoice 4711")

    assert "remittanceInformationUnstructured" not in line
    pieces = line["remittanceInformationUnstructuredArray"]
    assert [len(one) for one in pieces] == [140, len(LONG) - 140]
    assert "".join(pieces) == LONG


def test_a_text_stands_among_words_of_the_banks_own_system(at):
    reader = at(clutter="{text}\nEndToEndID: {end_to_end_id}")

    assert by_text(reader, "booked", "E2E-2")["remittanceInformationUnstructured"].endswith(
        "\nEndToEndID: E2E-2"
    )
    line = by_text(reader, "booked", "15034567890")
    assert line["remittanceInformationUnstructured"] == "Takk for sist\nEndToEndID: NOTPROVIDED"
    xml = reader.get(f"{PATH}?dateFrom=2026-03-01&bookingStatus=booked", Accept="application/xml")
    assert b"EndToEndID: E2E-2" in xml.data


def test_a_text_stands_where_a_reference_belongs(at):
    reader = at(remittance_form=RemittanceForm.STRUCTURED)

    line = by_text(reader, "booked", "15034567890")
    assert line["remittanceInformationStructured"] == "Takk for sist"
    assert not [one for one in told(reader, "booked") if "remittanceInformationUnstructured" in one]
    assert by_text(reader, "booked", "1234567897")["remittanceInformationStructured"] == "1234567897"


def breaks(reader, path, member):
    """The answer is one that the published file allows, but for that member."""
    answer = reader.get(path, judged=False)
    published.judge("GET", f"/v1{path}", answer, but={member})
    if published.PATH.exists():
        with pytest.raises(AssertionError, match=member):
            published.judge("GET", f"/v1{path}", answer)
    return answer.json


def test_the_one_balance_has_a_type_that_no_standard_knows(at):
    reader = at(statements={"balance_types": ("information",)})

    [balance] = breaks(reader, "/accounts/clean-current/balances", "balanceType")["balances"]

    assert balance["balanceType"] == "information"
    assert balance["balanceAmount"]["amount"] == "20719.53"


def test_a_card_stands_among_the_accounts_with_its_number_for_an_iban(at):
    reader = at(switches={"iban_is_masked_pan": True})

    listed = breaks(reader, "/accounts", "iban")["accounts"]

    card = next(one for one in listed if one["resourceId"] == "clean-card")
    assert (card["iban"], card["cashAccountType"]) == ("541234xxxxxx1234", "CARD")
    lines = reader.get("/accounts/clean-card/transactions?dateFrom=2026-02-01&bookingStatus=booked").json
    assert len(lines["transactions"]["booked"]) == 3
    assert reader.get("/card-accounts/clean-card").json["cardAccount"]["maskedPan"] == card["iban"]


def test_a_purchase_abroad_has_the_terminals_amount(at):
    reader = at(foreign_amount=ForeignAmount.ORIGINAL)

    line = by_text(reader, "booked", "Gåsen")
    report = reader.get(
        "/card-accounts/clean-card/transactions?dateFrom=2026-02-01&bookingStatus=booked"
    ).json

    assert line["transactionAmount"] == {"currency": "SEK", "amount": "-100.00"}
    assert line["remittanceInformationUnstructured"] == "billingAmount: -98.70"
    by_card = report["cardTransactions"]["booked"][1]
    assert by_card["transactionAmount"] == {"currency": "SEK", "amount": "-100.00"}
    assert by_card["transactionDetails"] == "billingAmount: -98.70"


def test_a_shop_that_checks_a_card_leaves_a_transaction_of_minus_nothing(at):
    bought = a_booking("", "w01", "2026-03-12", -9900, kind="card", mcc="5734", party_name="Cloudkettle")
    reader = at(bought, card_checks=True)

    purchase, check = [one for one in told(reader, "booked") if one["transactionId"].startswith("w01")]

    assert purchase["transactionAmount"]["amount"] == "-99.00"
    assert check["transactionAmount"]["amount"] == "-0.00"
    assert check["transactionId"] != purchase["transactionId"]
    assert "balanceAfterTransaction" not in check
    follow(reader, check)
    follow(reader, purchase)


def test_the_text_of_a_pending_payment_is_not_that_of_the_booked_one(street, at):
    reader = at(pending_text="RESERVERT {text}")

    assert (
        by_text(reader, "pending", "Kiosken")["remittanceInformationUnstructured"]
        == "RESERVERT Takk for sist"
    )
    post(street, "p01")
    assert by_text(reader, "booked", "Kiosken")["remittanceInformationUnstructured"] == "Takk for sist"


def test_the_text_of_a_card_payment_holds_the_day():
    assert {bank.id for bank in BANKS.values() if "{date}" not in bank.text.card} == {
        "elbufer",
        "fjordbanken",
        "kelpbank",
        "kronekort",
        "magpie",
        "tuuli",
    }
    assert Text().card == "{merchant}, {town}"


def test_several_accounts_have_one_iban(at):
    reader = at(statements={"multi_currency": MultiCurrency.SUBACCOUNT})

    listed = [one for one in reader.get("/accounts").json["accounts"] if one.get("iban") == "NO8330001234567"]

    assert sorted(one["currency"] for one in listed) == ["EUR", "NOK"]


def test_every_quirk_at_once_leaves_the_links_good_and_the_lines_all_there(at):
    quirks = {
        "id_changes_on_booking": True, "id_settles_after_days": 5, "ids_repeat": True,
        "pending_day": PendingDay.LATEST_BOOKING, "pending_sign_lost": True, "pending_text": "{card}",
        "value_date": ValueDate.REPAYMENT, "card_sign_inverted": True, "card_checks": True,
        "foreign_amount": ForeignAmount.ORIGINAL, "payee": Payee.ADDITIONAL_INFORMATION,
        "remittance_form": RemittanceForm.ARRAY, "clutter": "?{text}",
    }  # fmt: skip
    reader = at(**quirks)

    booked, pending = told(reader, "booked"), told(reader, "pending")

    assert (len(booked), len(pending)) == (len(CURRENT), len(PENDING))
    for one in booked + pending:
        follow(reader, one)


@pytest.mark.parametrize("name", sorted(one.name for one in places.mock_banks().glob("*.yaml")))
def test_every_shipped_bank_can_tell_its_lines(at, name):
    bank = BANKS[name.removesuffix(".yaml")]
    quirks = {one: getattr(bank.bookings, one) for one in Bookings.__dataclass_fields__}
    reader = at(**quirks)

    for one in told(reader, "booked") + told(reader, "pending"):
        follow(reader, one)
