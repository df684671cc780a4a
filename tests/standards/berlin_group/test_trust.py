"""The ladder at a bank's door: open says nothing, warn notes, enforce refuses in the standard's own words."""

import base64
import uuid
from dataclasses import dataclass, replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sandbox.eidas import certificates, holders
from sandbox.eidas.certificates import CertificateKind, Issuance, Order, SpecialOrder
from sandbox.gateway.journal import Journal
from sandbox.kernel.db import Database
from sandbox.standards.berlin_group import roles
from sandbox.workspaces import apps
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.organisations import PspRole
from sandbox.workspaces.workspace import Strictness
from tests.standards.berlin_group.town import IBAN_KARI, TownHall, Tpp, open_town

CONSENTS = "/redirect/v1/consents"


@dataclass
class Traveller:
    """An app that shows its certificate, through a proxy that the town trusts."""

    tpp: Tpp
    town: TownHall
    app_id: str

    def climbs(self, rung: Strictness) -> "Traveller":
        with self.town.services.database.writing() as work:
            apps.get(work, "test", self.app_id).strictness = rung.value
        return self

    def certificate(self, special: SpecialOrder | None = None, **wanted: object) -> Issuance:
        with self.town.services.database.writing() as work:
            order = Order(CertificateKind.QWAC, "https://sandbox.example", special=special)
            holder = holders.of(work, apps.get(work, "test", self.app_id))
            world = workspaces.get(work, "test")
            issuance = certificates.issue(work, world, holder, replace(order, **wanted))
            # Read before the unit of work ends with what it has read.
            work.expunge(issuance.issued)
            return issuance

    def call(self, shown: Issuance | str | None, method="GET", path=f"{CONSENTS}/{uuid.UUID(int=7)}", **kw):
        headers = {**({} if shown is None else {"Client-Cert": as_header(shown)}), **kw.pop("headers", {})}
        kw.setdefault("environ_overrides", {"REMOTE_ADDR": "127.0.0.1"})
        return self.tpp.call(method, path, headers=headers, **kw)

    def faults(self) -> list[str]:
        """What the journal says of the latest call."""
        journal = self.town.services.journal
        journal.close()
        return [fault["reason"] for fault in journal.recent("test", 1)[0].faults or []]


def as_header(shown: Issuance | str) -> str:
    if isinstance(shown, str):
        return shown
    return f":{base64.b64encode(shown.certificate.public_bytes(serialization.Encoding.DER)).decode()}:"


@pytest.fixture
def traveller(tmp_path):
    journal = Journal(Database(f"sqlite:///{tmp_path / 'journal.sqlite3'}"))
    town = open_town(tmp_path, journal=journal, proxies="127.0.0.0/8")
    tpp = town.tpp("Budget Buddy")
    yield Traveller(tpp, town, tpp.key.split("_")[2])
    town.close()


def code_of(response):
    return response.status_code, response.json["tppMessages"][0]["code"]


#: What the call leads to once it is let in: a consent that nobody knows.
LET_IN = (403, "CONSENT_UNKNOWN")

WRONG = {
    SpecialOrder.EXPIRED: ("CERTIFICATE_EXPIRED", "CertificateExpired"),
    SpecialOrder.NOT_YET_VALID: ("CERTIFICATE_INVALID", "CertificateNotYetValid"),
    SpecialOrder.REVOKED: ("CERTIFICATE_REVOKE", "CertificateRevoked"),
    SpecialOrder.BLOCKED: ("CERTIFICATE_BLOCKED", "CertificateBlocked"),
    SpecialOrder.WRONG_ROLE: ("ROLE_INVALID", "RoleMissing"),
    SpecialOrder.WRONG_ORGANISATION: ("CERTIFICATE_INVALID", "CertificateNotYours"),
    SpecialOrder.UNKNOWN_CA: ("CERTIFICATE_INVALID", "CertificateFromStranger"),
    SpecialOrder.WEAK_KEY: ("CERTIFICATE_INVALID", "CertificateKeyWeak"),
}


