"""Every operation of the published files is called with success, and judged by its file as it answers."""

import pytest

from tests.delivery.receiver import Receiver
from tests.standards.uk_open_banking import published, sorts, test_vrp_migration
from tests.standards.uk_open_banking.conftest import VERSIONS, Tpp
from tests.standards.uk_open_banking.test_callbacks import Called
from tests.standards.uk_open_banking.varying import Vrp

#: What no bank here has, and docs/standards/uk_open_banking.md says so: the standard leaves it to the bank
#: to have this one or the other.
LEFT_OUT = {("v4.0", "vrp"): {("PATCH", "/domestic-vrp-consents/{ConsentId}")}}


def reads_accounts(sandbox, version):
    """An AISP by a consent to everything: whatever is in the file, of one account and of all."""
    tpp = Tpp(sandbox, version, "kelpbank", "gb-14")
    tpp.agreed()
    tpp.get(f"/account-access-consents/{tpp.consent_id}")
    account = next(one["AccountId"] for one in tpp.accounts())
    statement = tpp.get(f"/accounts/{account}/statements")["Data"]["Statement"][0]["StatementId"]
    known = {"{AccountId}": account, "{StatementId}": statement, "{ConsentId}": tpp.consent_id}
    for _, path in sorted(one for one in published.operations(version) if one[0] == "GET"):
        parts = "/".join(known.get(part, part) for part in path.split("/"))
        tpp.call("GET", parts, headers={"Accept": "text/csv"} if path.endswith("/file") else None)
    tpp.call("DELETE", f"/account-access-consents/{tpp.consent_id}", 204)


def pays(sandbox, version):
    """A PISP by every sort of payment: consent, funds, yes, payment, details; and what is a file."""
    for name in (*sorts.ORDERS, "file-payment"):
        sort = sorts.of(name, sandbox, version)
        sort.ask()
        sort.read(200)
        sort.tpp.approve()
        if name in sorts.WITH_FUNDS:
            sort.funds(200)
        sort.use(201)
        sort.tpp.payment()
        sort.tpp.details()
    anything = {"Accept": "*/*"}
    sort.tpp.call("GET", f"/file-payment-consents/{sort.tpp.consent_id}/file", headers=anything)
    sort.tpp.call("GET", f"/file-payments/{sort.tpp.payment_id}/report-file", headers=anything)


def pays_again(sandbox, version):
    """A PISP by a consent to variable payments, which it ends; a consent of 3.1 it brings to 4.0."""
    sort = sorts.of("domestic-vrp", sandbox, version)
    sort.ask()
    sort.read(200)
    sort.tpp.approve()
    sort.funds(201)
    sort.use(201)
    sort.tpp.payment()
    sort.tpp.details()
    sort.delete(204)
    if version == "v4.0":
        test_vrp_migration.put(test_vrp_migration.agreed(Vrp(sandbox, "v3.1")))


def confirms_funds(sandbox, version):
    """A card issuer asks, and ends the consent."""
    sort = sorts.of("funds-confirmation", sandbox, version)
    sort.ask()
    sort.tpp.approve()
    sort.read(200)
    sort.use(201)
    sort.delete(204)


def hears_of_events(sandbox, version):
    """A TPP subscribes, changes its mind, fetches, and leaves; and the same by a callback URL."""
    tpp = Called(sandbox, version)
    tpp.receiver = Receiver()
    made = tpp.subscribe().json["Data"]
    one = tpp.at(f"/event-subscriptions/{made['EventSubscriptionId']}")
    tpp.call("GET", tpp.at("/event-subscriptions"))
    tpp.call("PUT", one, json={"Data": made})
    tpp.poll()
    tpp.call("DELETE", one, 204)
    made = tpp.register().json["Data"]
    one = tpp.at(f"/callback-urls/{made['CallbackUrlId']}")
    tpp.listed()
    tpp.call("PUT", one, json={"Data": made})
    tpp.call("DELETE", one, 204)
    tpp.receiver.close()


def is_called(sandbox, version):
    """The bank is the caller here: what it sends is judged, and 202 is what it gets."""
    tpp = Called(sandbox, version)
    tpp.receiver = Receiver(answers=[202])
    tpp.register()
    tpp.allowed()
    [claims] = tpp.heard()
    assert list(published.notification(version).iter_errors(claims)) == []
    assert tpp.receiver.got[0].path.endswith("/event-notifications")
    tpp.receiver.close()
    published.SUCCEEDED.add((version, "event-notifications", "POST", "/event-notifications"))


WALKS = {
    "aisp": reads_accounts,
    "pisp": pays,
    "vrp": pays_again,
    "cbpii": confirms_funds,
    "events": hears_of_events,
    "event-notifications": is_called,
}


@published.needs_the_published_files
@pytest.mark.parametrize("service", WALKS)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_operation_of_a_file_is_called_with_success(city, version, service):
    published.SUCCEEDED.clear()
    city.call("PUT", "/_sandbox/progressions/payment", json={"mode": "as_in_life"})

    WALKS[service](city, version)

    called = {one[2:] for one in published.SUCCEEDED if one[:2] == (version, service)}
    assert called == published.operations(version, service) - LEFT_OUT.get((version, service), set())


@published.needs_the_published_files
def test_no_file_is_left_out():
    for folder in published.FOLDERS.values():
        assert {one.name for one in folder.glob("*-openapi.json")} == set(published.FILES.values())
    assert set(WALKS) == set(published.FILES)


@published.needs_the_published_files
def test_what_is_left_out_is_said_to_be():
    page = published.PAGE.read_text(encoding="utf-8")
    _, _, missing = page.partition("## Not here yet")

    assert "`PATCH` of a VRP consent" in missing
    assert sum(map(len, LEFT_OUT.values())) == 1
