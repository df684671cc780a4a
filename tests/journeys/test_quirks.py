"""What a careless importer makes of each bank, and where each quirk is met by somebody who only reads."""

from datetime import timedelta

import pytest

from sandbox.bank import bookings
from tests.conftest import NOON
from tests.journeys.conftest import PSU, Tpp, id_of

_SINCE = "2026-01-10"


class Importer:
    """A budget app that believes in `transactionId`: what it has seen under an id, it has."""

    def __init__(self, tpp):
        self.tpp = tpp.agreed()
        self.kept = {}

    def sync(self):
        for one in everything(self.tpp):
            self.kept[one.get("transactionId")] = one

    def duplicates(self):
        """The entries of the books that the app has more than once."""
        own = [own_id(self.tpp, tx_id) for tx_id in self.kept if tx_id is not None]
        return {one for one in own if own.count(one) > 1}


def everything(tpp):
    """Booked and pending transactions of all accounts, as they are told."""
    found = []
    for account in tpp.get("/v1/accounts")["accounts"]:
        href = f"{account['_links']['transactions']['href']}?dateFrom={_SINCE}&bookingStatus=both"
        for page in tpp.pages(href, headers={"Accept": "application/json"}):
            found += page["transactions"]["booked"] + page["transactions"].get("pending", [])
    return found


def own_id(tpp, told):
    """The entry of the books that an id means, as the bank knows it; card checks are no entries."""
    if told.endswith(bookings.CHECK):
        return told
    with tpp.sandbox.database.reading() as work:
        bank = tpp.sandbox.bank(tpp.bank_id, work)
        known = bookings.entry_ids(bank, told)
        sql = "SELECT 1 FROM line WHERE entry_id = ? UNION ALL SELECT 1 FROM pending WHERE entry_id = ?"
        return next((one for one in known if bank.work.run(sql, (one, one)).first()), told)


@pytest.mark.parametrize("bank_id", PSU)
def test_a_careless_importer_has_duplicates_exactly_where_ids_change(sandbox, tpp, bank_id):
    importer = Importer(tpp(bank_id))

    for days in (0, 2, 5):
        sandbox.set_clock(NOON + timedelta(days=days))
        importer.sync()

    rules = importer.tpp.profile.bookings
    changes = rules.id_changes_on_booking or rules.id_settles_after_days > 0
    assert bool(importer.duplicates()) is changes
    assert (bank_id == "fjordbanken") <= (not changes)


def test_an_importer_that_follows_links_finds_what_it_was_told_before(sandbox, tpp):
    app = tpp("nordlys").agreed()
    pending = [one for one in everything(app) if "bookingDate" not in one]

    sandbox.set_clock(NOON + timedelta(days=2))

    assert pending
    for one in pending:
        found = app.get(one["_links"]["transactionDetails"]["href"])["transactionsDetails"]
        now = found["transactionDetails"]
        assert now["bookingDate"] >= "2026-03-16"
        assert now["transactionId"] != one["transactionId"]
        assert now["remittanceInformationUnstructured"] in one["remittanceInformationUnstructured"]


def amount(one):
    return one["transactionAmount"]["amount"]


def text(one):
    return one.get("remittanceInformationUnstructured", "")


def is_pending(one):
    """Whether nobody has booked it yet: where a pending entry has a booking day, that lies ahead."""
    return one.get("bookingDate", "9999") > NOON.date().isoformat()


def has_the_id_of_another(one):
    """Whether its id is neither its own nor one that will settle to it."""
    own = id_of(one["_links"]["transactionDetails"]["href"])
    return one["transactionId"] not in (own, f"00D{own[::-1]}")


#: By quirk: the bank at which it is met, and by what a reader knows it.
MET = {
    "Q2": ("saimaa", lambda one: one["transactionId"] == "NOTPROVIDED"),
    "Q3": ("vesterhav", has_the_id_of_another),
    "Q4": ("vesterhav", lambda one: one["transactionId"].startswith("00D")),
    "Q5": ("vesterhav", lambda one: one["bookingDate"] > "2026-03-20"),
    "Q6": ("kronekort", lambda one: not {"valueDate", "bookingDate"} & one.keys()),
    "Q7": ("nordlys", lambda one: one["valueDate"] > one.get("bookingDate", "9999")),
    "Q8": ("vesterhav", lambda one: is_pending(one) and float(amount(one)) > 0),
    "Q10": ("lindbanken", lambda one: "creditorName" not in one and not text(one)),
    "Q11": ("vesterhav", lambda one: "merchantCategoryCode" in one and one["creditorName"] in OWNERS),
    "Q12": ("hansekontor", lambda one: "remittanceInformationUnstructuredArray" in one),
    "Q13": ("vesterhav", lambda one: text(one).endswith("\nEndToEndID: NOTPROVIDED")),
    "Q14": ("saimaa", lambda one: one.get("remittanceInformationStructured", "").startswith("KORTTIOSTO")),
    "Q17": ("kronekort", lambda one: text(one).startswith("billingAmount: ")),
    "Q18": ("nordlys", lambda one: " 14.03 " in text(one)),
    "Q19": ("nordlys", lambda one: text(one).startswith("RESERVERT ")),
    "Q21": ("kronekort", lambda one: amount(one) == "-0.00"),
}
OWNERS: set[str] = set()


def cast_at(sandbox, bank_id, numbers=(0, 2, 14, 16)):
    """Readers for some of the cast of a bank."""
    country = PSU[bank_id].partition("-")[0]
    for number in numbers:
        app = Tpp(sandbox, bank_id)
        app.psu = sandbox.call("GET", f"/_sandbox/people/{country}-{number}").json
        yield app.agreed()


@pytest.mark.parametrize("bank_id", sorted({bank_id for bank_id, _ in MET.values()}))
def test_the_quirks_of_a_bank_are_met_by_whoever_reads_its_cast(sandbox, bank_id):
    read = []
    for app in cast_at(sandbox, bank_id):
        OWNERS.add(app.psu["name"])
        read += everything(app)

    expected = {quirk for quirk, (where, _) in MET.items() if where == bank_id}
    assert {quirk for quirk in expected if any(MET[quirk][1](one) for one in read)} == expected


def test_the_quirks_of_accounts_are_met_too(sandbox):
    lindbanken = list(cast_at(sandbox, "lindbanken", (0, 2, 16)))
    cards = [
        one
        for app in lindbanken
        for card in app.get("/v1/card-accounts")["cardAccounts"]
        for one in app.get(
            f"{card['_links']['transactions']['href']}?dateFrom={_SINCE}&bookingStatus=booked"
        )["cardTransactions"]["booked"]
    ]
    bought = [one for one in cards if "merchantCategoryCode" in one and "terminalId" in one]
    assert bought
    assert all(float(amount(one)) > 0 for one in bought)

    [kronekort] = cast_at(sandbox, "kronekort", (0,))
    [card] = kronekort.get("/v1/accounts?withBalance=true")["accounts"]
    assert "xxxxxx" in card["iban"]
    assert [one["balanceType"] for one in card["balances"]] == ["information"]

    [expat] = cast_at(sandbox, "nordlys", (14,))
    ibans = [one["iban"] for one in expat.get("/v1/accounts")["accounts"]]
    assert len(set(ibans)) < len(ibans)
    [clean] = cast_at(sandbox, "fjordbanken", (14,))
    ibans = [one["iban"] for one in clean.get("/v1/accounts")["accounts"]]
    assert len(set(ibans)) == len(ibans)
