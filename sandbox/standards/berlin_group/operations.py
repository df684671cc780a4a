"""Blueprints as this standard needs them: every error is documented, and answers are made by the views."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from sandbox.gateway import openapi
from sandbox.gateway.openapi import View, documented_as
from sandbox.standards.berlin_group.errors import STATUSES


class Blueprint(openapi.Blueprint):
    """A blueprint whose operations document every error of this standard."""

    ERRORS: ClassVar[Mapping[int, str]] = {int(status): status.name for status in STATUSES}

    def response(self, *args: Any, **kwargs: Any) -> Callable[[View], View]:
        """Document what the view answers, and leave its answer alone: it is a Response already."""
        document: Callable[[View], View] = super().response(*args, **kwargs)
        return lambda view: documented_as(document(view), view)
