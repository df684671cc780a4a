"""From a wish in a header to a message at the TPP's door: sent, tried again, given up, sent again."""

import base64
import hmac
import multiprocessing
import threading
import time
from datetime import timedelta
from uuid import UUID

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from sandbox.bank import events
from sandbox.bank.events import Content, EventKind, Wanted, Wish
from sandbox.delivery import Attempt, Courier, Desk, Message, attempts_of, outbox
from sandbox.kernel.clock import wall_now
from sandbox.kernel.db import Database
from sandbox.workspaces import apps, lifecycle, signing
from sandbox.workspaces import workspace as workspaces
from tests.bank.factories import PROFILE, Neighbours, a_bank, settle_in
from tests.conftest import NOON
from tests.delivery.receiver import Receiver

EVERYTHING = frozenset({Content.SCA, Content.PROCESS})


def in_words(news):
    return {"id": news.event.subject_id, **news.event.payload}


def a_courier(database, *, private=True, writers=None):
    writers = writers or {"plain": in_words}
    desk = Desk({PROFILE.id: PROFILE}, Neighbours(), writers, "https://sandbox.example", private)
    return Courier(database, desk)


@pytest.fixture
def app_id(database: Database):
    with database.writing() as work:
        settle_in(work)
        return apps.create(work, workspaces.get(work, "test"), "Budget Buddy")[0].id


def happen(database, app_id, uri, *statuses):
    """A payment that goes through these statuses, of which the app wants to hear."""
    with database.writing() as work:
        bank = a_bank(work)
        path = "/v1/payments/sepa/payment-1"
        events.subscribe(bank, app_id, "payment-1", path, Wish(uri, EVERYTHING, "plain"))
        for status in statuses:
            events.record(bank, EventKind.PAYMENT_STATUS, app_id, "payment", "payment-1", status=status)


def deliveries(database):
    """Each delivery, oldest first, with the statuses of its attempts."""
    with database.reading() as work:
        found, _ = events.newest(work, "test", Wanted(), 100)
        return [
            (each.state, [(one.answer["status"], one.answer["error"]) for one in tries], each.due_at)
            for one in reversed(found)
            for each in one.deliveries
            for tries in [attempts_of(work, "test", each.id)]
        ]


def move_clock(database, **later):
    with database.writing() as work:
        world = workspaces.get(work, "test")
        world.set_clock(world.clock.at(world.clock.now() + timedelta(**later)))


def test_messages_come_in_order_once_and_whole(database, app_id, receiver):
    happen(database, app_id, receiver.uri, "RCVD", "ACTC", "ACSC")

    sent = a_courier(database).drain("test")

    assert sent == 3
    assert [one.json for one in receiver.got] == [
        {"id": "payment-1", "status": status} for status in ("RCVD", "ACTC", "ACSC")
    ]
    assert len({one.headers["webhook-id"] for one in receiver.got}) == 3
    assert a_courier(database).drain("test") == 0
    assert [state for state, _, _ in deliveries(database)] == ["delivered"] * 3


def test_each_call_has_an_id_of_its_own_and_says_who_sends_it(database, app_id, receiver):
    happen(database, app_id, receiver.uri, "RCVD")

    a_courier(database).drain("test")

    headers = receiver.got[0].headers
    assert UUID(headers["X-Request-ID"]).version == 4
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"].startswith("Bryggen/")
    assert headers["webhook-id"].startswith("ev_test_")


def test_a_message_is_signed_with_the_secret_of_its_app(database, app_id, receiver):
    happen(database, app_id, receiver.uri, "RCVD")

    a_courier(database).drain("test")

    with database.reading() as work:
        secret = signing.secret_of(work, "test", app_id)
    (message,) = receiver.got
    of = f"{message.headers['webhook-id']}.{message.headers['webhook-timestamp']}.".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, of + message.body, "sha256")).decode()
    assert message.headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(message.headers["webhook-timestamp"]) - wall_now().timestamp()) < 60


