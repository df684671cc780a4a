"""Proof over a whole database that the books balance: every sum, every line, no orphan, no gap."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from sandbox.kernel.db import Work


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which rule it breaks, and the row that breaks it."""

    rule: str
    where: str


#: What a transfer adds to the posted and to the pending sum of each of its two books.
_SIDES = """
    SELECT t.workspace_id, t.credit_account_id AS account_id, t.amount_minor AS minor, t.id, t.kind,
           t.pending_id, t.bank_id, t.currency FROM transfer t
    UNION ALL
    SELECT t.workspace_id, t.debit_account_id, -t.amount_minor, t.id, t.kind, t.pending_id, t.bank_id,
           t.currency FROM transfer t
"""
_OPEN_PENDING = """
    kind = 'pending' AND NOT EXISTS (
        SELECT 1 FROM transfer o WHERE o.workspace_id = s.workspace_id AND o.pending_id = s.id)
"""

#: Each rule in one sentence, and the query that finds what breaks it: (workspace, what) rows.
_RULES = {
    "every currency sums to zero in each bank": """
        SELECT workspace_id, bank_id || ' ' || currency || ': booked ' || CAST(sum(booked_minor) AS TEXT)
               || ', pending ' || CAST(sum(pending_minor) AS TEXT)
        FROM book GROUP BY workspace_id, bank_id, currency
        HAVING sum(booked_minor) <> 0 OR sum(pending_minor) <> 0""",
    "a booked balance is what the posted transfers say": f"""
        SELECT b.workspace_id, b.account_id || ': kept ' || CAST(b.booked_minor AS TEXT) || ', transfers '
               || CAST(coalesce(m.minor, 0) AS TEXT)
        FROM book b LEFT JOIN (
            SELECT workspace_id, account_id, sum(minor) AS minor FROM ({_SIDES}) s
            WHERE kind IN ('posted', 'post') GROUP BY workspace_id, account_id) m
          ON m.workspace_id = b.workspace_id AND m.account_id = b.account_id
        WHERE b.booked_minor <> coalesce(m.minor, 0)""",
    "a pending sum is what the open pending transfers say": f"""
        SELECT b.workspace_id, b.account_id || ': kept ' || CAST(b.pending_minor AS TEXT) || ', transfers '
               || CAST(coalesce(m.minor, 0) AS TEXT)
        FROM book b LEFT JOIN (
            SELECT workspace_id, account_id, sum(minor) AS minor FROM ({_SIDES}) s
            WHERE {_OPEN_PENDING} GROUP BY workspace_id, account_id) m
          ON m.workspace_id = b.workspace_id AND m.account_id = b.account_id
        WHERE b.pending_minor <> coalesce(m.minor, 0)""",
    "a transfer stays in one bank and one currency": f"""
        SELECT s.workspace_id, s.id FROM ({_SIDES}) s
        JOIN book b ON b.workspace_id = s.workspace_id AND b.account_id = s.account_id
        WHERE b.bank_id <> s.bank_id OR b.currency <> s.currency""",
    "every posted transfer has a line on each account that it touches": f"""
        SELECT workspace_id, transfer_id || ' on ' || account_id FROM (
            SELECT workspace_id, account_id, coalesce(pending_id, id) AS transfer_id FROM ({_SIDES}) s
            WHERE kind IN ('posted', 'post') AND account_id NOT LIKE 'world:%' AND id NOT LIKE 'opening:%'
            EXCEPT SELECT workspace_id, account_id, transfer_id FROM line) missing""",
    "every line and every pending entry tells of a transfer": """
        SELECT l.workspace_id, l.account_id || ' ' || l.entry_id
        FROM (SELECT workspace_id, account_id, entry_id, transfer_id FROM line
              UNION ALL SELECT workspace_id, account_id, entry_id, transfer_id FROM pending) l
        WHERE NOT EXISTS (SELECT 1 FROM transfer t WHERE t.workspace_id = l.workspace_id
              AND t.id = l.transfer_id
              AND (t.debit_account_id = l.account_id OR t.credit_account_id = l.account_id))""",
    "a pending entry is there as long as its transfer is open": f"""
        SELECT workspace_id, transfer_id || ' on ' || account_id FROM (
            SELECT workspace_id, account_id, id AS transfer_id FROM ({_SIDES}) s
            WHERE {_OPEN_PENDING} AND account_id NOT LIKE 'world:%'
            EXCEPT SELECT workspace_id, account_id, transfer_id FROM pending) missing
        UNION ALL SELECT workspace_id, transfer_id || ' left on ' || account_id FROM (
            SELECT workspace_id, account_id, transfer_id FROM pending
            EXCEPT SELECT workspace_id, account_id, id FROM ({_SIDES}) s WHERE {_OPEN_PENDING}) left_over""",
    "lines are numbered without a gap, and each balance follows from the one before": """
        SELECT workspace_id, account_id || ' line ' || CAST(seq AS TEXT) FROM (
            SELECT l.workspace_id, l.account_id, l.seq, l.amount_minor, l.balance_minor,
                   lag(l.balance_minor) OVER w AS before_minor, lag(l.seq) OVER w AS seq_before
            FROM line l WINDOW w AS (PARTITION BY l.workspace_id, l.account_id ORDER BY l.seq)) c
        WHERE (before_minor IS NULL AND seq <> 1)
           OR (before_minor IS NOT NULL AND (balance_minor <> before_minor + amount_minor
               OR seq <> seq_before + 1))""",
    "the last line tells the balance of the book": """
        SELECT b.workspace_id, b.account_id FROM book b
        JOIN line l ON l.workspace_id = b.workspace_id AND l.account_id = b.account_id
                   AND l.seq = b.last_seq
        WHERE l.balance_minor <> b.booked_minor""",
    "what ends a pending transfer points back to one": """
        SELECT t.workspace_id, t.id FROM transfer t
        WHERE t.kind IN ('post', 'void', 'expire') AND NOT EXISTS (
            SELECT 1 FROM transfer p WHERE p.workspace_id = t.workspace_id AND p.id = t.pending_id
              AND p.kind = 'pending')""",
    "what voids a pending transfer, or lets it expire, gives back what was set aside": """
        SELECT t.workspace_id, t.id FROM transfer t
        JOIN transfer p ON p.workspace_id = t.workspace_id AND p.id = t.pending_id
        WHERE t.kind IN ('void', 'expire')
          AND (t.amount_minor <> p.amount_minor OR t.debit_account_id <> p.debit_account_id
               OR t.credit_account_id <> p.credit_account_id)""",
    "a pending transfer is ended once": """
        SELECT workspace_id, pending_id FROM transfer WHERE pending_id IS NOT NULL
        GROUP BY workspace_id, pending_id HAVING count(*) > 1""",
    "every account with money has a book": """
        SELECT a.workspace_id, a.id FROM account a WHERE a.kind <> 'multi' AND NOT EXISTS (
            SELECT 1 FROM book b WHERE b.workspace_id = a.workspace_id AND b.account_id = a.id)""",
    "no app was told more than is booked": """
        SELECT m.workspace_id, m.app_id || ' on ' || m.book_id
        FROM delta_mark m JOIN book b ON b.workspace_id = m.workspace_id AND b.account_id = m.book_id
        WHERE m.seq > b.last_seq OR m.after_seq >= m.seq""",
    "every account has a holder": """
        SELECT a.workspace_id, a.id FROM account a WHERE NOT EXISTS (
            SELECT 1 FROM holder h WHERE h.workspace_id = a.workspace_id AND h.account_id = a.id)""",
}


def rules() -> Sequence[str]:
    """What is proven, in sentences."""
    return tuple(_RULES)


def broken(work: Work, rule: str) -> list[Finding]:
    """What breaks one rule, over all workspaces."""
    rows = work.execute(text(_RULES[rule])).all()
    return [Finding(rule, f"{workspace_id}: {what}") for workspace_id, what in rows]


def whole_database(work: Work) -> list[Finding]:
    """What breaks any rule; an empty list is the proof."""
    return [finding for rule in _RULES for finding in broken(work, rule)]
