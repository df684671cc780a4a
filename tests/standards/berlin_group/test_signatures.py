"""Signatures at a bank's door: each form where it is taken, each rule of it, and each rung of the ladder."""

import base64
import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from sandbox.eidas.certificates import KeyAlgorithm, SpecialOrder
from sandbox.gateway.journal import Journal
from sandbox.kernel.clock import wall_now
from sandbox.kernel.db import Database
from sandbox.workspaces.workspace import Strictness
from tests.eidas import signing
from tests.standards.berlin_group.sealed import NOW, Signatory, a_signatory, in_header
from tests.standards.berlin_group.town import a_consent, open_town

CONSENTS = "/cavage/v1/consents"
OPEN, WARN, ENFORCE = Strictness.OPEN, Strictness.WARN, Strictness.ENFORCE
BACK = "https://tpp.example/back"
VERIFICATION = {"partyAccount": {"iban": "NO8330001234567"}, "party": {"name": "Ola"}}


@pytest.fixture
def town(tmp_path):
    """The town with a journal, behind a proxy that is believed."""
    journal = Journal(Database(f"sqlite:///{tmp_path / 'journal.sqlite3'}"))
    opened = open_town(tmp_path, journal=journal, proxies="127.0.0.0/8")
    yield opened
    opened.close()


@pytest.fixture
def buddy(town) -> Signatory:
    """Budget Buddy, whom banks take as they would in production."""
    return a_signatory(town).climbs(ENFORCE)


def said(response):
    """Status and code, in whichever of the two bodies."""
    told = response.json.get("tppMessages") or response.json.get("apiClientMessages")
    return response.status_code, told[0]["code"] if told else None


def a_draft(buddy, path=CONSENTS, **headers):
    return buddy.draft("POST", path, a_consent(), TPP_Redirect_URI=BACK, **headers)


EVERY_HEADER = {
    *("TPP-Signature-Certificate", "Signature", "Signature-Input", "Digest", "Content-Digest"),
    "x-jws-signature",
}
MISSING, INVALID = (401, "SIGNATURE_MISSING"), (401, "SIGNATURE_INVALID")
TAKEN = (201, None)


@pytest.mark.parametrize("algorithm", KeyAlgorithm)
def test_a_call_that_is_signed_as_the_guidelines_say_is_taken(town, algorithm):
    buddy = a_signatory(town, algorithm).climbs(ENFORCE)

    for headers in ({}, {"PSU_ID": "kari"}, {"PSU_ID": "kari", "PSU_Corporate_ID": "c1"}):
        assert said(buddy.send(buddy.cavage(a_draft(buddy, **headers)))) == TAKEN

    assert buddy.faults() == []


def test_a_call_without_a_body_is_signed_with_the_digest_of_nothing(buddy):
    consent_id = buddy.send(buddy.cavage(a_draft(buddy))).json["consentId"]
    draft = buddy.draft("GET", f"{CONSENTS}/{consent_id}?x=1")

    assert draft.headers["Digest"] == "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert said(buddy.send(buddy.cavage(draft))) == (200, None)


def test_an_unsigned_call_climbs_the_ladder(buddy):
    draft = a_draft(buddy)

    assert said(buddy.climbs(OPEN).send(draft)) == TAKEN
    assert buddy.faults() == []
    assert said(buddy.climbs(WARN).send(draft)) == TAKEN
    assert [one["reason"] for one in buddy.faults()] == ["SignatureMissing"]
    assert said(buddy.climbs(ENFORCE).send(draft)) == MISSING


def test_a_wrong_signature_climbs_the_ladder_and_is_explained(buddy):
    signed = buddy.cavage(a_draft(buddy), **{"x-request-id": str(uuid.UUID(int=1))})
    lines = signed.lines()
    expected = "\n".join(f"{name}: {value}" for name, value in lines.items())

    assert said(buddy.climbs(OPEN).send(signed)) == TAKEN
    assert buddy.faults() == []
    for rung, answer in ((WARN, TAKEN), (ENFORCE, INVALID)):
        response = buddy.climbs(rung).send(signed)
        (fault,) = buddy.faults()

        assert said(response) == answer
        assert fault["reason"] == "SignatureWrong"
        assert fault["detail"] == f"These bytes should be signed:\n{expected}"
        # What was expected is for the journal, not for the caller.
        assert lines["digest"] not in response.text


