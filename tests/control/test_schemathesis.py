"""Many odd requests against the door's own description: no bug, no undocumented answer."""

from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.control.test_payments import initiated


@schemathesis.serializer("application/ocsp-request")
def as_it_is(_, value):
    """What is no JSON is sent as it was made up."""
    return value if isinstance(value, bytes) else str(value).encode()


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
AS_OFTEN = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def try_out(sandbox, operation, mode, real):
    @AS_OFTEN
    @given(case=operation.as_strategy(generation_mode=mode))
    def calls(case):
        known = {name: value for name, value in real.items() if f"{{{name}}}" in operation.path}
        case.path_parameters = {**(case.path_parameters or {}), **known}
        case.headers = {**(case.headers or {}), "X-API-Key": sandbox.app_key}
        case.call_and_validate(checks=CHECKS)

    # Where nothing is sent, nothing can be sent wrongly.
    with suppress(Unsatisfiable):
        calls()


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_finds_a_bug_or_an_undocumented_answer(sandbox, mode):
    payment_id, authorisation_id = initiated(sandbox)
    interface = schemathesis.openapi.from_wsgi("/_sandbox/openapi.json", sandbox.client.application)
    operations = [found.ok() for found in interface.get_all_operations()]

    for operation in operations:
        try_out(sandbox, operation, mode, {})
    real = {"payment_id": payment_id, "authorisation_id": authorisation_id, "person_id": "no-4"}
    for operation in operations:
        if any(f"{{{name}}}" in operation.path for name in real):
            try_out(sandbox, operation, mode, real)