@pytest.mark.parametrize(("special", "said"), WRONG.items())
def test_the_same_call_climbs_the_ladder(traveller, special, said):
    shown = traveller.certificate(special)
    code, reason = said

    assert code_of(traveller.climbs(Strictness.OPEN).call(shown)) == LET_IN
    assert traveller.faults() == []
    assert code_of(traveller.climbs(Strictness.WARN).call(shown)) == LET_IN
    assert traveller.faults() == [reason]
    assert code_of(traveller.climbs(Strictness.ENFORCE).call(shown)) == (401, code)
    assert traveller.faults() == []


def test_a_call_without_a_certificate_climbs_too(traveller):
    assert code_of(traveller.climbs(Strictness.OPEN).call(None)) == LET_IN
    assert code_of(traveller.climbs(Strictness.WARN).call(None)) == LET_IN
    assert traveller.faults() == ["CertificateMissing"]
    assert code_of(traveller.climbs(Strictness.ENFORCE).call(None)) == (401, "CERTIFICATE_MISSING")


def test_a_good_certificate_is_let_in_on_every_rung_with_and_without_a_key(traveller):
    shown = traveller.certificate()

    for rung in Strictness:
        traveller.climbs(rung)
        assert code_of(traveller.call(shown)) == LET_IN
        assert code_of(traveller.call(shown, headers={"X-API-Key": None})) == LET_IN
        assert traveller.faults() == []


@pytest.mark.parametrize("special", [one for one in SpecialOrder if one is not SpecialOrder.WRONG_ROLE])
def test_who_is_known_by_a_bad_certificate_alone_is_nobody_on_any_rung(traveller, special):
    shown = traveller.certificate(special)

    for rung in Strictness:
        response = traveller.climbs(rung).call(shown, headers={"X-API-Key": None})
        assert code_of(response) == (401, WRONG[special][0])


def test_the_workspace_s_rung_is_for_apps_that_have_none(traveller):
    with traveller.town.services.database.writing() as work:
        workspaces.get(work, "test").strictness = Strictness.ENFORCE.value

    assert code_of(traveller.call(None)) == (401, "CERTIFICATE_MISSING")
    assert code_of(traveller.climbs(Strictness.OPEN).call(None)) == LET_IN


def test_the_certificate_of_another_app_is_not_yours(traveller):
    other = traveller.town.tpp("Somebody")
    shown = Traveller(other, traveller.town, other.key.split("_")[2]).certificate()

    assert code_of(traveller.climbs(Strictness.ENFORCE).call(shown)) == (401, "CERTIFICATE_INVALID")


def test_a_seal_is_no_passport(traveller):
    shown = traveller.certificate(kind=CertificateKind.QSEAL)

    assert code_of(traveller.climbs(Strictness.ENFORCE).call(shown)) == (401, "CERTIFICATE_INVALID")


@pytest.mark.parametrize(
    "sent", ["", ":", "::", ":e30=:", "garbage", ":a b:", ":" + "A" * 50_000 + ":", ":AA==:, :AA==:"]
)
def test_a_header_that_is_no_certificate_is_invalid(traveller, sent):
    assert code_of(traveller.climbs(Strictness.ENFORCE).call(sent)) == (401, "CERTIFICATE_INVALID")


def test_from_anybody_else_the_header_is_ignored_and_noted(traveller):
    shown = traveller.certificate()

    traveller.climbs(Strictness.ENFORCE)
    response = traveller.call(shown, environ_overrides={"REMOTE_ADDR": "192.0.2.66"})

    assert code_of(response) == (401, "CERTIFICATE_MISSING")
    assert traveller.faults() == ["ClientCertIgnored"]


def test_a_bank_may_spell_the_revoked_certificate_as_the_guidelines_do(traveller):
    shown = traveller.certificate(SpecialOrder.REVOKED)
    path = f"/quirky/v1/consents/{uuid.UUID(int=7)}"

    response = traveller.climbs(Strictness.ENFORCE).call(shown, path=path, judged=False)

    assert (response.status_code, response.json["code"]) == (401, "CERTIFICATE_REVOKED")


def test_the_clock_of_the_workspace_ends_a_certificate(traveller):
    shown = traveller.certificate()
    traveller.climbs(Strictness.ENFORCE)
    with traveller.town.services.database.writing() as work:
        world = workspaces.get(work, "test")
        world.set_clock(world.clock.at(world.clock.now().replace(year=2028, month=4)))

    assert code_of(traveller.call(shown)) == (401, "CERTIFICATE_EXPIRED")


