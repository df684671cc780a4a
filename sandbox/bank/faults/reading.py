"""The catalogue: every failure that can be made on purpose, read once from `fixtures/failures.yaml`."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from sandbox.bank.faults.failure import CatalogueInvalid, Failure, FailureUnknown
from sandbox.bank.faults.schema import FailureSchema
from sandbox.bank.profile_fields import Wrong, flat, told
from sandbox.kernel import documents, money, places
from sandbox.kernel.money import Money

_NAME = re.compile(r"[a-z][a-z0-9_]{2,39}")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The failures by name, and by each of the magic words that choose one."""

    failures: Mapping[str, Failure]
    by_amount: Mapping[int, Failure]
    by_creditor_name: Mapping[str, Failure]
    by_creditor_account: Mapping[str, Failure]
    by_remittance: Mapping[str, Failure]


@cache
def catalogue() -> Catalogue:
    """Every failure there is. Raises CatalogueInvalid, DocumentMalformed with file and line."""
    return read(places.fixtures() / "failures.yaml")


def every() -> list[Failure]:
    """The failures in the order of the file."""
    return list(catalogue().failures.values())


def search(area: str | None = None, standard: str | None = None, search: str | None = None) -> list[Failure]:
    """The failures of an area and a standard that have that text in their name or in what happens in life."""
    text = (search or "").casefold()
    return [
        one
        for one in every()
        if area in (None, one.area)
        and (standard is None or standard in one.standards)
        and (text in one.name or text in one.life.casefold())
    ]


def get(name: str) -> Failure:
    """The failure of that name. Raises FailureUnknown, which names those that are spelled nearly so."""
    known = catalogue().failures
    if name not in known:
        raise FailureUnknown(name, known)
    return known[name]


def by_magic(
    amount: Money, creditor_name: str, creditor_account: str | None, remittance: str | None
) -> Failure | None:
    """The failure that a credit transfer chooses by what stands in it; None as a rule."""
    known = catalogue()
    if amount.minor in known.by_amount and money.exponent(amount.currency) == 2:
        return known.by_amount[amount.minor]
    return by_payee(creditor_name, creditor_account) or (
        known.by_remittance.get(remittance.casefold().strip()) if remittance else None
    )


def by_payee(name: str | None, number: str | None) -> Failure | None:
    """The failure that a payee's name or account number chooses; None as a rule."""
    known = catalogue()
    return (known.by_creditor_name.get(name.casefold().strip()) if name else None) or (
        known.by_creditor_account.get(_bare(number)) if number else None
    )


def by_login(login: str) -> tuple[str, Failure | None]:
    """A login without the failure that it ends in, and that failure: `kari+sca_declined`."""
    name, plus, failure = login.rpartition("+")
    found = catalogue().failures.get(failure) if plus else None
    return (name, found) if found is not None and found.magic.psu else (login, None)


def read(path: Path) -> Catalogue:
    """Read a catalogue. Raises CatalogueInvalid with every fault, DocumentMalformed; each names its line."""
    document, schema = documents.load(path), FailureSchema()
    wrong: list[Wrong] = []
    found: dict[str, Failure] = {}
    for name, entry in document.items():
        if not _NAME.fullmatch(name):
            wrong.append(((name,), "is no name: small letters, digits and underscores, 3 to 40 of them."))
        try:
            found[name] = Failure(name=name, **schema.load(entry))
        except ValidationError as error:
            wrong += flat(error.messages, (name,))
    made = _indexed(found, wrong)
    if wrong:
        raise CatalogueInvalid(told(path, document, wrong))
    return made


def _indexed(found: Mapping[str, Failure], wrong: list[Wrong]) -> Catalogue:
    """The failures by their magic words, none of which chooses two."""
    each = list(found.values())
    return Catalogue(
        found,
        _index(each, "amount", lambda one: [money.parse(one, "EUR").minor], wrong),
        _index(each, "creditor_name", lambda one: [one.casefold()], wrong),
        _index(each, "creditor_accounts", lambda one: map(_bare, one), wrong),
        _index(each, "remittance", lambda one: [one.casefold()], wrong),
    )


def _index(
    each: Iterable[Failure], field: str, keys: Callable[[Any], Iterable[Any]], wrong: list[Wrong]
) -> dict[Any, Failure]:
    index: dict[Any, Failure] = {}
    for one in each:
        said = getattr(one.magic, field)
        for key in keys(said) if said else ():
            if key in index:
                wrong.append(((one.name, "magic", field), f"chooses {index[key].name} already."))
            index[key] = one
    return index


def _bare(number: str) -> str:
    return number.replace(" ", "").upper()
