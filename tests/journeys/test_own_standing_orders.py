"""A customer's own standing orders stand in the list of the account, as Berlin Group has it."""

from tests.population.what_a_tpp_reads import agreed


def test_the_rent_is_told_as_a_standing_order(sandbox):
    psu = sandbox.call("GET", "/_sandbox/people/no-0").json
    account = next(one for one in psu["accounts"] if one["bank"] == "fjordbanken")
    consent_id = agreed(sandbox, "fjordbanken", psu)

    path = f"/fjordbanken/v1/accounts/{account['id']}/transactions?bookingStatus=information"
    answer = sandbox.call("GET", path, headers={"Consent-ID": consent_id})

    [order] = answer.json["transactions"]["information"]
    assert order["bankTransactionCode"] == "PMNT-ICDT-STDO"
    assert order["transactionAmount"]["amount"].startswith("-")
    assert order["creditorAccount"]["iban"].startswith("NO")
    assert order["remittanceInformationUnstructured"] == "Husleie"
    days = order["additionalInformationStructured"]["standingOrderDetails"]
    assert (days["frequency"], days["executionRule"]) == ("Monthly", "following")
