"""Many odd requests against the interface's own description: no bug, no undocumented answer."""

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

from sandbox.gateway.faults import HEADER as FAILURE
from tests.standards.uk_open_banking.conftest import Tpp

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OF_NOTHING = [not_a_server_error, status_code_conformance, response_headers_conformance]
AS_OFTEN = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def try_out(operation, mode, tpp, path):
    """Call one operation many times, as the app, at things that exist where `path` names some."""

    @AS_OFTEN
    @given(case=operation.as_strategy(generation_mode=mode))
    def calls(case):
        known = {name: value for name, value in path.items() if f"{{{name}}}" in operation.path}
        case.path_parameters = {**(case.path_parameters or {}), **known}
        named = {"x-bryggen-consent-id": tpp.consent_id} if path else {}
        # Whoever names a failure gets it, and no document tells of a connection that breaks.
        sent = {name: value for name, value in (case.headers or {}).items() if name != FAILURE}
        case.headers = {**sent, "X-API-Key": tpp.sandbox.app_key, **named}
        response = case.call()
        # An error may do without a body; then there is nothing to hold against the document.
        case.validate_response(response, checks=CHECKS if response.content else OF_NOTHING)

    # Where nothing is sent, nothing can be sent wrongly.
    with suppress(Unsatisfiable):
        calls()


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("existing", [False, True], ids=["anywhere", "at what exists"])
def test_no_request_finds_a_bug_or_an_undocumented_answer(street, mode, existing):
    tpp = Tpp(street, "v4.0").agreed()
    path = {}
    if existing:
        statement = tpp.get("/statements")["Data"]["Statement"][0]
        path = {
            "AccountId": statement["AccountId"],
            "StatementId": statement["StatementId"],
            "ConsentId": tpp.consent_id,
        }
    interface = schemathesis.openapi.from_wsgi("/albion/openapi.json", street.client.application)

    for operation in [found.ok() for found in interface.get_all_operations()]:
        if existing and operation.method.lower() == "delete":
            continue
        try_out(operation, mode, tpp, path)
