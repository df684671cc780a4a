"""A household moves in once, grows in the order of events, and its books always balance."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from sandbox.bank import profiles as bank_profiles
from sandbox.bank import verify
from sandbox.bank.bank import Bank
from sandbox.kernel import places
from sandbox.kernel.clock import Clock, ClockMode
from sandbox.kernel.db import Database
from sandbox.population import people
from sandbox.population.populate import Population
from sandbox.standards.registry import STANDARDS
from sandbox.workspaces import workspace as workspaces

NOW = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
_PROFILES = bank_profiles.load(places.mock_banks(), {one.id: one.switches for one in STANDARDS.values()})
_POPULATION = Population(_PROFILES)


def _move_in(
    database: Database, person_id: str, bank_id: str, moment: datetime = NOW, world: str = "w"
) -> None:
    clock = Clock(ClockMode.FROZEN, 0.0, moment)
    with database.writing() as work:
        if work.get(workspaces.Workspace, f"world-{world}") is None:
            workspaces.create(work, "bergen", name=f"world-{world}", clock=clock)
        bank = Bank(_PROFILES[bank_id], work, f"world-{world}", "bergen", clock, _POPULATION)
        _POPULATION.move_in(bank, person_id)


def _move_again(
    database: Database,
    person_id: str,
    bank_id: str,
    moment: datetime,
    world: str,
    population: Population = _POPULATION,
) -> None:
    clock = Clock(ClockMode.FROZEN, 0.0, moment)
    with database.work() as work:
        bank = Bank(_PROFILES[bank_id], work, f"world-{world}", "bergen", clock, population)
        population.move_in(bank, person_id)
        work.commit()


_TOLD = (
    "account_id, entry_id, transfer_id, at, booked_on, value_on, amount_minor, balance_minor, code,"
    " remittance, party_name, reference, exchange"
)


def _lines(database: Database, world: str, since: str) -> list[tuple[object, ...]]:
    with database.reading() as work:
        rows = work.execute(
            text(
                f"SELECT {_TOLD} FROM line WHERE workspace_id = :w AND booked_on >= :s"
                " ORDER BY account_id, booked_on, seq"
            ),
            {"w": f"world-{world}", "s": since},
        )
        return [tuple(row) for row in rows]


def _pending(database: Database, world: str) -> list[tuple[object, ...]]:
    with database.reading() as work:
        rows = work.execute(
            text(
                "SELECT account_id, entry_id, amount_minor, at, expected_on FROM pending"
                " WHERE workspace_id = :w ORDER BY account_id, entry_id"
            ),
            {"w": f"world-{world}"},
        )
        return [tuple(row) for row in rows]


def _first_at(bank_id: str, country: str, start: int) -> str:
    for number in range(start, start + 200):
        person = people.person("bergen", country, number)
        if any(one.id == bank_id for one, _ in people.banks_of("bergen", person, _PROFILES.values())):
            return person.id
    raise AssertionError("nobody banks there")


@pytest.mark.parametrize("start", [2, 12, 32, 100, 130, 160])
def test_a_history_is_the_same_in_one_step_and_in_many(database, start):
    person_id = _first_at("fjordbanken", "NO", start)
    _move_in(database, person_id, "fjordbanken", NOW, "one")

    moment = NOW - timedelta(days=37)
    _move_in(database, person_id, "fjordbanken", moment, "many")
    for hours in (5, 19, 72, 200, 31, 111):
        moment += timedelta(hours=hours)
        _move_again(database, person_id, "fjordbanken", moment, "many")
    _move_again(database, person_id, "fjordbanken", NOW, "many")

    assert _lines(database, "one", "2026-01-01") == _lines(database, "many", "2026-01-01")
    assert _pending(database, "one") == _pending(database, "many")


def test_a_process_that_has_never_met_the_household_goes_on_with_its_life_all_the_same(database):
    person_id = _first_at("fjordbanken", "NO", 100)
    days = [NOW + timedelta(days=days) for days in (9, 17, 40)]
    for world in ("one", "many"):
        _move_in(database, person_id, "fjordbanken", NOW, world)

    for moment in days:
        _move_again(database, person_id, "fjordbanken", moment, "one")
        _move_again(database, person_id, "fjordbanken", moment, "many", Population(_PROFILES))

    assert _lines(database, "one", "2026-03-01") == _lines(database, "many", "2026-03-01")
    assert _pending(database, "one") == _pending(database, "many")


@pytest.mark.parametrize(
    ("bank_id", "country"), [(one.id, one.country) for one in _PROFILES.values()], ids=list(_PROFILES)
)
def test_the_books_of_a_bank_balance_after_its_cast_has_moved_in(make_database_url, bank_id, country):
    from sandbox import migrations

    database = Database(make_database_url("sqlite"))
    migrations.upgrade(database)
    for number in (0, 2, 14, 18):
        _move_in_again_or_first(database, f"{country.lower()}-{number}", bank_id)

    with database.reading() as work:
        assert verify.whole_database(work) == []
    database.close()


def _move_in_again_or_first(database: Database, person_id: str, bank_id: str) -> None:
    clock = Clock(ClockMode.FROZEN, 0.0, NOW)
    with database.writing() as work:
        if work.get(workspaces.Workspace, "world-x") is None:
            workspaces.create(work, "bergen", name="world-x", clock=clock)
        bank = Bank(_PROFILES[bank_id], work, "world-x", "bergen", clock, _POPULATION)
        _POPULATION.move_in(bank, person_id)


def test_what_has_happened_but_is_not_booked_lies_between(database):
    person_id = _first_at("fjordbanken", "NO", 100)
    _move_in(database, person_id, "fjordbanken", NOW, "one")

    now = "2026-03-16T09:00:00.000000Z"
    for _, _, _, at, expected_on in _pending(database, "one"):
        assert str(at) <= now
        assert f"{expected_on}T04:30:00.000000Z" > now


def test_an_ordinary_read_writes_nothing(database):
    person_id = _first_at("fjordbanken", "NO", 100)
    _move_in(database, person_id, "fjordbanken", NOW, "one")

    clock = Clock(ClockMode.FROZEN, 0.0, NOW)
    with database.work() as work:
        bank = Bank(_PROFILES["fjordbanken"], work, "world-one", "bergen", clock, _POPULATION)
        _POPULATION.move_in(bank, person_id)
        assert not work.writing


def test_people_are_found_by_persona_and_name_without_moving_in():
    students = _POPULATION.search("bergen", bank="fjordbanken", persona="student", limit=3)

    assert [one.person.persona for one in students] == ["student"] * 3
    name = students[1].person.family_name
    assert any(
        one.person.id == students[1].person.id
        for one in _POPULATION.search("bergen", bank="fjordbanken", name=name, persona="student", limit=40)
    )
    assert (
        _POPULATION.search("bergen", bank="fjordbanken", persona="student", limit=1, offset=1)
        == students[1:2]
    )
