"""What a batch bank tells apart when it is asked, it tells apart when it pushes, and nothing else."""

import pytest

from sandbox.bank.payments import TRANSITIONS
from sandbox.bank.payments.terms import TOLD_AS
from sandbox.bank.profile import Processing
from sandbox.standards.berlin_group.payment_status import STATUS


@pytest.mark.parametrize("processing", Processing)
def test_a_change_is_told_where_the_word_changes(processing):
    words, same = STATUS[processing], TOLD_AS[processing]
    for was, following in TRANSITIONS.items():
        for to in following:
            assert (same.get(was, was) != same.get(to, to)) is (words[was] != words[to]), (was, to)