def test_no_byte_of_the_body_can_be_changed(buddy):
    signed = buddy.cavage(a_draft(buddy))

    for at in range(0, len(signed.body), 7):
        other = signed.body[:at] + bytes([signed.body[at] ^ 1]) + signed.body[at + 1 :]
        assert said(buddy.send(replace(signed, body=other))) == INVALID
    assert buddy.faults()[0]["reason"] == "DigestWrong"


@pytest.mark.parametrize("name", ["Digest", "X-Request-ID", "PSU-ID", "TPP-Redirect-URI", "Signature"])
def test_no_signed_header_can_be_changed_or_taken_away(buddy, name):
    signed = buddy.cavage(a_draft(buddy, PSU_ID="kari"))
    value = signed.headers[name]

    for other in (value[:-4] + ("b" if value[-4] != "b" else "c") + value[-3:], None):
        # A call without X-Request-ID or Signature is refused too, if with another code.
        response = buddy.send(replace(signed, headers={**signed.headers, name: other}))
        assert response.status_code in {400, 401}, (name, other)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        # Section 12.2: no other element must be there, and what is sent must be.
        ({"date": "Sun, 06 Aug 2017 15:02:37 GMT"}, "SignatureCoverageWrong"),
        ({"(request-target)": f"post {CONSENTS}"}, "SignatureCoverageWrong"),
        ({"psu-id": "kari"}, "SignatureCoverageWrong"),
    ],
)
def test_what_is_signed_is_what_the_guidelines_list(buddy, changes, reason):
    draft = a_draft(buddy)
    draft.headers["Date"] = "Sun, 06 Aug 2017 15:02:37 GMT"

    assert said(buddy.send(buddy.cavage(draft, **changes))) == INVALID
    assert buddy.faults()[0]["reason"] == reason


@pytest.mark.parametrize("header", ["PSU-ID", "PSU-Corporate-ID", "TPP-Redirect-URI"])
def test_what_is_sent_must_be_signed(buddy, header):
    signed = buddy.cavage(buddy.draft("POST", CONSENTS, a_consent()))

    sent = replace(signed, headers={**signed.headers, header: BACK})

    assert said(buddy.send(sent)) == INVALID
    assert buddy.faults()[0]["detail"].startswith(f"{header.lower()} must be signed.")


def test_the_order_is_the_signer_s(buddy):
    draft = a_draft(buddy)
    turned = dict(reversed(draft.lines().items()))
    made = signing.cavage(buddy.seal.key, buddy.key_id, turned, buddy.named)
    headers = {**draft.headers, "Signature": made, "TPP-Signature-Certificate": in_header(buddy.seal)}

    assert said(buddy.send(replace(draft, headers=headers))) == TAKEN


def test_a_signed_call_carries_a_digest(buddy):
    signed = buddy.cavage(a_draft(buddy))

    assert said(buddy.send(replace(signed, headers={**signed.headers, "Digest": None}))) == INVALID
    assert buddy.faults()[0]["reason"] == "DigestMissing"


@pytest.mark.parametrize(
    "key_id",
    [
        "SN={sn},CA={ca}",
        "SN=00{SN},CA={ca}",
        "SN={sn},CA={turned}",
        "SN={sn},CA={encoded}",
    ],
)
def test_the_key_is_named_by_serial_number_and_authority(buddy, key_id):
    issuer = buddy.seal.certificate.issuer
    names = {
        "sn": buddy.seal.issued.serial,
        "SN": buddy.seal.issued.serial.upper(),
        "ca": issuer.rfc4514_string(),
        "turned": ",".join(part.rfc4514_string() for part in issuer.rdns),
        "encoded": issuer.rfc4514_string().replace(" ", "%20"),
    }
    draft = a_draft(buddy)
    made = signing.cavage(buddy.seal.key, key_id.format(**names), draft.lines(), buddy.named)
    headers = {**draft.headers, "Signature": made, "TPP-Signature-Certificate": in_header(buddy.seal)}

    assert said(buddy.send(replace(draft, headers=headers))) == TAKEN


