"""Reading banks from a folder of YAML files; whatever is wrong is said at once, with file, line and field."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from marshmallow import RAISE, Schema, ValidationError

from sandbox.bank.profile import Interface, Profile
from sandbox.bank.profile_fields import Wrong, flat, known, told
from sandbox.bank.profile_schema import ProfileSchema
from sandbox.kernel import documents
from sandbox.kernel.documents import DocumentMalformed, Located
from sandbox.kernel.errors import Refusal

#: What each standard lets a bank set, by the standard's id.
Switches = Mapping[str, type[Schema]]


class ProfileInvalid(Refusal):
    """One or more banks' files are wrong. `faults` names each with file, line and field."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


def load(folder: Path, switches: Switches) -> dict[str, Profile]:
    """Every bank of the folder's `*.yaml`, by id, in the order of the ids.

    Raises ProfileInvalid with every fault of every file, also when two files name the same bank.
    """
    faults: list[str] = []
    found: dict[str, Profile] = {}
    source: dict[str, Path] = {}
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise ProfileInvalid([f"{folder}: no bank here; a bank is a file whose name ends in .yaml."])
    for path in paths:
        profile, wrong = _read(path, switches)
        faults += wrong
        if profile is None:
            continue
        if profile.id in source:
            faults.append(f"{path}, line 1, id: '{profile.id}' is the bank of {source[profile.id]} already.")
        found[profile.id], source[profile.id] = profile, path
    if faults:
        raise ProfileInvalid(faults)
    return dict(sorted(found.items()))


def check(path: Path, switches: Switches) -> list[str]:
    """What is wrong with one bank's file; empty when nothing is."""
    return _read(path, switches)[1]


def _read(path: Path, switches: Switches) -> tuple[Profile | None, list[str]]:
    try:
        document = documents.load(path)
    except DocumentMalformed as error:
        return None, [error.text]
    wrong: list[Wrong] = []
    profile: Profile | None = None
    try:
        profile = ProfileSchema().load(document)
    except ValidationError as error:
        wrong += flat(error.messages, ())
    interfaces, switches_wrong = _interfaces(document, switches)
    wrong += switches_wrong
    if wrong or profile is None:
        return None, told(path, document, wrong)
    return replace(profile, interfaces=interfaces), []


def _interfaces(document: Located, switches: Switches) -> tuple[tuple[Interface, ...], list[Wrong]]:
    """The interfaces, each with its switches as its standard understands them."""
    made: list[Interface] = []
    wrong: list[Wrong] = []
    listed = document.get("interfaces")
    for number, one in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(one, dict) or not isinstance(one.get("standard"), str):
            continue
        at: tuple[str | int, ...] = ("interfaces", number)
        schema = switches.get(one["standard"])
        if schema is None:
            wrong.append(
                (
                    (*at, "standard"),
                    f"takes one of: {', '.join(sorted(switches))}; it says {one['standard']}.",
                )
            )
            continue
        reader = schema(unknown=RAISE)
        said = f"is not a switch of {one['standard']}; its switches are: {', '.join(sorted(known(reader)))}."
        reader.error_messages["unknown"] = said
        try:
            values = reader.load(one.get("switches") or {})
        except ValidationError as error:
            wrong += flat(error.messages, (*at, "switches"))
            continue
        made.append(Interface(one["standard"], str(one.get("version")), values))
    return tuple(made), wrong