def test_a_library_of_the_receiver_verifies_it(database, app_id, receiver):
    happen(database, app_id, receiver.uri, "RCVD")

    a_courier(database).drain("test")

    with database.reading() as work:
        judge = Webhook(signing.secret_of(work, "test", app_id))
    (message,) = receiver.got
    assert judge.verify(message.body, message.headers)
    with pytest.raises(WebhookVerificationError):
        judge.verify(message.body + b" ", message.headers)


def test_what_fails_is_tried_again_when_the_clock_says_so(database, app_id, receiver):
    receiver.answers = [500, 503]
    happen(database, app_id, receiver.uri, "RCVD")
    courier = a_courier(database)

    assert courier.drain("test") == 1
    assert deliveries(database) == [("waiting", [(500, None)], NOON + timedelta(seconds=5))]
    assert courier.drain("test") == 0

    move_clock(database, seconds=5)
    assert courier.drain("test") == 1
    assert deliveries(database)[0][2] == NOON + timedelta(seconds=35)

    move_clock(database, days=30)
    assert courier.drain("test") == 1
    assert deliveries(database)[0][:2] == ("delivered", [(500, None), (503, None), (200, None)])
    assert len({one.headers["webhook-id"] for one in receiver.got}) == 1
    assert len({one.headers["X-Request-ID"] for one in receiver.got}) == 3


def test_after_the_last_try_it_is_given_up_and_can_still_be_sent_by_hand(database, app_id, receiver):
    receiver.answers = [500] * 8
    happen(database, app_id, receiver.uri, "RCVD")
    courier = a_courier(database)
    for _ in range(len(outbox.BACK_OFF) + 1):
        assert courier.drain("test") == 1
        move_clock(database, hours=6)

    assert courier.drain("test") == 0
    assert deliveries(database)[0][0] == "given_up"

    redeliver(database)
    assert courier.drain("test") == 1
    assert deliveries(database)[0][0] == "given_up"
    redeliver(database)
    assert courier.drain("test") == 1
    assert deliveries(database)[0][0] == "delivered"
    assert len(receiver.got) == 9


def redeliver(database):
    with database.writing() as work:
        ((told,), _) = events.newest(work, "test", Wanted(), 1)
        events.redeliver(work, workspaces.get(work, "test"), told.deliveries[0].id)


def test_the_log_tells_what_was_sent_and_what_was_answered(database, app_id, receiver):
    receiver.answers, receiver.body = [422], b"no such \xc3\xb8ditt"
    happen(database, app_id, receiver.uri, "RCVD")

    a_courier(database).drain("test")

    with database.reading() as work:
        ((told,), _) = events.newest(work, "test", Wanted(), 1)
        (attempt,) = attempts_of(work, "test", told.deliveries[0].id)
        assert (attempt.number, attempt.at) == (1, NOON)
        assert attempt.request["uri"] == receiver.uri
        assert attempt.request["body"] == receiver.got[0].body.decode()
        assert attempt.request["headers"]["webhook-id"] == receiver.got[0].headers["webhook-id"]
        assert (attempt.answer["status"], attempt.answer["body"]) == (422, "no such øditt")
        assert attempt.answer["headers"]["Content-Length"] == str(len(receiver.body))
        assert attempt.answer["milliseconds"] > 0


def test_where_private_addresses_are_refused_nothing_is_called(database, app_id, receiver):
    happen(database, app_id, receiver.uri, "RCVD")

    a_courier(database, private=False).drain("test")

    assert receiver.got == []
    ((state, [(status, error)], _),) = deliveries(database)
    assert (state, status) == ("waiting", None)
    assert "127.0.0.1" in error


def test_a_name_that_has_moved_inside_since_is_not_called(database, app_id, receiver, monkeypatch):
    import socket

    real = socket.getaddrinfo
    numbers = ["8.8.8.8"]
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, **kw: real(numbers[0] if host == "tpp.example" else host, port, **kw),
    )
    happen(database, app_id, f"http://tpp.example:{receiver.port}/", "RCVD")
    numbers[0] = "127.0.0.1"

    a_courier(database, private=False).drain("test")

    assert receiver.got == []
    assert "127.0.0.1" in deliveries(database)[0][1][0][1]


