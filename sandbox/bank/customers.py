"""Customers: who banks here, how they log in, and which one-time codes they can receive."""

from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.bank import faults
from sandbox.bank.bank import Bank
from sandbox.bank.profile import ScaMethod
from sandbox.kernel.db import Base, Day, Document
from sandbox.kernel.errors import Refusal
from sandbox.kernel.ids import same


class PsuUnknown(Refusal):
    """Nobody banks here under that name or number."""

    text = "The PSU is not known at this bank."


class PsuBlocked(Refusal):
    """The customer may not use the online bank: deceased, or blocked by the bank."""

    text = "The PSU cannot use the online bank."


class Standing(StrEnum):
    """Whether a customer may use the online bank."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    DECEASED = "deceased"


class Customer(Base):
    """One customer of one bank. `person_id` is `<country>-<number>`, the same at each bank of that person.

    `details` keeps what the pages and the tester show: persona, phone, address, e-mail.
    """

    __tablename__ = "customer"

    workspace_id: Mapped[str] = mapped_column(
        ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True
    )
    bank_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    username: Mapped[str] = mapped_column(String(80))
    national_id: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(140))
    born_on: Mapped[date | None] = mapped_column(Day)
    language: Mapped[str] = mapped_column(String(5))
    standing: Mapped[str] = mapped_column(String(10))
    sca_method_ids: Mapped[list[str]] = mapped_column(Document)
    details: Mapped[dict[str, Any]] = mapped_column(Document)


class CustomerRow(NamedTuple):
    """A customer as those who deal with them know them: see `Customer`."""

    person_id: str
    username: str
    national_id: str | None
    name: str
    language: str
    standing: str
    born_on: date | None
    sca_method_ids: list[str]
    details: dict[str, Any]


_SELECT = (
    f"SELECT {', '.join(CustomerRow._fields)} FROM customer"
    " WHERE workspace_id = ? AND bank_id = ? AND person_id = ?"
)


def identify(bank: Bank, login: str) -> CustomerRow:
    """The customer with that user name or national id, moved in if need be. Raises PsuUnknown, PsuBlocked.

    The login may choose a failure: see `faults.of_login`.
    """
    login = faults.of_login(bank, login)
    person_id = bank.people.by_username(bank, login) or bank.people.by_national_id(bank, login)
    if person_id is None:
        raise PsuUnknown(detail=repr(login))
    bank.people.move_in(bank, person_id)
    customer = get(bank, person_id)
    if customer.standing != Standing.ACTIVE:
        raise PsuBlocked(detail=f"{person_id} is {customer.standing}")
    return customer


def get(bank: Bank, person_id: str) -> CustomerRow:
    """The customer of that person id, who has moved in before. Raises PsuUnknown."""
    key = (bank.workspace_id, bank.id, person_id)
    found = bank.work.once("customer", key, lambda: bank.work.rows(_SELECT, key))
    if not found:
        raise PsuUnknown(detail=person_id)
    [row] = found
    born_on = date.fromisoformat(row[6]) if row[6] else None
    return CustomerRow._make((*row[:6], born_on, orjson.loads(row[7]), orjson.loads(row[8])))


def password_is_right(bank: Bank, customer: CustomerRow, password: str) -> bool:
    """Whether that is the customer's password."""
    return same(bank.people.password(bank, customer.person_id), password)


def sca_methods(bank: Bank, customer: CustomerRow) -> list[ScaMethod]:
    """The ways in which this customer receives a one-time code, in the bank's order. It may be none."""
    return [method for method in bank.profile.sca.methods if method.id in customer.sca_method_ids]
