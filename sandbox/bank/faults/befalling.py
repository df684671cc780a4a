"""Which failure befalls a payment, a yes, a payee or a call: by its magic words, by name, or by a rule."""

from fnmatch import fnmatchcase

from sandbox.bank.bank import Bank
from sandbox.bank.faults import reading, rules
from sandbox.bank.faults.effects import (
    OfAnswer,
    OfCall,
    OfPayment,
    Payee,
    Refuse,
    Reject,
    Return,
    Sca,
    ScaOutcome,
    Stage,
    Stall,
)
from sandbox.bank.faults.failure import Failure, FailureElsewhere
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
        return _wanted(bank, OfPayment | Sca)
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


def of_login(bank: Bank, login: str) -> str:
    """The login itself of one that ends in a failure, which this call wants from here on.

    Raises the refusal of one that refuses the PSU.
    """
    bare, found = reading.by_login(login)
    if found is None:
        return login
    if isinstance(found.effect, Refuse):
        note(bank, found)
        raise refusal(found)
    bank.luck.named = found.name
    return bare


def of_yes(bank: Bank, lying: str | None) -> str | None:
    """The failure of an authorisation that begins: that which lies on its subject, or is wanted now."""
    if lying is not None and isinstance(reading.get(lying).effect, Sca):
        return lying
    return _wanted(bank, Sca)


def named_yes(bank: Bank) -> str | None:
    """The failure that somebody names by their login in the middle of an authorisation."""
    found = _named(bank, Sca)
    return found.name if found else None


def ends(name: str | None) -> ScaOutcome | None:
    """How an authorisation ends on which that failure lies; None where that is the PSU's to say."""
    effect = reading.get(name).effect if name else None
    return effect.outcome if isinstance(effect, Sca) else None


def of_payee(bank: Bank, name: str | None, number: str | None) -> Payee | None:
    """What the creditor's bank shall answer about that payee; None where it answers as it knows."""
    found = reading.by_payee(name, number)
    if found is not None and isinstance(found.effect, Payee):
        note(bank, found)
        return found.effect
    wanted = _wanted(bank, Payee)
    effect = reading.get(wanted).effect if wanted else None
    return effect if isinstance(effect, Payee) else None


def of_call(bank: Bank) -> Failure | None:
    """The failure of the call at hand itself, where it is named. Raises FailureElsewhere."""
    found = _named(bank, OfCall)
    if found is not None:
        _check_here(bank, found)
        note(bank, found)
    return found


def of_rules(bank: Bank) -> Failure | None:
    """The failure of the call at hand that a rule makes; it is counted in the bank's unit of work."""
    found = rules.draw(bank, OfCall)
    if found is not None:
        note(bank, found)
    return found


def refusal(failure: Failure) -> Refusal:
    """The refusal by which a failure refuses."""
    assert isinstance(failure.effect, Refuse)
    return leaf(failure.effect.refusal)()


def note(bank: Bank, failure: Failure) -> None:
    """Let the journal of this call know that the failure was made."""
    if failure.name not in bank.luck.made:
        bank.luck.made += (failure.name,)


def of_answer(bank: Bank) -> OfAnswer | None:
    """What happens to the answer on its way, by what this call has chosen; None as a rule."""
    effects = (reading.get(name).effect for name in bank.luck.made)
    return next((one for one in effects if isinstance(one, OfAnswer)), None)


def retry_after_seconds(bank: Bank) -> int | None:
    """When the caller may come again, where what was made says so."""
    effects = (reading.get(name).effect for name in bank.luck.made)
    told = (one.retry_after_seconds for one in effects if isinstance(one, Refuse))
    return next((one for one in told if one is not None), None)


def _wanted(bank: Bank, kinds: rules.Kinds) -> str | None:
    """The name of the failure of those kinds that this call wants, by name or by a rule."""
    found = _named(bank, kinds)
    if found is None and bank.luck.rules:
        found = rules.draw(bank, kinds)
    if found is None:
        return None
    note(bank, found)
    return found.name


def _named(bank: Bank, kinds: rules.Kinds) -> Failure | None:
    if bank.luck.named is None:
        return None
    found = reading.get(bank.luck.named)
    return found if isinstance(found.effect, kinds) else None


def _check_here(bank: Bank, failure: Failure) -> None:
    if not rules.is_told(bank, failure):
        spoken = ", ".join(failure.standards)
        raise FailureElsewhere(f"'{failure.name}' is a failure of {spoken}, which this bank does not speak.")
    if not any(fnmatchcase(bank.luck.call, pattern) for pattern in failure.calls):
        where = ", ".join(failure.calls)
        raise FailureElsewhere(
            f"'{failure.name}' happens to these calls alone: {where}.", detail=bank.luck.call
        )
