"""Proof over a whole database that the books balance: every sum, every line, no orphan, no gap."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from sandbox.bank import baskets
from sandbox.bank.consents import FOREVER
from sandbox.bank.payments import BEGINNINGS, OPEN, TRANSITIONS, UNANSWERED
from sandbox.bank.timeline import HAPPENINGS
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

#: A transfer of a payment with the account that is debited, and its name on the agenda.
_PAID = """
    SELECT t.*, p.debtor_account_id AS account_id, p.service, p.status AS payment_status,
           t.payment_id || '/' || CAST(t.position AS TEXT) AS name
    FROM credit_transfer t JOIN payment p ON p.workspace_id = t.workspace_id AND p.id = t.payment_id
"""
_BEGINNINGS = ", ".join(f"'{one}'" for one in sorted(BEGINNINGS))
_UNANSWERED = ", ".join(f"'{one}'" for one in sorted(UNANSWERED))
#: What may fall due of payments, authorisations and consents as they stand: (workspace, what, about whom).
_TO_COME = f"""
    SELECT workspace_id, 'payment_due' AS what, id AS subject_id FROM payment
    WHERE status = 'accepted' AND due_on IS NOT NULL
    UNION ALL SELECT workspace_id, 'payment_lapses', id FROM payment
    WHERE status IN ({_UNANSWERED})
    UNION ALL SELECT workspace_id, 'funds_awaited', name FROM ({_PAID}) a WHERE status = 'pending'
    UNION ALL SELECT workspace_id, 'transfer_returns', name FROM ({_PAID}) b
    WHERE return_reason IS NOT NULL AND returned_at IS NULL
    UNION ALL SELECT workspace_id, 'consent_expires', id FROM consent
    WHERE status = 'valid' AND valid_until < '{FOREVER}'
    UNION ALL SELECT workspace_id, 'mandate_expires', id FROM payment_mandate
    WHERE status = 'valid' AND valid_to IS NOT NULL
"""
#: What else may be on the agenda: whether it is, depends on how states go on in that world, and for a consent
#: to the confirmation of funds on which version took the yes.
_PERHAPS = f"""
    SELECT workspace_id, 'transfer_leaves', name FROM ({_PAID}) c WHERE status = 'in_process'
    UNION ALL SELECT workspace_id, 'transfer_arrives', name FROM ({_PAID}) d
    WHERE status IN ('settled', 'credited') AND return_reason IS NULL
    UNION ALL SELECT workspace_id, 'authorisation_lapses', id FROM authorisation
    UNION ALL SELECT workspace_id, 'consent_expiring', id FROM consent WHERE status = 'valid'
    UNION ALL SELECT workspace_id, 'funds_consent_expires', id FROM funds_consent
    WHERE status = 'valid' AND (card_expires_on IS NOT NULL OR expires_at IS NOT NULL)
"""

_WORDS = ", ".join(f"'{one}'" for one in sorted(HAPPENINGS))
_LEGAL_STEPS = ", ".join(
    f"('{before}', '{after}')" for before, following in TRANSITIONS.items() for after in sorted(following)
)
#: What lies in a basket, with how it and the basket stand; of a consent a signature is its yes.
_IN_BASKETS = """
    SELECT m.workspace_id, m.basket_id, b.status AS basket_status, b.app_id AS basket_app, m.member_id,
           coalesce(p.app_id, c.app_id) AS app_id, coalesce(p.status, c.status) AS status,
           CASE WHEN m.kind = 'payment' THEN p.signed_by <> '[]'
                ELSE c.authorised_at IS NOT NULL END AS signed
    FROM basket_member m
    JOIN basket b ON b.workspace_id = m.workspace_id AND b.id = m.basket_id
    LEFT JOIN payment p ON m.kind = 'payment' AND p.workspace_id = m.workspace_id AND p.id = m.member_id
    LEFT JOIN consent c ON m.kind = 'consent' AND c.workspace_id = m.workspace_id AND c.id = m.member_id
