"""What is arranged on accounts, and under which terms they are kept: single, bulk, and with detail."""

import pytest

from sandbox.bank import accounts, arrangements, offers, products
from tests.standards.uk_open_banking.conftest import EVERYTHING, VERSIONS, Tpp
from tests.standards.uk_open_banking.test_consents import codes

#: A single parent, who has some of everything.
PARENT = "no-6"
#: bulk, single, member, the basic and the detailed permission.
LISTS = (
    ("beneficiaries", "beneficiaries", "Beneficiary", "ReadBeneficiariesBasic", "ReadBeneficiariesDetail"),
    ("direct-debits", "direct-debits", "DirectDebit", "ReadDirectDebits", None),
    (
        "standing-orders",
        "standing-orders",
        "StandingOrder",
        "ReadStandingOrdersBasic",
        "ReadStandingOrdersDetail",
    ),
    (
        *("scheduled-payments", "scheduled-payments", "ScheduledPayment"),
        *("ReadScheduledPaymentsBasic", "ReadScheduledPaymentsDetail"),
    ),
    ("products", "product", "Product", "ReadProducts", None),
    ("offers", "offers", "Offer", "ReadOffers", None),
)
CREDITOR = {"CreditorAgent", "CreditorAccount"}
each = pytest.mark.parametrize(
    ("bulk", "single", "key", "basic", "detail"), LISTS, ids=[one[0] for one in LISTS]
)


@pytest.fixture(params=VERSIONS)
def tpp(request, street) -> Tpp:
    """A TPP of somebody who has some of everything, once in each version."""
    return Tpp(street, request.param, psu=PARENT)


def told(tpp: Tpp, single: str, key: str) -> list[dict]:
    return [
        one
        for account in tpp.accounts()
        for one in tpp.get(f"/accounts/{account['AccountId']}/{single}")["Data"][key]
    ]


@each
def test_all_at_once_is_one_account_after_the_other(tpp, bulk, single, key, basic, detail):
    tpp.agreed()

    found = tpp.get(f"/{bulk}")

    assert found["Data"][key] == told(tpp, single, key)
    assert found["Data"][key], f"{tpp.psu} should have some"
    assert found["Meta"] == {"TotalPages": 1}
    assert tpp.get(found["Links"]["Self"]) == found


@each
def test_the_permission_opens_it_and_nothing_else_does(tpp, bulk, single, key, basic, detail):
    others = [one for one in EVERYTHING if one not in (basic, detail)]
    tpp.agreed(others)
    account_id = tpp.accounts()[0]["AccountId"]

    for path in (f"/{bulk}", f"/accounts/{account_id}/{single}"):
        answer = tpp.call("GET", path, 403)
        assert basic in answer.headers["WWW-Authenticate"]


@each
def test_without_detail_nobody_learns_who_is_paid(tpp, bulk, single, key, basic, detail):
    detailed = Tpp(tpp.sandbox, tpp.version, psu=PARENT).agreed().get(f"/{bulk}")["Data"][key]
    tpp.agreed(("ReadAccountsBasic", basic))

    shown = tpp.get(f"/{bulk}")["Data"][key]

    assert shown == [{name: value for name, value in one.items() if name not in CREDITOR} for one in detailed]
    if detail:
        assert all("CreditorAccount" in one for one in detailed)


@each
def test_an_account_that_has_none_is_told_with_an_empty_list(tpp, bulk, single, key, basic, detail):
    tpp.agreed()

    lists = [tpp.get(f"/accounts/{one['AccountId']}/{single}")["Data"][key] for one in tpp.accounts()]

    # Every account is a product.
    assert ([] in lists) is (single != "product")


@each
def test_somebody_else_s_account_stays_closed(tpp, bulk, single, key, basic, detail):
    theirs = Tpp(tpp.sandbox, tpp.version, psu="no-1").agreed().accounts()[0]["AccountId"]
    tpp.agreed()

    tpp.call("GET", f"/accounts/{theirs}/{single}", 403)
    assert codes(tpp.call("GET", f"/accounts/22289/{single}", 400)) == ["U011"]


