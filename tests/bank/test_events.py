"""Events: what happened is written down with what made it happen, and whoever asked will be told."""

from dataclasses import replace

import pytest

from sandbox.bank import authorisations, consents, events
from sandbox.bank.authorisations import ConsentSubject
from sandbox.bank.events import Content, DeliveryState, DeliveryUnknown, EventKind, EventUnknown, Wanted, Wish
from sandbox.kernel.db import Database
from sandbox.workspaces import lifecycle
from sandbox.workspaces import workspace as workspaces
from tests.bank.factories import KARI, a_bank, a_started, a_valid_consent, an_order, settle_in

EVERYTHING = frozenset({Content.SCA, Content.PROCESS})


@pytest.fixture
def bank(database: Database):
    with database.writing() as work:
        settle_in(work)
        yield a_bank(work)


def told(bank, **wanted):
    """Every event, oldest first, as kind and status, with the states of its deliveries."""
    found, _ = events.newest(bank.work, "test", Wanted(**wanted), 100)
    return [
        (one.event.kind, one.event.payload.get("status"), [each.state for each in one.deliveries])
        for one in reversed(found)
    ]


def wish(*contents, uri="https://tpp.example/hook"):
    return Wish(uri, frozenset(contents or EVERYTHING), "berlin_group")


def a_watched(bank, *contents, app_id="app-1"):
    """A consent that waits for the PSU, and whose TPP wants to be told."""
    consent = consents.create(bank, app_id, an_order())
    events.subscribe(bank, app_id, consent.id, "/v1/consents/x", wish(*contents))
    return consent, authorisations.start(bank, ConsentSubject(consent), authorisations.Wish()).authorisation


def test_each_step_to_the_yes_is_an_event(bank):
    _, started = a_started(bank)

    authorisations.approve(bank, started.authorisation, KARI, None)

    assert told(bank) == [
        ("sca_status", "psu_identified", []),
        ("sca_status", "psu_authenticated", []),
        ("sca_status", "sca_method_selected", []),
        ("sca_status", "finalised", []),
        ("consent_status", "valid", []),
    ]


def test_a_status_that_stays_is_no_event(bank):
    _, started = a_started(bank)
    authorisations.identify(bank, started.authorisation, "kari")
    before = told(bank)

    authorisations.identify(bank, started.authorisation, "kari")

    assert told(bank) == before


def test_time_that_ends_an_authorisation_is_an_event(bank):
    _, started = a_started(bank)

    authorisations.of_id(a_bank(bank.work, hours=1), started.authorisation.id)

    assert told(bank)[-1] == ("sca_status", "failed", [])


@pytest.mark.parametrize(
    ("wanted", "heard"),
    [
        ({Content.SCA}, ["psu_identified", "psu_authenticated", "sca_method_selected", "finalised"]),
        ({Content.PROCESS}, ["valid", "terminated_by_tpp"]),
        ({Content.LAST}, ["valid", "terminated_by_tpp"]),
        ({Content.ACCOUNTS}, []),
    ],
)
def test_a_tpp_hears_of_what_it_asked_for(bank, wanted, heard):
    consent, authorisation = a_watched(bank, *wanted)

    authorisations.approve(bank, authorisation, KARI, None)
    consents.delete(bank, consent)

    assert [status for _, status, states in told(bank) if states == ["waiting"]] == heard
    assert len(told(bank)) == 6


def test_whoever_wants_the_last_status_does_not_hear_of_one_on_the_way(bank):
    events.subscribe(bank, "app-1", "payment-1", "/v1/payments/p/payment-1", wish(Content.LAST))

    events.record(bank, EventKind.PAYMENT_STATUS, "app-1", "payment", "payment-1", status="RCVD")
    events.record(bank, EventKind.PAYMENT_STATUS, "app-1", "payment", "payment-1", last=True, status="ACSC")

    assert told(bank) == [("payment_status", "RCVD", []), ("payment_status", "ACSC", ["waiting"])]


def test_nobody_hears_of_the_resource_of_another_app(bank):
    a_watched(bank, app_id="app-2")
    consent = a_valid_consent(bank, app_id="app-1")

    assert all(states == [] for _, _, states in told(bank, subject_id=consent.id))


