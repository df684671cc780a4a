"""Blueprints as this door needs them: each operation documents the one form of error."""

from sandbox.control.refusals import STATUSES
from sandbox.gateway import openapi

#: The name in the document of the one form of every error.
ERROR = "ERROR"


class Blueprint(openapi.Blueprint):
    """A blueprint whose operations may all be refused in the same form."""

    ERRORS = dict.fromkeys(STATUSES, ERROR)
