"""Card accounts and their transactions."""

_MARCH = "/card-accounts/clean-card/transactions?dateFrom=2026-02-01&bookingStatus="


def test_card_accounts_alone_are_listed_as_such(reader):
    (card,) = reader.get("/card-accounts").json["cardAccounts"]

    assert card["maskedPan"] == "541234xxxxxx1234"
    assert card["creditLimit"] == {"currency": "NOK", "amount": "30000.00"}
    assert card["debitAccounting"] is False
    assert set(card["_links"]) == {"balances", "transactions"}


def test_a_card_account_shows_its_balances(reader):
    details = reader.get("/card-accounts/clean-card").json["cardAccount"]
    balances = reader.get("/card-accounts/clean-card/balances").json

    assert details["balances"] == balances["balances"]
    assert balances["cardAccount"] == {"maskedPan": "541234xxxxxx1234", "currency": "NOK"}
    booked = {one["balanceType"]: one["balanceAmount"]["amount"] for one in balances["balances"]}
    assert booked["interimBooked"] == "-98.70"
    assert booked["interimAvailable"] == "29901.30"


def test_other_accounts_are_unknown_among_the_cards(reader):
    reader.refused("/card-accounts/clean-current", 404, "RESOURCE_UNKNOWN")


def test_a_purchase_abroad_says_what_the_terminal_showed(reader):
    report = reader.get(_MARCH + "booked").json["cardTransactions"]

    paid, abroad, _ = report["booked"]
    assert paid["transactionAmount"] == paid["originalAmount"] == {"currency": "NOK", "amount": "500.00"}
    assert abroad["transactionAmount"] == {"currency": "NOK", "amount": "-98.70"}
    assert abroad["originalAmount"] == {"currency": "SEK", "amount": "-100.00"}
    assert abroad["currencyExchange"] == [
        {
            "sourceCurrency": "SEK",
            "exchangeRate": "0.9870",
            "unitCurrency": "SEK",
            "targetCurrency": "NOK",
            "quotationDate": "2026-03-07",
        }
    ]
    assert abroad["maskedPAN"] == "541234xxxxxx1234"


def test_what_was_bought_before_this_month_is_on_a_bill(reader):
    booked = reader.get(_MARCH + "booked").json["cardTransactions"]["booked"]

    assert {one["cardTransactionId"]: one["invoiced"] for one in booked} == {
        "k03": False,
        "k02": False,
        "k01": True,
    }


def test_cards_have_no_standing_orders(reader):
    reader.refused(_MARCH + "information", 400, "FORMAT_ERROR")


def test_cards_are_in_json_only(reader):
    reader.refused(_MARCH + "booked", 406, "REQUESTED_FORMATS_INVALID", Accept="application/xml")
