"""Rules: failures that a tester has switched on in a world, at a bank, for an app, for a time, by chance."""

from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from types import UnionType

from sandbox.bank.bank import Bank
from sandbox.bank.faults import reading
from sandbox.bank.faults.effects import OfCall
from sandbox.bank.faults.failure import Failure
from sandbox.kernel.errors import Refusal
from sandbox.workspaces import apps, failure_rules
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.failure_rules import Rule

#: One kind of effect, or several.
Kinds = type | UnionType


class RuleMalformed(Refusal):
    """A number of the rule is not one that it can have, or it can never make its failure."""

    text = "The rule can never make its failure."


@dataclass(frozen=True, slots=True)
class RuleOrder:
    """A rule as a tester wants it. What is None holds for all.

    `operation` is a pattern of method and path within a bank, such as `GET */accounts*`. `probability` lies
    above 0, up to 1; the same `seed` has the same chances. `count` is how often it makes the failure at most,
    `duration_seconds` how long it holds by the workspace's clock.
    """

    failure: str
    bank_id: str | None = None
    app_id: str | None = None
    operation: str | None = None
    probability: float = 1.0
    seed: str | None = None
    count: int | None = None
    duration_seconds: int | None = None


def add_rule(bank: Bank, order: RuleOrder) -> Rule:
    """Have a failure happen by itself from here on, in the world of this bank.

    Raises FailureUnknown, AppUnknown, RuleMalformed.
    """
    reading.get(order.failure)
    if order.app_id is not None:
        apps.get(bank.work, bank.workspace_id, order.app_id)
    _check(order)
    workspaces.lock(bank.work, bank.workspace_id)
    rule = Rule(
        id="",
        failure=order.failure,
        bank_id=order.bank_id,
        app_id=order.app_id,
        operation=order.operation,
        probability=order.probability,
        seed=order.seed or bank.seed,
        count=order.count,
        until=None
        if order.duration_seconds is None
        else bank.now + timedelta(seconds=order.duration_seconds),
        created_at=bank.now,
    )
    return failure_rules.add(bank.work, bank.workspace_id, rule)


def _check(order: RuleOrder) -> None:
    if not 0 < order.probability <= 1:
        raise RuleMalformed("probability lies above 0, up to 1.", detail=str(order.probability))
    if order.count is not None and order.count < 1:
        raise RuleMalformed("count is 1 at least.", detail=str(order.count))
    if order.duration_seconds is not None and order.duration_seconds < 1:
        raise RuleMalformed("A rule holds for a second at least.", detail=str(order.duration_seconds))
    if order.operation is not None and " " not in order.operation.strip():
        raise RuleMalformed(
            "operation is a method and a path, such as GET */accounts*.", detail=order.operation
        )


def every_rule(bank: Bank) -> list[Rule]:
    """The rules of the bank's world, those that are over too, oldest first."""
    return failure_rules.every(bank.work, bank.workspace_id)


def remove_rule(bank: Bank, rule_id: str) -> None:
    """Take a rule back: its failure happens by it no more. Raises RuleUnknown."""
    workspaces.lock(bank.work, bank.workspace_id)
    failure_rules.remove(bank.work, bank.workspace_id, rule_id)


def draw(bank: Bank, kinds: Kinds) -> Failure | None:
    """The failure of those kinds that a rule makes in this call; each rule that is asked is counted."""
    for one in matching(bank, kinds):
        bank.work.write()
        rule = failure_rules.ask(bank.work, bank.workspace_id, one.id)
        if rule is not None and rule.draws():
            failure_rules.make(bank.work, bank.workspace_id, rule.id)
            return reading.get(rule.failure)
    return None


def matching(bank: Bank, kinds: Kinds) -> list[Rule]:
    """The rules that have something to say about this call, at this bank, to this app, now."""
    found = failure_rules.every(bank.work, bank.workspace_id)
    return [one for one in found if not one.is_over(bank.now) and _matches(bank, one, kinds)]


def _matches(bank: Bank, rule: Rule, kinds: Kinds) -> bool:
    luck, failure = bank.luck, reading.catalogue().failures.get(rule.failure)
    if failure is None or not isinstance(failure.effect, kinds) or not is_told(bank, failure):
        return False
    if rule.bank_id not in (None, bank.id) or rule.app_id not in (None, luck.app_id):
        return False
    if rule.operation is not None and not fnmatchcase(luck.call, rule.operation):
        return False
    if not isinstance(failure.effect, OfCall):
        return True
    return any(fnmatchcase(luck.call, pattern) for pattern in failure.calls)


def is_told(bank: Bank, failure: Failure) -> bool:
    """Whether the bank speaks a standard that has a word for the failure."""
    return any(one.standard in failure.standards for one in bank.profile.interfaces)
