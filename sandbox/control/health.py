"""Whether the sandbox serves."""

from typing import Any

import sandbox
from sandbox.control import door
from sandbox.control.operations import Blueprint
from sandbox.control.schemas import Health

blueprint = Blueprint("health", __name__, description="Whether the sandbox serves.")


@blueprint.get("/health")
@blueprint.doc(security=[])
@blueprint.response(200, Health)
def health() -> dict[str, Any]:
    """Say that the sandbox serves, its database included; no key is needed."""
    services = door.services()
    door.work().connection()
    return {
        "status": "ok",
        "version": sandbox.__version__,
        "database": "sqlite" if services.database.is_sqlite else "postgresql",
        "banks": list(services.profiles),
    }
