"""Delivery: takes what is due out of the outbox and carries it to the TPPs, once or until it is given up."""

from sandbox.delivery.addresses import AddressForbidden, AddressMalformed
from sandbox.delivery.courier import Courier, Desk, Message, News, Writer
from sandbox.delivery.log import Attempt, attempts_of

__all__ = [
    "AddressForbidden",
    "AddressMalformed",
    "Attempt",
    "Courier",
    "Desk",
    "Message",
    "News",
    "Writer",
    "attempts_of",
]