"""
_OPEN_BASKETS = ", ".join(f"'{one}'" for one in sorted(baskets.OPEN))
_WAITING = ", ".join(f"'{one}'" for one in sorted(OPEN))  # a consent that waits says so by the same words
#: What a PSU may be asked about, and a TPP be told of: (workspace, id, kind).
_SUBJECTS = """
    SELECT workspace_id, id, 'consent' AS kind FROM consent
    UNION ALL SELECT workspace_id, id, 'funds' FROM funds_consent
    UNION ALL SELECT workspace_id, id, 'basket' FROM basket
    UNION ALL SELECT workspace_id, id, 'session' FROM psu_session
    UNION ALL SELECT workspace_id, id, 'mandate' FROM payment_mandate
    UNION ALL SELECT workspace_id, id, 'pay_consent' FROM payment_consent
    UNION ALL SELECT workspace_id, id, 'payment' FROM payment
    UNION ALL SELECT workspace_id, id, 'cancellation' FROM payment
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
    "of a transfer in process the amount and the fee are set aside, each once": f"""
        SELECT workspace_id, name FROM ({_PAID}) t WHERE status = 'in_process' AND (
            SELECT count(*) FROM pending e WHERE e.workspace_id = t.workspace_id
                AND e.account_id = t.account_id AND e.amount_minor < 0
                AND ((e.transfer_id = 'p' || t.entry_id AND e.amount_minor = -t.debit_minor)
                  OR (e.transfer_id = 'f' || t.entry_id AND e.amount_minor = -t.fee_minor))
            ) <> CASE WHEN fee_minor > 0 THEN 2 ELSE 1 END""",
    "nothing is set aside for a payment that is not in process": f"""
        SELECT workspace_id, account_id || ' ' || entry_id FROM pending e WHERE e.kind = 'payment'
        AND NOT EXISTS (SELECT 1 FROM ({_PAID}) t WHERE t.workspace_id = e.workspace_id
            AND t.account_id = e.account_id AND t.entry_id = e.entry_id AND t.status = 'in_process')""",
    "of a transfer that is paid the amount and the fee are booked, each once, and of no other": f"""
        SELECT workspace_id, name FROM ({_PAID}) t WHERE (
            SELECT count(*) FROM line l WHERE l.workspace_id = t.workspace_id
                AND l.account_id = t.account_id
                AND ((l.transfer_id = 'p' || t.entry_id AND l.amount_minor = -t.debit_minor)
                  OR (l.transfer_id = 'f' || t.entry_id AND l.amount_minor = -t.fee_minor))
            ) <> CASE WHEN status NOT IN ('settled', 'credited') THEN 0
                      WHEN fee_minor > 0 THEN 2 ELSE 1 END""",
    "what came back is on the debtor's account again, once, and no longer on the creditor's": f"""
        SELECT workspace_id, name FROM ({_PAID}) t WHERE (
            SELECT count(*) FROM line l WHERE l.workspace_id = t.workspace_id
                AND l.account_id = t.account_id AND l.transfer_id = 'r' || t.entry_id
                AND l.amount_minor = t.debit_minor
            ) <> CASE WHEN returned_at IS NULL THEN 0 ELSE 1 END
        OR (returned_at IS NOT NULL AND (
            SELECT coalesce(sum(l.amount_minor), 0) FROM line l WHERE l.workspace_id = t.workspace_id
                AND l.transfer_id IN ('c' || t.entry_id, 'x' || t.entry_id)) <> 0)""",
    "every payment's history begins with its order, is legal, and ends where the payment stands": f"""
        SELECT workspace_id, payment_id || ' step ' || CAST(place AS TEXT) FROM (
            SELECT s.workspace_id, s.payment_id, s.place, s.status, p.status AS stands,
                   lag(s.status) OVER w AS before, lead(s.status) OVER w AS after,
                   row_number() OVER w AS number
            FROM payment_step s JOIN payment p ON p.workspace_id = s.workspace_id AND p.id = s.payment_id
            WINDOW w AS (PARTITION BY s.workspace_id, s.payment_id ORDER BY s.place)) h
        WHERE place <> number - 1 OR (before IS NULL AND status NOT IN ({_BEGINNINGS}))
           OR (after IS NULL AND status <> stands)
           OR (before IS NOT NULL AND (before, status) NOT IN (VALUES {_LEGAL_STEPS}))
        UNION ALL SELECT workspace_id, id || ' has no history' FROM payment p WHERE NOT EXISTS (
            SELECT 1 FROM payment_step s WHERE s.workspace_id = p.workspace_id AND s.payment_id = p.id)""",
    "a payment that is over waits for nothing": f"""
        SELECT workspace_id, name FROM ({_PAID}) t
        WHERE payment_status NOT IN ({_UNANSWERED}, 'accepted', 'pending', 'in_process')
          AND (status = 'pending' OR (service <> 'periodic' AND status IN ('accepted', 'in_process')))""",
    "what is to come is on the agenda": f"""
        SELECT workspace_id, what || ' ' || subject_id FROM (
            {_TO_COME} EXCEPT SELECT workspace_id, what, subject_id FROM agenda) missing""",
    "what is on the agenda is still to come": f"""
        SELECT workspace_id, what || ' ' || subject_id FROM (
            SELECT workspace_id, what, subject_id FROM agenda
            EXCEPT SELECT * FROM ({_TO_COME} UNION ALL {_PERHAPS}) t) stale""",
    "time knows what every word on the agenda means": f"""
        SELECT workspace_id, what || ' ' || subject_id FROM agenda WHERE what NOT IN ({_WORDS})""",
    "what lies in a basket is there, and its own TPP's": f"""
        SELECT workspace_id, basket_id || ': ' || member_id FROM ({_IN_BASKETS}) m
        WHERE app_id IS NULL OR app_id <> basket_app
        UNION ALL SELECT workspace_id, id || ' is empty' FROM basket b WHERE NOT EXISTS (
            SELECT 1 FROM basket_member m WHERE m.workspace_id = b.workspace_id AND m.basket_id = b.id)""",
    "nothing lies in two open baskets": f"""
        SELECT workspace_id, member_id FROM ({_IN_BASKETS}) m WHERE basket_status IN ({_OPEN_BASKETS})
        GROUP BY workspace_id, member_id HAVING count(*) > 1""",
    "of a basket all is signed or nothing": f"""
        SELECT workspace_id, basket_id || ' ' || basket_status || ': ' || member_id FROM ({_IN_BASKETS}) m
        WHERE (basket_status = 'received' AND signed)
           OR (basket_status = 'partially_authorised' AND status IN ({_WAITING})
               AND status <> 'partially_authorised')
           OR (basket_status IN ('authorised', 'rejected') AND status IN ({_WAITING}))""",
    # What a reset leaves behind, or a fork does not bring along, is about something that is not there.
    "what a PSU is asked and a TPP is told is about something in the same world": f"""
        SELECT workspace_id, what || ' ' || kind || ' ' || subject_id FROM (
            SELECT workspace_id, 'asked' AS what, subject AS kind, subject_id FROM authorisation
            UNION ALL SELECT workspace_id, 'told', subject, subject_id FROM event) a
        WHERE NOT EXISTS (SELECT 1 FROM ({_SUBJECTS}) s WHERE s.workspace_id = a.workspace_id
            AND s.id = a.subject_id AND s.kind = a.kind)
        UNION ALL SELECT workspace_id, 'to be told ' || subject_id FROM notification n
        WHERE NOT EXISTS (SELECT 1 FROM ({_SUBJECTS}) s WHERE s.workspace_id = n.workspace_id
            AND s.id = n.subject_id)""",
    "what is debited, and what is asked about, is an account of the same world": """
        SELECT workspace_id, id || ' of ' || account_id FROM (
            SELECT workspace_id, id, debtor_account_id AS account_id FROM payment
            UNION ALL SELECT workspace_id, id, account_id FROM funds_consent
            UNION ALL SELECT workspace_id, id, account_id FROM funds_answer
            UNION ALL SELECT workspace_id, id, account_id FROM payment_mandate) u
        WHERE account_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM account a WHERE a.workspace_id = u.workspace_id AND a.id = u.account_id)""",
    "what is paid by a mandate is what its own app asked for, and no more at once than it may be": """
        SELECT m.workspace_id, m.mandate_id || ': ' || m.payment_id FROM mandate_payment m
        JOIN payment_mandate o ON o.workspace_id = m.workspace_id AND o.id = m.mandate_id
        JOIN payment p ON p.workspace_id = m.workspace_id AND p.id = m.payment_id
        LEFT JOIN credit_transfer t ON t.workspace_id = m.workspace_id AND t.payment_id = m.payment_id
        WHERE p.app_id <> o.app_id OR p.bank_id <> o.bank_id OR m.amount_minor > o.individual_minor
           OR t.amount_minor IS NULL OR t.amount_minor <> m.amount_minor OR t.currency <> o.currency""",
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
