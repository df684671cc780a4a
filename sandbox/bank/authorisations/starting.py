"""Starting: the PSU is asked, and answers at once where a tester wants that."""

from sandbox.bank.authorisations import automatic, steps
from sandbox.bank.authorisations.model import Started, Wish
from sandbox.bank.authorisations.subjects import Subject
from sandbox.bank.bank import Bank


def start(bank: Bank, subject: Subject, wish: Wish) -> Started:
    """Begin to ask the PSU; the yes may be there already, if the app's `yes_by` says so.

    Raises ScaApproachUnsupported, PsuUnknown, PsuBlocked, and what `Subject.check_open` raises.
    """
    started = steps.begin(bank, subject, wish)
    automatic.answer(bank, started.authorisation, subject)
    return started
