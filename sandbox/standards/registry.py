"""Which standards there are. A new one costs a folder and a line here."""

from collections.abc import Mapping

from sandbox.standards import berlin_group, uk_open_banking
from sandbox.standards.contract import Standard

STANDARDS: Mapping[str, Standard] = {one.id: one for one in (berlin_group.standard, uk_open_banking.standard)}
