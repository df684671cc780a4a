"""Keys at a TPP's own address: fetched where the sandbox may call, kept as long as the address says."""

import json
from datetime import timedelta

import pytest
import time_machine

from sandbox.delivery import fetching
from sandbox.delivery.addresses import AddressForbidden, AddressMalformed
from sandbox.delivery.fetching import SECONDS_BETWEEN_CALLS, SECONDS_KEPT, SECONDS_KEPT_MAX, KeysUnreachable
from tests.oauth.signing import Key

ONE, TWO = Key(kid="one").public, Key(kid="two").public


@pytest.fixture
def publisher(receiver):
    """A TPP that publishes one key."""
    receiver.uri_of_keys = f"http://127.0.0.1:{receiver.port}/jwks.json"
    publish(receiver, ONE)
    return receiver


def publish(receiver, *keys):
    receiver.body = json.dumps({"keys": keys}).encode()


def fetched(publisher, kid=None):
    return [key["kid"] for key in fetching.key_set(publisher.uri_of_keys, kid, private=True)]


def calls_within(publisher, seconds):
    """How often the address is called when its keys are wanted, and once more so much later."""
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False) as traveller:
        fetched(publisher)
        traveller.shift(timedelta(seconds=seconds))
        fetched(publisher)
    return len(publisher.got)


def test_keys_are_fetched_once_for_a_minute_where_nothing_is_said(publisher):
    assert calls_within(publisher, SECONDS_KEPT - 1) == 1


def test_and_again_after_that(publisher):
    assert calls_within(publisher, SECONDS_KEPT) == 2


@pytest.mark.parametrize(
    ("headers", "seconds", "calls"),
    [
        ({"Cache-Control": "public, max-age=600"}, 599, 1),
        ({"Cache-Control": "public, max-age=600"}, 600, 2),
        ({"cache-control": "MAX-AGE=600", "Age": "590"}, 9, 1),
        ({"cache-control": "MAX-AGE=600", "Age": "590"}, 10, 2),
        ({"Cache-Control": "max-age=600", "Age": "soon"}, 599, 1),
        ({"Cache-Control": "no-store"}, 0, 2),
        ({"Cache-Control": "max-age=600, no-cache"}, 0, 2),
        ({"Cache-Control": "max-age=0"}, 0, 2),
        ({"Cache-Control": "s-maxage=600, max-age=5"}, 5, 2),
        ({"Cache-Control": "max-age=99999999"}, SECONDS_KEPT_MAX - 1, 1),
        ({"Cache-Control": "max-age=99999999"}, SECONDS_KEPT_MAX, 2),
    ],
)
def test_the_address_says_how_long_its_keys_are_kept(publisher, headers, seconds, calls):
    publisher.headers = headers

    assert calls_within(publisher, seconds) == calls


def test_a_key_that_is_not_known_yet_has_the_address_asked_once_more(publisher):
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False) as traveller:
        assert fetched(publisher, "one") == ["one"]
        publish(publisher, ONE, TWO)
        traveller.shift(timedelta(seconds=SECONDS_BETWEEN_CALLS))

        assert fetched(publisher, "one") == ["one"]
        assert fetched(publisher, "two") == ["one", "two"]
        assert len(publisher.got) == 2


def test_whoever_invents_keys_cannot_have_the_address_called_without_end(publisher):
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False):
        for number in range(20):
            fetched(publisher, f"invented-{number}")

    assert len(publisher.got) == 1


def test_an_address_that_answers_wrongly_is_left_alone_for_a_moment(publisher):
    publisher.answers = [500]
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False) as traveller:
        for _ in range(2):
            with pytest.raises(KeysUnreachable, match="it answered 500"):
                fetched(publisher)
        assert len(publisher.got) == 1

        traveller.shift(timedelta(seconds=SECONDS_BETWEEN_CALLS))
        assert fetched(publisher) == ["one"]


def test_a_redirect_is_not_followed(publisher):
    publisher.answers, publisher.headers = [302], {"Location": f"http://127.0.0.1:{publisher.port}/other"}

    with pytest.raises(KeysUnreachable, match="it answered 302"):
        fetched(publisher)
    assert [one.path for one in publisher.got] == ["/jwks.json"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>", "no JSON"),
        (b'{"keys": [' + b"[" * 50_000, "no JSON"),
        (b"[]", "A key set is"),
        (b'{"keys": []}', "A key set is"),
        (json.dumps({"keys": [{**ONE, "d": "secret"}]}).encode(), "public keys alone"),
        (json.dumps({"keys": [ONE, ONE]}).encode(), "twice"),
        (b'{"keys": [], "filling": "' + b"x" * 200_000 + b'"}', "no JSON"),
    ],
)
def test_what_is_no_key_set_is_refused(publisher, body, why):
    publisher.body = body

    with pytest.raises(KeysUnreachable, match=why):
        fetched(publisher)


def test_where_private_addresses_are_not_called_a_key_set_there_is_not_fetched(publisher):
    with pytest.raises(KeysUnreachable, match="does not call that address"):
        fetching.key_set(publisher.uri_of_keys, private=False)
    assert publisher.got == []


def test_an_address_that_leads_elsewhere_is_refused_before_it_is_called():
    with pytest.raises(AddressForbidden):
        fetching.check_address("https://169.254.169.254/jwks.json", private=False)
    with pytest.raises(AddressMalformed):
        fetching.check_address("file:///etc/passwd", private=True)
    with pytest.raises(KeysUnreachable, match="https"):
        fetching.check_address("http://192.0.2.7/jwks.json", private=True)
    fetching.check_address("https://192.0.2.7/jwks.json", private=True)
    fetching.check_address("http://127.0.0.1:8000/jwks.json", private=True)


def test_a_name_that_nobody_knows_has_no_keys():
    with pytest.raises(KeysUnreachable, match="cannot be resolved"):
        fetching.key_set("https://nobody.invalid/jwks.json", private=True)
