"""What the creditors' banks say of their names, in plain words, before the PSU says yes."""

from collections.abc import Sequence

from sandbox.bank.payees import PayeeOutcome
from sandbox.bank.payments import CreditTransfer
from sandbox.online_banking.rows import Line, Row
from sandbox.online_banking.words import Words

#: So many doubts of a bulk are shown at once; the others are folded away.
_SHOWN_MAX = 3


def rows(asked: Sequence[CreditTransfer], words: Words) -> list[Row]:
    """Whether the accounts are the creditors'; nothing where nobody was asked.

    Source: Regulation (EU) 260/2012, article 5c (1) and (2): the payer is told before the yes that the money
    may go astray, and may pay all the same.
    """
    checked = [one for one in asked if one.payee_outcome is not None]
    if not checked:
        return []
    label = words.say("asks_payee")
    doubts = [one for one in checked if one.payee_outcome != PayeeOutcome.MATCH]
    if not doubts:
        return [Row("payee", label, [Line(words.count("payee_match", len(checked)))])]
    lines = [Line(_doubt(one, words), words.say("payee_warning")) for one in doubts]
    return [Row("doubt", label, lines[:_SHOWN_MAX], lines[_SHOWN_MAX:])]


def _doubt(one: CreditTransfer, words: Words) -> str:
    return words.say(f"payee_{one.payee_outcome}", name=one.creditor_name, held=one.payee_name)