@pytest.mark.parametrize("key_id", ["k", "SN=1,CA={ca}", "SN={sn},CA=CN=Stranger", "SN={sn},CA=,", "SN={sn}"])
def test_another_key_s_name_is_refused_and_the_right_one_told_to_the_journal(buddy, key_id):
    ca = buddy.seal.certificate.issuer.rfc4514_string()
    draft = a_draft(buddy)
    named = key_id.format(sn=buddy.seal.issued.serial, ca=ca)
    made = signing.cavage(buddy.seal.key, named, draft.lines(), buddy.named)
    headers = {**draft.headers, "Signature": made, "TPP-Signature-Certificate": in_header(buddy.seal)}

    assert said(buddy.send(replace(draft, headers=headers))) == INVALID
    assert buddy.faults()[0]["detail"].startswith(f"expected: {buddy.key_id};")


@pytest.mark.parametrize(
    ("special", "code"),
    [
        (SpecialOrder.EXPIRED, "CERTIFICATE_EXPIRED"),
        (SpecialOrder.NOT_YET_VALID, "CERTIFICATE_INVALID"),
        (SpecialOrder.REVOKED, "CERTIFICATE_REVOKE"),
        (SpecialOrder.BLOCKED, "CERTIFICATE_BLOCKED"),
        (SpecialOrder.WRONG_ROLE, "ROLE_INVALID"),
        (SpecialOrder.WRONG_ORGANISATION, "CERTIFICATE_INVALID"),
        (SpecialOrder.UNKNOWN_CA, "CERTIFICATE_INVALID"),
        (SpecialOrder.WEAK_KEY, "CERTIFICATE_INVALID"),
    ],
)
def test_a_seal_with_one_thing_wrong_is_refused(town, special, code):
    buddy = a_signatory(town, special=special).climbs(ENFORCE)
    buddy.named = "rsa-sha256" if special is SpecialOrder.WEAK_KEY else buddy.named

    assert said(buddy.send(buddy.cavage(a_draft(buddy)))) == (401, code)


def test_the_seal_of_another_app_is_not_yours(town, buddy):
    stolen = replace(buddy, seal=a_signatory(town).seal)

    assert said(buddy.send(stolen.cavage(a_draft(buddy)))) == (401, "CERTIFICATE_INVALID")


def test_the_certificate_of_the_connection_is_no_seal(buddy):
    mistaken = replace(buddy, seal=buddy.qwac)

    assert said(buddy.send(mistaken.cavage(a_draft(buddy)))) == (401, "CERTIFICATE_INVALID")


def test_a_signature_without_its_certificate_is_refused(buddy):
    signed = buddy.cavage(a_draft(buddy))
    alone = replace(signed, headers={**signed.headers, "TPP-Signature-Certificate": None})

    assert said(buddy.send(alone)) == (401, "CERTIFICATE_MISSING")


def test_the_certificate_may_stand_in_the_header_as_pem(buddy):
    signed = buddy.cavage(a_draft(buddy))
    pem = buddy.seal.certificate.public_bytes(Encoding.PEM).decode()

    for text in (pem.replace("\n", ""), pem.replace("\n", " "), base64.b64encode(pem.encode()).decode()):
        sent = replace(signed, headers={**signed.headers, "TPP-Signature-Certificate": text})
        assert said(buddy.send(sent)) == TAKEN


def test_a_signature_says_its_algorithm(buddy):
    signed = buddy.cavage(a_draft(buddy))
    silent = re.sub(r'algorithm="[^"]*",', "", signed.headers["Signature"])

    assert said(buddy.send(replace(signed, headers={**signed.headers, "Signature": silent}))) == INVALID
    assert buddy.faults()[0]["detail"] == "Signature lacks algorithm"