@each
def test_a_bank_that_has_none_of_it_has_neither_path_nor_permission(street, bulk, single, key, basic, detail):
    wary = Tpp(street, "v3.1", "wary")

    assert codes(wary.ask(("ReadAccountsBasic", basic), 400)) == ["U002"]
    wary.agreed(("ReadAccountsBasic",))
    wary.call("GET", f"/{bulk}", 404)
    wary.call("GET", f"/accounts/1/{single}", 404)


def of_the_bank(tpp: Tpp, verb) -> list:
    with tpp.sandbox.database.reading() as work:
        bank = tpp.sandbox.bank(tpp.bank, work)
        return [one for account in tpp.accounts() for one in verb(bank, account["AccountId"])]


def test_a_standing_order_says_when_and_how_much(tpp):
    found = tpp.agreed().get("/standing-orders")["Data"]["StandingOrder"]

    for one, order in zip(found, of_the_bank(tpp, arrangements.standing_orders), strict=True):
        assert one["NextPaymentDateTime"] == f"{order.next_on}T00:00:00+00:00"
        assert one["CreditorAccount"]["Name"] == order.creditor_name
        day = order.schedule.day or order.schedule.start_on.day
        if tpp.version == "v3.1":
            assert one["Frequency"] == f"IntrvlMnthDay:01:{'-01' if day == 31 else f'{day:02}'}"
            assert one["StandingOrderStatusCode"] == "Active"
        else:
            often = one["MandateRelatedInformation"]["Frequency"]
            assert often == {"Type": "MNTH", "PointInTime": f"{day:02}"}
            assert one["StandingOrderStatusCode"] == "ACTV"


def test_a_direct_debit_names_its_mandate_and_what_was_collected_last(tpp):
    found = tpp.agreed().get("/direct-debits")["Data"]["DirectDebit"]

    for one, debit in zip(found, of_the_bank(tpp, arrangements.direct_debits), strict=True):
        mandate = one if tpp.version == "v3.1" else one["MandateRelatedInformation"]
        assert mandate["MandateIdentification"] == debit.mandate_id
        assert one["Name"] == debit.creditor_name
        if debit.last:
            assert one["PreviousPaymentDateTime"] == f"{debit.last.booked_on}T00:00:00+00:00"


def test_a_scheduled_payment_says_when_how_much_and_to_whom(tpp):
    found = tpp.agreed().get("/scheduled-payments")["Data"]["ScheduledPayment"]

    for one, payment in zip(found, of_the_bank(tpp, arrangements.scheduled_payments), strict=True):
        assert one["ScheduledPaymentDateTime"] == f"{payment.due_on}T00:00:00+00:00"
        assert one["InstructedAmount"]["Currency"] == payment.amount.currency
        assert one["CreditorAccount"]["Name"] == payment.creditor_name
        assert one["ScheduledType"] == "Execution"


def test_a_product_is_the_account_s_and_its_type_a_word_of_the_standard(tpp):
    found = tpp.agreed().get("/products")["Data"]["Product"]

    expected = of_the_bank(tpp, lambda bank, one: [products.of_account(bank, accounts.get(bank, one))])
    assert [one["AccountId"] for one in found] == [one["AccountId"] for one in tpp.accounts()]
    assert [one["ProductName"] for one in found] == [one.name for one in expected]
    assert {one["ProductType"] for one in found} == {"PersonalCurrentAccount", "Other"}


def test_an_offer_lasts_for_its_quarter(tpp):
    found = tpp.agreed().get("/offers")["Data"]["Offer"]

    expected = of_the_bank(tpp, lambda bank, one: offers.of_account(bank, accounts.get(bank, one)))
    assert [one["OfferId"] for one in found] == [one.id for one in expected]
    assert all(one["StartDateTime"] == "2026-01-01T00:00:00+00:00" for one in found)
    assert all(one["EndDateTime"] == "2026-03-31T23:59:59+00:00" for one in found)