def test_an_app_that_is_gone_is_told_nothing(database, app_id, receiver):
    happen(database, app_id, receiver.uri, "RCVD")
    with database.writing() as work:
        apps.delete(work, apps.get(work, "test", app_id))

    a_courier(database).drain("test")

    assert receiver.got == []
    assert deliveries(database)[0][:2] == ("given_up", [(None, "the app is gone")])


def test_an_event_that_nobody_can_put_into_words_does_not_stop_the_others(database, app_id, receiver, caplog):
    def stumbling(news):
        if news.event.payload["status"] == "RCVD":
            raise KeyError("a bug")
        return in_words(news)

    happen(database, app_id, receiver.uri, "RCVD", "ACTC")

    a_courier(database, writers={"plain": stumbling}).drain("test")

    assert [one.json["status"] for one in receiver.got] == ["ACTC"]
    assert deliveries(database)[0][1] == [
        (None, "the sandbox could not write the message; this is a fault of ours")
    ]
    assert "could not be put into words" in caplog.text


def test_a_text_is_sent_as_it_is_under_its_own_type(database, app_id, receiver):
    def in_a_token(news):
        return Message(f"token.of.{news.event.subject_id}", headers={"Content-Type": "application/jwt"})

    happen(database, app_id, receiver.uri, "RCVD")

    a_courier(database, writers={"plain": in_a_token}).drain("test")

    (message,) = receiver.got
    assert (message.body, message.headers["Content-Type"]) == (b"token.of.payment-1", "application/jwt")


def test_whoever_writes_has_the_bank_to_read(database, app_id, receiver):
    def asking(news):
        assert (news.bank.now, news.profile) == (NOON, PROFILE)
        return {"apps": len(apps.every(news.bank.work, news.bank.workspace_id))}

    happen(database, app_id, receiver.uri, "RCVD")

    a_courier(database, writers={"plain": asking}).drain("test")

    assert [one.json for one in receiver.got] == [{"apps": 1}]


def test_what_is_no_news_to_the_app_is_no_delivery(database, app_id, receiver):
    def picky(news):
        return in_words(news) if news.event.payload["status"] == "ACSC" else None

    happen(database, app_id, receiver.uri, "RCVD", "ACSC")

    a_courier(database, writers={"plain": picky}).drain("test")

    assert [one.json["status"] for one in receiver.got] == ["ACSC"]
    assert [state for state, _, _ in deliveries(database)] == ["delivered"]


def test_what_has_become_none_is_given_up_and_the_log_is_kept(database, app_id, receiver):
    receiver.answers = [500]
    happen(database, app_id, receiver.uri, "RCVD")
    a_courier(database).drain("test")
    move_clock(database, seconds=5)

    a_courier(database, writers={"plain": lambda _: None}).drain("test")

    [(state, tries, _)] = deliveries(database)
    assert (state, tries) == (
        "given_up",
        [(500, None), (None, "the app wants to hear of it no more")],
    )
    assert len(receiver.got) == 1


def test_what_is_being_sent_is_sent_by_nobody_else(database, app_id, receiver):
    receiver.wait = threading.Event()
    happen(database, app_id, receiver.uri, "RCVD")
    slow = threading.Thread(target=a_courier(database).drain, args=("test",))
    slow.start()
    until(lambda: receiver.got)

    assert a_courier(database).drain("test") == 0

    receiver.wait.set()
    slow.join(10)
    assert len(receiver.got) == 1
    assert deliveries(database)[0][0] == "delivered"


def test_whoever_dies_while_sending_leaves_it_to_the_next(database, app_id, receiver, monkeypatch):
    happen(database, app_id, receiver.uri, "RCVD")
    claim = outbox.claim(database, "test")  # and never settled
    assert a_courier(database).drain("test") == 0

    monkeypatch.setattr(outbox, "wall_now", lambda: wall_now() + outbox.CLAIM)
    assert a_courier(database).drain("test") == 1

    assert receiver.got[0].headers["webhook-id"] == claim.message_id
    assert [state for state, _, _ in deliveries(database)] == ["delivered"]