def test_the_digest_of_a_form_is_over_all_of_it(buddy):
    path = "/cavage/v1/periodic-payments/pain.001-sepa-credit-transfers"
    parts = b'--b\r\nContent-Disposition: form-data; name="xml_sct"\r\n\r\n<x/>\r\n--b--\r\n'
    draft = buddy.draft("POST", path, parts)
    draft.headers["Content-Type"] = "multipart/form-data; boundary=b"
    signed = buddy.cavage(draft)

    # The signature is good, so what is wrong with the form is what the bank speaks of.
    assert said(buddy.send(signed))[1] == "FORMAT_ERROR"
    assert said(buddy.send(replace(signed, body=parts + b"\n"))) == INVALID


def test_a_bank_that_demands_nothing_still_looks_at_what_is_signed(buddy):
    draft = a_draft(buddy, "/willing/v1/consents")
    wrong = buddy.cavage(draft, digest="SHA-256=aGk=")

    assert said(buddy.send(draft)) == TAKEN
    assert said(buddy.send(buddy.cavage(draft))) == TAKEN
    assert said(buddy.send(wrong)) == INVALID


# x-jws-signature


def a_question(buddy, bank="jws"):
    return buddy.draft("POST", f"/{bank}/v1/payee-verifications", VERIFICATION)


@pytest.mark.parametrize("algorithm", KeyAlgorithm)
def test_verification_of_payee_is_signed_by_a_jws(town, algorithm):
    buddy = a_signatory(town, algorithm).climbs(ENFORCE)
    signed = buddy.jades(a_question(buddy))

    assert said(buddy.send(signed, judged=False)) == (200, None)
    assert said(buddy.send(a_question(buddy), judged=False)) == MISSING
    assert said(buddy.send(replace(signed, body=signed.body + b" "), judged=False)) == INVALID


def test_no_other_operation_of_that_bank_is_signed(buddy):
    assert said(buddy.send(a_draft(buddy, "/jws/v1/consents"))) == TAKEN


def test_a_jws_may_name_its_certificate_by_the_thumbprint(buddy):
    thumbprint = {"x5c": None, "x5t#S256": buddy.seal.issued.thumbprint}

    assert said(buddy.send(buddy.jades(a_question(buddy), **thumbprint), judged=False)) == (200, None)
    for other in (
        {**thumbprint, "x5t#S256": "dytPpSkJYzhTdPXSWP7jhXgG4kCOWIWGiesdzkvNLzY"},
        {"x5t#S256": "AA"},
    ):
        assert said(buddy.send(buddy.jades(a_question(buddy), **other), judged=False)) == INVALID


def test_a_bank_may_want_the_certificate_itself_and_its_own_algorithms(town):
    buddy = a_signatory(town, KeyAlgorithm.RSA_2048).climbs(ENFORCE)
    question = a_question(buddy, "willing")
    by_thumbprint = {"x5c": None, "x5t#S256": buddy.seal.issued.thumbprint}

    assert said(buddy.send(buddy.jades(question), judged=False)) == (200, None)
    assert said(buddy.send(buddy.jades(question, **by_thumbprint), judged=False)) == (
        401,
        "CERTIFICATE_MISSING",
    )
    other = replace(buddy, jose="RS256")
    assert said(buddy.send(other.jades(question), judged=False)) == INVALID


@pytest.mark.parametrize(
    "said_of_it",
    [
        {"b64": None},
        {"b64": True},
        {"crit": None},
        {"crit": ["b64"]},
        {"crit": ["sigT", "sigD", "b64", "exp"], "exp": 1},
        {"sigD": None},
        {"sigD": {"pars": ["digest", "x-request-id"], "mId": "http://uri.etsi.org/19182/ObjectIdByURI"}},
        {"sigD": {"pars": ["digest"], "mId": "http://uri.etsi.org/19182/HttpHeaders"}},
        {"sigD": {"pars": ["Digest", "X-Request-ID"], "mId": "http://uri.etsi.org/19182/HttpHeaders"}},
        {"sigD": {"pars": ["digest", "x-request-id", 1], "mId": "http://uri.etsi.org/19182/HttpHeaders"}},
        {"sigT": None},
        {"sigT": "yesterday"},
        {"sigT": None, "crit": ["sigD", "b64"], "iat": 10**30},
        {"sigT": None, "crit": ["sigD", "b64"], "iat": NOW - 3600},
        {"x5c": None},
        {"x5c": []},
        {"x5c": [1]},
        {"x5t#S256": 1},
    ],
)
def test_a_jws_that_is_not_as_jades_has_it_is_refused(buddy, said_of_it):
    assert said(buddy.send(buddy.jades(a_question(buddy), **said_of_it), judged=False)) == INVALID


