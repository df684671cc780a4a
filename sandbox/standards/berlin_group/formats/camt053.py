"""camt.053.001.08, the statement: booked entries between an opening and a closing balance."""

from collections.abc import Sequence

from sandbox.standards.berlin_group.formats import camt
from sandbox.standards.berlin_group.formats.statement import Statement

VERSION = "camt.053.001.08"


def write(statements: Sequence[Statement], message_id: str) -> bytes:
    """The message with one statement for each account and currency."""
    root = camt.document(VERSION)
    message = camt.put(root, "BkToCstmrStmt")
    camt.header(message, message_id, statements[0].made_at)
    for one in statements:
        stated = camt.opening(message, "Stmt", one)
        camt.balance(stated, "OPBD", one.opening_minor, one.account.currency, one.since)
        camt.balance(stated, "CLBD", one.closing_minor, one.account.currency, one.until)
        for row in one.booked:
            camt.entry(stated, row, camt.BOOKED)
    return camt.write(root)
