"""Which failure befalls a payment, a yes, a payee or a call: by its magic words, by name, or by a rule."""

from sandbox.bank.bank import Bank
from sandbox.bank.faults import reading
from sandbox.bank.faults.effects import OfAnswer, OfPayment, Refuse, Reject, Return, Sca, Stage, Stall
from sandbox.bank.faults.failure import Failure
from sandbox.bank.reasons import Reason
from sandbox.kernel.errors import Refusal, leaf
from sandbox.kernel.money import Money


def of_transfer(
    bank: Bank, amount: Money, creditor_name: str, creditor_account: str | None, remittance: str | None
) -> str | None:
    """The name of the failure that lies on a credit transfer from its order on; None as a rule.

    Raises the refusal of one that refuses the order.
    """
    found = reading.by_magic(amount, creditor_name, creditor_account, remittance)
    if found is None:
        return None
    note(bank, found)
    if isinstance(found.effect, Refuse):
        raise refusal(found)
    return found.name if isinstance(found.effect, OfPayment | Sca) else None


def rejection(name: str | None, stage: Stage) -> Reason | None:
    """Why a transfer on which that failure lies is rejected at that stage; None where it is not."""
    effect = reading.get(name).effect if name else None
    return effect.reason if isinstance(effect, Reject) and effect.stage is stage else None


def returning(name: str | None) -> Reason | None:
    """Why the creditor's bank sends back a transfer on which that failure lies; None where it does not."""
    effect = reading.get(name).effect if name else None
    return effect.reason if isinstance(effect, Return) else None


def stalls(name: str | None) -> bool:
    """Whether the money of a transfer on which that failure lies does not leave by itself."""
    return name is not None and isinstance(reading.get(name).effect, Stall)


def refusal(failure: Failure) -> Refusal:
    """The refusal by which a failure refuses."""
    assert isinstance(failure.effect, Refuse)
    return leaf(failure.effect.refusal)()


def note(bank: Bank, failure: Failure) -> None:
    """Let the journal of this call know that the failure was made."""
    bank.luck.made += (failure.name,)


def of_answer(bank: Bank) -> Failure | None:
    """The failure on the way back that something in this call has chosen; None as a rule."""
    chosen = (reading.get(name) for name in bank.luck.made)
    return next((one for one in chosen if isinstance(one.effect, OfAnswer)), None)
