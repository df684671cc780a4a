"""What the operator may set, read once from the environment; docs/settings.md lists the same table."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.kernel.errors import Refusal

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


class SettingInvalid(Refusal):
    """An environment variable has a value that it cannot have."""


class PrivateNotifications(StrEnum):
    """Whether TPPs may be told of events at addresses of this machine and of private networks.

    AUTO: where nobody but the user of this machine can ask for it.
    """

    AUTO = "auto"
    ALLOW = "allow"
    REFUSE = "refuse"


class Networks(tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]):
    """Addresses, by the networks in which they lie; written with commas between them."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> "Networks":
        """Read `10.0.0.0/8, ::1`. Raises ValueError."""
        return cls(ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip())

    def __str__(self) -> str:
        return ", ".join(map(str, self))

    def hold(self, address: str) -> bool:
        """Whether the address lies in one of the networks; an IPv4 address also in the clothes of IPv6."""
        found = _address(address)
        return found is not None and any(found in network for network in self)


@lru_cache(maxsize=256)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read once: every request asks where it comes from, and most come from the same few."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return found if mapped is None else mapped


_NOBODY = Networks()


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, its default, and (by name) its variable: `database_url` is `BRYGGEN_DATABASE_URL`."""

    database_url: str = ""
    data_dir: Path = Path("data")
    public_origin: str = "http://localhost:8080"
    trust_origin: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    tls: bool = False
    tls_port: int = 8443
    workers: int = 1
    threads: int = 8
    banks_dir: str = ""
    default_seed: str = "bergen"
    secret_key: str = ""
    check_answers: bool = False
    journal: bool = True
    journal_calls: int = 2000
    journal_megabytes: int = 256
    journal_body_bytes: int = 16384
    private_notifications: PrivateNotifications = PrivateNotifications.AUTO
    trusted_proxies: Networks = _NOBODY
    public: bool = False
    admin_key: str = ""
    workspaces_max: int = 500
    team_workspaces_max: int = 5
    workspace_apps_max: int = 50
    clock_step_days_max: int = 400

    def resolved_database_url(self) -> str:
        """The database to open: the given one, else a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'bryggen.sqlite3'}"

    @property
    def allows_private_notifications(self) -> bool:
        """Whether addresses of private networks may be called. Behind a proxy the origin is public.

        Where strangers are let in they ask for it, too: through a tunnel they reach a loopback address.
        """
        if self.private_notifications is not PrivateNotifications.AUTO:
            return self.private_notifications is PrivateNotifications.ALLOW
        names = (self.host, urlsplit(self.public_origin).hostname)
        return not self.public and all(map(is_this_machine, names))


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the `BRYGGEN_*` variables. Raises SettingInvalid, naming the variable and what it takes."""
    given = {}
    for field in fields(Settings):
        variable = f"BRYGGEN_{field.name.upper()}"
        if variable in environment:
            given[field.name] = _read(variable, environment[variable], type(field.default))
    return Settings(**given)  # type: ignore[arg-type]  # each value was read by its field's own type


def is_this_machine(name: str | None) -> bool:
    """Whether a host's name or number leads back to the machine itself."""
    if name is None or name == "localhost" or name.endswith(".localhost"):
        return name is not None
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


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
    if kind is Networks:
        try:
            return Networks.parse(text)
        except ValueError as error:
            taken = "it takes addresses and networks, such as 10.0.0.0/8, ::1"
            raise SettingInvalid(f"{variable} is {text!r}; {taken}.") from error
    if issubclass(kind, StrEnum):
        if text.strip().lower() not in set(kind):
            raise SettingInvalid(f"{variable} is {text!r}; it takes one of: {', '.join(kind)}.")
        return kind(text.strip().lower())
    return Path(text) if issubclass(kind, Path) else text