def test_revoked_now_is_refused_by_the_next_call(traveller):
    shown = traveller.certificate()
    traveller.climbs(Strictness.ENFORCE)
    assert code_of(traveller.call(shown)) == LET_IN

    with traveller.town.services.database.writing() as work:
        found = certificates.get(work, "test", f"{shown.certificate.serial_number:x}")
        world = workspaces.get(work, "test")
        certificates.revoke(work, world, found, x509.ReasonFlags.key_compromise)

    assert code_of(traveller.call(shown)) == (401, "CERTIFICATE_REVOKE")


AI, PI, IC = PspRole.ACCOUNT_INFORMATION, PspRole.PAYMENT_INITIATION, PspRole.CARD_ISSUING
SERVICES = {
    "/v1/consents": (AI,),
    "/v1/consents/x/authorisations": (AI,),
    "/v1/accounts/x/transactions": (AI,),
    "/v1/card-accounts": (AI,),
    "/v1/payments/sepa-credit-transfers": (PI,),
    "/v1/bulk-payments/sepa-credit-transfers/x/status": (PI,),
    "/v1/periodic-payments/pain.001-sepa-credit-transfers": (PI,),
    "/v1/payments/x/y/creditor-confirmation": (PI,),
    "/v1/payee-verifications": (PI,),
    "/v1/bulk-payee-verifications/x": (PI,),
    "/v1/funds-confirmations": (IC,),
    "/v2/consents/confirmation-of-funds/x/status": (IC,),
    "/v1/signing-baskets/x": (PI, AI),
}


@pytest.mark.parametrize(("path", "needed"), SERVICES.items())
def test_each_service_takes_its_role(path, needed):
    assert roles.needed(path) == needed


def test_every_operation_takes_a_role(traveller):
    document = traveller.town.client.get("/every/openapi.json").json

    paths = [path.replace("{paymentService}", "payments") for path in document["paths"]]
    assert [path for path in paths if not roles.needed(path)] == []


def a_payment(**changes):
    return {
        "instructedAmount": {"currency": "NOK", "amount": "10"},
        "debtorAccount": {"iban": IBAN_KARI},
        "creditorAccount": {"iban": "NO8330001234567"},
        "creditorName": "Ola",
        **changes,
    }


PAYMENTS = "/v1/payments/norwegian-domestic-credit-transfers"


@pytest.mark.parametrize(
    ("rung", "back", "warned"),
    [
        (Strictness.OPEN, "https://elsewhere.example/back", False),
        (Strictness.WARN, "https://elsewhere.example/back", True),
        (Strictness.ENFORCE, "https://elsewhere.example/back", True),
        (Strictness.ENFORCE, "https://tpp.example/back", False),
        (Strictness.ENFORCE, "https://app.tpp.example:8443/back", False),
        (Strictness.ENFORCE, "https://nottpp.example/back", True),
    ],
)
def test_a_redirect_outside_the_certificate_is_warned_of(traveller, rung, back, warned):
    shown = traveller.certificate(domains=("tpp.example",))
    headers = {"TPP-Redirect-URI": back}

    response = traveller.climbs(rung).call(
        shown, "POST", f"/redirect{PAYMENTS}", json=a_payment(), headers=headers
    )

    assert response.status_code == 201
    messages = response.json.get("tppMessages", [])
    assert [one["code"] for one in messages] == (["WARNING"] if warned else [])
    assert traveller.faults() == (["RedirectUriForeign"] if warned else [])


@pytest.mark.parametrize(
    ("rung", "status"), [(Strictness.OPEN, 201), (Strictness.WARN, 201), (Strictness.ENFORCE, 400)]
)
def test_a_bank_may_refuse_a_redirect_outside_the_certificate(traveller, rung, status):
    shown = traveller.certificate(domains=("tpp.example",))
    body = {
        "access": {"allPsd2": "allAccounts"},
        "recurringIndicator": True,
        "validUntil": "2026-06-01",
        "frequencyPerDay": 4,
        "combinedServiceIndicator": False,
    }
    headers = {"TPP-Redirect-URI": "https://elsewhere.example/back"}

    response = traveller.climbs(rung).call(shown, "POST", "/quirky/v1/consents", json=body, headers=headers)

    assert response.status_code == status
    if status == 400:
        assert response.json["code"] == "FORMAT_ERROR"