def test_a_newer_address_replaces_an_older_one(bank):
    consent, authorisation = a_watched(bank)
    events.subscribe(
        bank, "app-1", consent.id, "/v1/consents/x", wish(Content.LAST, uri="https://tpp.example/newer")
    )

    authorisations.decline(bank, authorisation)

    (delivery,) = events.newest(bank.work, "test", Wanted(kind=EventKind.CONSENT_STATUS), 1)[0][0].deliveries
    assert (delivery.uri, delivery.due_at) == ("https://tpp.example/newer", bank.now)
    assert told(bank, kind=EventKind.SCA_STATUS)[-1] == ("sca_status", "failed", [])


def test_what_is_rolled_back_has_not_happened(database: Database):
    with database.writing() as work:
        settle_in(work)
    rung = []
    database.bell = lambda: rung.append(1)

    with database.work() as work:
        work.write()
        bank = a_bank(work)
        events.subscribe(bank, "app-1", "payment-1", "/v1/payments/p/payment-1", wish())
        events.record(bank, EventKind.PAYMENT_STATUS, "app-1", "payment", "payment-1", status="RCVD")
        work.rollback()

    with database.reading() as work:
        assert told(a_bank(work)) == []
    assert rung == []


def test_the_bell_rings_once_a_delivery_is_committed_and_only_then(database: Database):
    rung = []
    database.bell = lambda: rung.append(1)
    with database.writing() as work:
        settle_in(work)
        bank = a_bank(work)
        events.record(bank, EventKind.PAYMENT_STATUS, "app-1", "payment", "payment-1", status="RCVD")
    assert rung == []

    with database.writing() as work:
        bank = a_bank(work)
        events.subscribe(bank, "app-1", "payment-1", "/v1/payments/p/payment-1", wish())
        events.record(bank, EventKind.PAYMENT_STATUS, "app-1", "payment", "payment-1", status="ACTC")
        assert rung == []

    assert rung == [1]


def test_pages_of_events_are_whole_and_do_not_overlap(bank):
    for number in range(5):
        events.record(bank, EventKind.PAYMENT_STATUS, "app-1", "payment", f"payment-{number}", status="RCVD")

    first, more = events.newest(bank.work, "test", Wanted(), 3)
    rest, end = events.newest(bank.work, "test", Wanted(before=first[-1].event.id), 3)

    assert [one.event.subject_id[-1] for one in [*first, *rest]] == ["4", "3", "2", "1", "0"]
    assert (more, end) == (True, False)


def test_a_delivery_goes_out_again_when_somebody_says_so(bank):
    events.subscribe(bank, "app-1", "payment-1", "/v1/payments/p/payment-1", wish())
    id_ = events.record(bank, EventKind.PAYMENT_STATUS, "app-1", "payment", "payment-1", status="RCVD")
    (delivery,) = events.get(bank.work, "test", id_).deliveries
    delivery.state = DeliveryState.GIVEN_UP
    bank.work.flush()

    again = events.redeliver(bank.work, workspaces.get(bank.work, "test"), delivery.id)

    assert (again.state, again.due_at) == ("waiting", bank.now)
    with pytest.raises(DeliveryUnknown):
        events.redeliver(bank.work, workspaces.get(bank.work, "test"), id_)
    with pytest.raises(EventUnknown):
        events.get(bank.work, "test", delivery.id)


def test_a_fork_knows_what_happened_and_tells_nobody(bank):
    consent, _ = a_watched(bank)
    world = workspaces.get(bank.work, "test")

    twin = replace(bank, workspace_id=lifecycle.fork(bank.work, world, "twin").id)
    consents.delete(twin, consents.get(twin, "app-1", consent.id))

    found, _ = events.newest(bank.work, "twin", Wanted(), 100)
    assert [one.event.kind for one in found][:1] == ["consent_status"]
    assert [one.deliveries for one in found] == [()] * len(found)


def test_a_reset_world_has_nothing_to_tell(bank):
    _, authorisation = a_watched(bank)
    authorisations.decline(bank, authorisation)

    lifecycle.reset(bank.work, workspaces.get(bank.work, "test"))

    assert told(bank) == []


@pytest.mark.parametrize("status", ["settled", "credited"])
def test_the_first_payment_of_a_world_is_one_whose_money_has_moved(bank, status):
    of = (bank, EventKind.PAYMENT_STATUS, "app-1", "payment", "p-1")
    events.record(*of, status="accepted")
    bank.work.flush()
    assert ("test", EventKind.PAYMENT_STATUS) not in events.firsts(bank.work)

    events.record(*of, status=status)
    bank.work.flush()

    assert ("test", EventKind.PAYMENT_STATUS) in events.firsts(bank.work)
