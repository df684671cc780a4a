"""What the shop has to know: where the banks are, who it is to them, and where it wants its money."""

import os
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True)
class Bank:
    """A bank to pay from. Some want to be told from which account, before the buyer is there."""

    id: str
    name: str
    wants_account: bool


@dataclass(frozen=True)
class Product:
    """Something to buy, in kroner."""

    id: str
    name: str
    price: Decimal


BANKS = {
    one.id: one
    for one in (Bank("fjordbanken", "Fjordbanken", False), Bank("nordlys", "Nordlys Sparebank", True))
}
PRODUCTS = {
    one.id: one
    for one in (
        Product("mittens", "Mittens, Selbu pattern", Decimal("349.00")),
        Product("thermos", "Thermos, 1 litre", Decimal("429.00")),
        Product("chocolate", "Chocolate for the tour", Decimal("39.90")),
    )
}
CURRENCY, SERVICE = "NOK", "norwegian-domestic-credit-transfers"


@dataclass(frozen=True)
class Settings:
    """`webhook_secret` verifies what the banks tell us; `account` is ours, an IBAN."""

    origin: str
    app_key: str
    webhook_secret: str
    session_key: str
    account: str
    name: str
    database: Path


def from_environment() -> Settings:
    """Read them. Raises KeyError for one that is not there."""
    return Settings(
        origin=os.environ.get("BANKS_ORIGIN", "http://localhost:8080"),
        app_key=os.environ["APP_KEY"],
        webhook_secret=os.environ["WEBHOOK_SECRET"],
        session_key=os.environ["SESSION_KEY"],
        account=os.environ["SHOP_ACCOUNT"],
        name=os.environ.get("SHOP_NAME", "Nordpaa AS"),
        database=Path(os.environ.get("CHECKOUT_DATABASE", "checkout.sqlite3")),
    )
