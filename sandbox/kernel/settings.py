"""What the operator may set, read once from the environment; docs/settings.md lists the same table."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from sandbox.kernel.errors import Refusal

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


class SettingInvalid(Refusal):
    """An environment variable has a value that it cannot have."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, its default, and (by name) its variable: `database_url` is `BRYGGEN_DATABASE_URL`."""

    database_url: str = ""
    data_dir: Path = Path("data")
    public_origin: str = "http://localhost:8080"
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    threads: int = 8
    banks_dir: str = ""
    default_seed: str = "bergen"
    secret_key: str = ""
    check_answers: bool = False
    journal: bool = True

    def resolved_database_url(self) -> str:
        """The database to open: the given one, else a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'bryggen.sqlite3'}"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the `BRYGGEN_*` variables. Raises SettingInvalid, naming the variable and what it takes."""
    given = {}
    for field in fields(Settings):
        variable = f"BRYGGEN_{field.name.upper()}"
        if variable in environment:
            given[field.name] = _read(variable, environment[variable], type(field.default))
    return Settings(**given)  # type: ignore[arg-type]  # each value was read by its field's own type


def _read(variable: str, text: str, kind: type) -> object:
    if kind is bool:
        word = text.strip().lower()
        if word not in _TRUE | _FALSE:
            raise SettingInvalid(f"{variable} is {text!r}; it takes true or false.")
        return word in _TRUE
    if kind is int:
        if not text.strip().isdigit():
            raise SettingInvalid(f"{variable} is {text!r}; it takes a whole number.")
        return int(text)
    return Path(text) if issubclass(kind, Path) else text