@pytest.mark.parametrize("moment", [timedelta(minutes=4), -timedelta(seconds=30)])
def test_a_signature_is_fresh_by_the_clock_of_the_world_or_the_wall(buddy, moment):
    for now in (NOW, int(wall_now().timestamp())):
        made = now - int(moment.total_seconds())
        fresh = buddy.jades(a_question(buddy), sigT=None, crit=["sigD", "b64"], iat=made)
        assert said(buddy.send(fresh, judged=False)) == (200, None)


# RFC 9421


@pytest.mark.parametrize("algorithm", KeyAlgorithm)
def test_a_bank_may_take_http_message_signatures(town, algorithm):
    buddy = a_signatory(town, algorithm).climbs(ENFORCE)
    draft = a_draft(buddy, "/rfc9421/v1/consents", PSU_ID="kari")

    response = buddy.send(buddy.message(draft))

    assert said(response) == TAKEN
    read = buddy.draft("GET", f"/rfc9421/v1/consents/{response.json['consentId']}")
    assert said(buddy.send(buddy.message(read))) == (200, None)
    assert said(buddy.send(draft)) == MISSING


def test_everything_that_a_message_signature_covers_is_kept(buddy):
    signed = buddy.message(a_draft(buddy, "/rfc9421/v1/consents", PSU_ID="kari"))

    for change in (
        {"body": signed.body + b" "},
        {"path": f"{signed.path}?x=1"},
        *(
            {"headers": {**signed.headers, name: value}}
            for name, value in {
                "PSU-ID": "ola",
                "TPP-Redirect-URI": f"{BACK}/x",
                "X-Request-ID": str(uuid.UUID(int=1)),
                "Content-Digest": None,
                "Signature": "sig1=:aGk=:",
                "PSU-Corporate-ID": "c1",
            }.items()
        ),
    ):
        assert said(buddy.send(replace(signed, **change))) == INVALID, change


@pytest.mark.parametrize(
    ("created", "more"),
    [(NOW - 3600, ""), (NOW + 3600, ""), (NOW - 60, f";expires={NOW - 30}"), (NOW, ';alg="hmac-sha256"')],
)
def test_a_message_signature_is_fresh_and_of_an_algorithm_for_the_key(buddy, created, more):
    draft = a_draft(buddy, "/rfc9421/v1/consents")

    assert said(buddy.send(buddy.message(draft, created, more))) == INVALID


def test_the_signature_base_that_was_expected_is_in_the_journal(buddy):
    signed = buddy.message(a_draft(buddy, "/rfc9421/v1/consents"))

    buddy.climbs(WARN).send(replace(signed, path=f"{signed.path}?x=1"))

    (fault,) = buddy.faults()
    assert f'"@target-uri": {buddy.town.origin}{signed.path}?x=1\n' in fault["detail"]


def test_the_description_of_a_bank_has_the_headers_that_it_takes(town):
    def headers(bank, path):
        item = town.client.get(f"/{bank}/openapi.json").json["paths"][path]
        return {one["name"] for one in item["parameters"] if one.get("in") == "header"} & EVERY_HEADER

    payees = "/v1/payee-verifications"
    assert headers("cavage", "/v1/consents") == {"Signature", "Digest", "TPP-Signature-Certificate"}
    assert headers("willing", payees) == headers("jws", payees) == {"x-jws-signature", "Digest"}
    assert headers("jws", "/v1/consents") == headers("redirect", "/v1/consents") == set()
