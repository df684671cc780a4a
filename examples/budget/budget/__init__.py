"""Budget: where does the money go? Accounts of several banks, in two standards, on one page."""

from budget.app import create_app

__all__ = ["create_app"]
