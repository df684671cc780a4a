"""camt.052.001.08, the account report: what is booked so far, and what is still pending."""

from collections.abc import Sequence

from sandbox.standards.berlin_group.formats import camt
from sandbox.standards.berlin_group.formats.statement import Statement

VERSION = "camt.052.001.08"


def write(statements: Sequence[Statement], message_id: str) -> bytes:
    """The message with one report for each account and currency."""
    root = camt.document(VERSION)
    message = camt.put(root, "BkToCstmrAcctRpt")
    camt.header(message, message_id, statements[0].made_at)
    for one in statements:
        report = camt.opening(message, "Rpt", one)
        camt.balance(report, "ITBD", one.closing_minor, one.account.currency, one.until)
        for row in one.booked:
            camt.entry(report, row, camt.BOOKED)
        for row in one.pending:
            camt.entry(report, row, camt.PENDING)
    return camt.write(root)
