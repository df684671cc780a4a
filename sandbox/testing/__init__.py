"""The sandbox inside your own tests: banks that answer, people who pay, a clock that you turn.

Installed with its extra `testing`, pytest knows the fixture `bryggen`: a world of its own for
each test, served at a free port of this machine by a thread of the test's own process.

    def test_my_app_shows_the_balance(bryggen):
        psu = bryggen.person("no-0")
        bank = bryggen.berlin_group("fjordbanken")
        consent = bank.consent(psu)
        assert my_app.balance(bank.url, bryggen.app_key, consent.id) > 0
"""

from sandbox.testing.berlin_group import BerlinGroup
from sandbox.testing.calling import Refused
from sandbox.testing.failures import Failures
from sandbox.testing.people import Account, Person
from sandbox.testing.server import Server
from sandbox.testing.told import AccountDetails, Balance, Begun, Entry, PaymentStatus
from sandbox.testing.uk_open_banking import UkOpenBanking
from sandbox.testing.visiting import PageUnexpected
from sandbox.testing.world import World

__all__ = [
    "Account",
    "AccountDetails",
    "Balance",
    "Begun",
    "BerlinGroup",
    "Entry",
    "Failures",
    "PageUnexpected",
    "PaymentStatus",
    "Person",
    "Refused",
    "Server",
    "UkOpenBanking",
    "World",
]
