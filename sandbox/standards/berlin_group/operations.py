"""Blueprints as this standard needs them: every error is documented, and answers are made by the views."""

from collections.abc import Mapping
from typing import ClassVar

from sandbox.gateway import openapi
from sandbox.standards.berlin_group.errors import STATUSES


class Blueprint(openapi.AnsweringBlueprint):
    """A blueprint whose operations document every error of this standard."""

    ERRORS: ClassVar[Mapping[int, str]] = {int(status): status.name for status in STATUSES}
