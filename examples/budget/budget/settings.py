"""What the app has to know: where the banks are, and who it is to them. All from the environment."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Bank:
    """A bank that users can connect, and the standard that it speaks."""

    id: str
    name: str
    country: str
    standard: str


#: To add one is a line here, as long as the app speaks its standard.
BANKS = {
    one.id: one
    for one in (
        Bank("fjordbanken", "Fjordbanken", "Norway", "berlin_group"),
        Bank("hansekontor", "Hansekontor Bank", "Germany", "berlin_group"),
        Bank("kelpbank", "Kelp Bank", "United Kingdom", "uk_open_banking"),
    )
}


@dataclass(frozen=True)
class Settings:
    """`origin` is where the banks are reached; `client_id` and `app_key` are what they know the app by."""

    origin: str
    client_id: str
    app_key: str
    session_key: str
    database: Path


def from_environment() -> Settings:
    """Read them. Raises KeyError for one that is not there."""
    return Settings(
        origin=os.environ.get("BANKS_ORIGIN", "http://localhost:8080"),
        client_id=os.environ["CLIENT_ID"],
        app_key=os.environ["APP_KEY"],
        session_key=os.environ["SESSION_KEY"],
        database=Path(os.environ.get("BUDGET_DATABASE", "budget.sqlite3")),
    )
