"""Words: what a failure does here, and what chooses it, as pages, tables and the command line tell it."""

from sandbox.bank.faults.effects import (
    Damage,
    Delay,
    Drop,
    Effect,
    Payee,
    Refuse,
    Reject,
    Return,
    Sca,
    ScaOutcome,
    Spoil,
    Stage,
    Stale,
    Stall,
)
from sandbox.bank.faults.failure import Failure

_STAGES = {
    Stage.INITIATION: "as soon as it is ordered",
    Stage.ACCEPTANCE: "after the yes",
    Stage.SETTLEMENT: "when its money is to leave; what was reserved is let go",
}
_OUTCOMES = {
    ScaOutcome.DECLINED: "The PSU declines",
    ScaOutcome.FAILED: "The PSU's authentication fails",
    ScaOutcome.EXPIRED: "The authorisation runs out at once",
    ScaOutcome.WRONG_PASSWORD: "Every password is wrong",
    ScaOutcome.WRONG_CODE: "Every code is wrong",
}
_DAMAGES = {
    Damage.TRUNCATED: "Half of the body, then the connection is cut",
    Damage.MALFORMED: "The body is broken JSON",
    Damage.EMPTY: "The body is empty",
    Damage.HTML: "The body is an HTML page",
    Damage.MISLABELLED: "The body is called `text/plain`",
    Damage.NOT_GZIP: "The body is called gzip, and is not",
    Damage.FOREIGN_ID: "The id of the call that the answer repeats is another one",
}


def does(effect: Effect) -> str:
    """What an effect does here, without a full stop."""
    match effect:
        case Refuse(refusal, None):
            said = f"The call is refused: `{refusal}`"
        case Refuse(refusal, seconds):
            said = f"The call is refused: `{refusal}`, with `Retry-After: {seconds}`"
        case Reject(reason, stage):
            said = f"The payment is rejected with {reason.value} {_STAGES[stage]}"
        case Return(reason):
            said = f"The payment settles, and comes back two bank days later with {reason.value}"
        case Stall():
            said = "The payment stays in process until somebody settles it"
        case Sca(outcome):
            said = f"{_OUTCOMES[outcome]}; what was asked for is rejected, where the standard has it so"
        case Payee(outcome, name):
            said = f"The creditor's bank says `{outcome}`" + (f" and the name {name}" if name else "")
        case Delay(seconds):
            said = f"The answer comes {seconds:g} seconds later"
        case Drop(seconds):
            after = f" after {seconds:g} seconds" if seconds else ""
            said = f"The connection is cut without an answer{after}; what was asked for is done"
        case Spoil(how):
            said = _DAMAGES[how]
        case Stale(days):
            said = f"Balances and bookings are those of {days} days ago"
    return said


def selectors(failure: Failure) -> list[tuple[str, str]]:
    """What chooses a failure, each as a kind and its word; the header and rules choose every one of them."""
    magic = failure.magic
    found = [("amount", magic.amount), ("creditor name", magic.creditor_name)]
    found += [("creditor account", one) for one in magic.creditor_accounts]
    found += [("remittance", magic.remittance), ("login", f"…+{failure.name}" if magic.psu else None)]
    return [(kind, word) for kind, word in found if word]


def table(failures: list[Failure]) -> str:
    """The catalogue as tables of Markdown, one for each area."""
    parts = []
    for area in dict.fromkeys(one.area for one in failures):
        rows = [_row(one) for one in failures if one.area is area]
        head = ["| Failure | In life | Here | Magic words | Standards |", "|---|---|---|---|---|"]
        parts.append("\n".join([f"### {area.value.capitalize()}", "", *head, *rows]))
    return "\n\n".join(parts) + "\n"


def _row(failure: Failure) -> str:
    shown = [(kind, word) for kind, word in selectors(failure) if kind != "creditor account"]
    magic = "; ".join(f"{kind} `{word}`" for kind, word in shown)
    if failure.magic.creditor_accounts:
        magic += f"; account `{failure.magic.creditor_accounts[0]}` and others"
    spoken = ", ".join(failure.standards)
    return f"| `{failure.name}` | {failure.life} | {does(failure.effect)}. | {magic or '—'} | {spoken} |"