def test_a_world_that_is_reset_meanwhile_forgets_what_was_being_sent(database, app_id, receiver):
    receiver.wait = threading.Event()
    happen(database, app_id, receiver.uri, "RCVD", "ACTC")
    slow = threading.Thread(target=a_courier(database).drain, args=("test",))
    slow.start()
    until(lambda: receiver.got)

    with database.writing() as work:
        secret = signing.secret_of(work, "test", app_id)
        lifecycle.reset(work, workspaces.get(work, "test"))
    receiver.wait.set()
    slow.join(10)

    assert len(receiver.got) == 1
    assert deliveries(database) == []
    with database.reading() as work:
        assert work.query(Attempt).count() == 0
        assert signing.secret_of(work, "test", app_id) == secret


def test_a_world_that_is_deleted_meanwhile_takes_everything_along(database, app_id, receiver):
    receiver.answers = [500]
    happen(database, app_id, receiver.uri, "RCVD")
    a_courier(database).drain("test")

    with database.writing() as work:
        lifecycle.remove(work, workspaces.get(work, "test"))

    assert outbox.worlds_with_work(database) == []
    assert a_courier(database).drain("test") == 0


def test_a_running_courier_is_woken_by_what_is_committed(database, app_id, receiver):
    courier = a_courier(database)
    courier.start()
    try:
        happen(database, app_id, receiver.uri, "RCVD")
        until(lambda: [state for state, _, _ in deliveries(database)] == ["delivered"])
    finally:
        courier.close()


def test_a_courier_that_starts_finds_what_was_left_and_what_the_clock_brings(database, app_id, receiver):
    receiver.answers = [500]
    happen(database, app_id, receiver.uri, "RCVD")
    courier = a_courier(database)
    courier.start()
    try:
        until(lambda: deliveries(database)[0][1] == [(500, None)])
        move_clock(database, seconds=5)
        until(lambda: deliveries(database)[0][0] == "delivered")
    finally:
        courier.close()


def test_a_slow_receiver_of_one_world_keeps_no_other_waiting(database, app_id, receiver):
    with database.writing() as work:
        workspaces.create(work, "bergen", name="other", clock=workspaces.get(work, "test").clock)
        other = apps.create(work, workspaces.get(work, "other"), "Another")[0].id
    stuck, stuck.wait = Receiver(), threading.Event()
    courier = a_courier(database)
    courier.start()
    try:
        happen(database, app_id, stuck.uri, "RCVD")
        until(lambda: stuck.got)
        happen_elsewhere(database, other, receiver.uri)
        until(lambda: receiver.got)
    finally:
        stuck.wait.set()
        courier.close()
        stuck.close()


def happen_elsewhere(database, app_id, uri):
    from dataclasses import replace

    with database.writing() as work:
        bank = replace(a_bank(work), workspace_id="other")
        events.subscribe(bank, app_id, "payment-1", "/v1/x", Wish(uri, EVERYTHING, "plain"))
        events.record(bank, EventKind.PAYMENT_STATUS, app_id, "payment", "payment-1", status="RCVD")


def carry_all(url, begin):
    """One process that sends all it can get."""
    database = Database(url)
    begin.wait(30)
    a_courier(database).drain("test")
    database.close()


def test_two_processes_send_each_message_once(database, app_id, receiver):
    happen(database, app_id, receiver.uri, *(f"status-{number}" for number in range(40)))
    spawning = multiprocessing.get_context("spawn")
    begin = spawning.Event()
    both = [spawning.Process(target=carry_all, args=(database.url, begin)) for _ in range(2)]
    for one in both:
        one.start()

    begin.set()
    for one in both:
        one.join(60)

    assert [one.exitcode for one in both] == [0, 0]
    assert sorted(one.json["status"] for one in receiver.got) == sorted(f"status-{n}" for n in range(40))
    assert {(state, len(tries)) for state, tries, _ in deliveries(database)} == {("delivered", 1)}


def until(happened, seconds=15):
    limit = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.02)
