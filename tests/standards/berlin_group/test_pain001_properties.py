"""Whatever a payment says in JSON, it says in XML; and whatever is bent is refused, never a bug."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sandbox.gateway.refusals import RequestMalformed
from sandbox.standards.berlin_group.errors import FormatError
from sandbox.standards.berlin_group.formats import pain001
from tests.standards.berlin_group.pain import ROWING_CLUB, V03, V09, below, salaries, tree, written

BOTH = pytest.mark.parametrize("version", [V03, V09])

LATIN = "ABCXYZabcxyz0189/?:().,'+ -"
reference = st.text(LATIN, min_size=1, max_size=35).filter(
    lambda one: one.strip() and one[0] != "/" and one[-1] != "/" and "//" not in one and one != "NOTPROVIDED"
)
name = st.text(LATIN + 'æøåÄÖüßéłžΩЯ€&<>"', min_size=1, max_size=70).filter(str.strip)
line = st.text(LATIN + "æøå&<>]", min_size=1, max_size=140).filter(str.strip)
account = st.one_of(
    st.sampled_from([{"iban": "NO9386011117947"}, {"iban": "DE40100100103307118608", "currency": "EUR"}]),
    st.builds(lambda number: {"bban": number}, st.from_regex(r"\A[a-zA-Z0-9]{1,30}\Z")),
    st.builds(
        lambda number, issuer: {"other": {"identification": number[:34].strip("/") or "1"} | issuer},
        reference,
        st.one_of(
            st.just({}), st.builds(lambda one: {"schemeNameProprietary": one, "issuer": one}, reference)
        ),
    ),
)
amount = st.integers(1, 10**13).map(lambda minor: f"{minor // 100}.{minor % 100:02}")
objects = st.builds(
    lambda value, kind: {"reference": value} | kind,
    reference,
    st.sampled_from([{"referenceType": "SCOR", "referenceIssuer": "ISO"}, {"referenceType": "KID"}]),
)
remittance = st.one_of(
    st.just({}),
    st.builds(lambda one: {"remittanceInformationUnstructured": one}, line),
    st.builds(
        lambda ones: {"remittanceInformationUnstructuredArray": ones}, st.lists(line, min_size=2, max_size=4)
    ),
    st.builds(lambda one: {"remittanceInformationStructured": one}, reference),
    st.builds(
        lambda ones: {"remittanceInformationStructuredArray": ones}, st.lists(objects, min_size=1, max_size=3)
    ),
)
element = st.builds(
    lambda needed, optional, told: needed | optional | told,
    st.fixed_dictionaries(
        {
            "instructedAmount": amount.map(lambda one: {"currency": "EUR", "amount": one}),
            "creditorAccount": account,
            "creditorName": name,
        }
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "instructionIdentification": reference,
            "creditorAgent": st.sampled_from(["DNBANOKK", "DEUTDEFF500"]),
            "creditorAgentName": name,
            "creditorAddress": st.fixed_dictionaries(
                {"country": st.sampled_from(["NO", "DE"])},
                optional={"streetName": name, "buildingNumber": st.just("4b"), "townName": st.just("Tromsø")},
            ),
            "ultimateDebtor": name,
            "ultimateCreditor": name,
            "purposeCode": st.sampled_from(["SALA", "RENT"]),
            "chargeBearer": st.sampled_from(["SLEV", "SHAR", "DEBT", "CRED"]),
        },
    ),
    remittance,
)
common = st.fixed_dictionaries(
    {
        "debtorAccount": account,
        "requestedExecutionDate": st.dates(datetime.date(2000, 1, 1), datetime.date(9999, 12, 31)).map(str),
    }
)


@BOTH
@settings(deadline=None, max_examples=60)
@given(common=common, element=element)
def test_any_json_body_of_a_payment_is_the_same_in_xml(version, common, element):
    body = common | element

    assert pain001.read(written(body, version), bulk=False).body == body


@BOTH
@settings(deadline=None, max_examples=30)
@given(common=common, elements=st.lists(element, min_size=1, max_size=5), batch=st.booleans())
def test_any_json_body_of_a_bulk_is_the_same_in_xml(version, common, elements, batch):
    body = common | {"batchBookingPreferred": batch, "payments": elements}

    assert pain001.read(written(body, version), bulk=True).body == body


@st.composite
def mutations(draw):
    """A good message with bytes cut out, doubled, or put in where they hurt."""
    raw = written(
        draw(st.sampled_from([dict(ROWING_CLUB), salaries("1.00", "2.00")])),
        draw(st.sampled_from([V03, V09])),
    )
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 40)))
        piece = draw(
            st.one_of(
                st.binary(max_size=6),
                st.text(max_size=6).map(lambda one: one.encode("utf-8", "surrogatepass")),
                st.just(raw[start:end] * 2),
                st.sampled_from(
                    [b"&#0;", b"&#xD800;", b"&lt;", b"]]>", b"<![CDATA[", b"<a:b/>", b" xmlns='u'", b"<Nm/>"]
                ),
            )
        )
        raw = raw[:start] + piece + raw[end:]
    return raw


def complaints(raw, bulk):
    """What is wrong with the message; nothing if it is read."""
    try:
        pain001.read(raw, bulk=bulk)
    except (FormatError, RequestMalformed) as refusal:
        return refusal.messages
    return ()


@settings(deadline=None, max_examples=400)
@given(raw=mutations(), bulk=st.booleans())
def test_a_bent_message_is_read_or_refused_and_nothing_else(raw, bulk):
    assert all(one.text for one in complaints(raw, bulk=bulk))


NAMES = sorted({one.tag.split("}")[1] for one in tree(ROWING_CLUB).iter()} - {"Document"})


@settings(deadline=None, max_examples=200)
@given(name=st.sampled_from(NAMES), text=st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_anywhere_is_read_or_refused_and_nothing_else(name, text):
    root = tree(ROWING_CLUB)
    try:
        below(root, name).text = text
    except ValueError:  # lxml writes no control characters
        return

    paths = [one.path for one in complaints(etree.tostring(root), bulk=False)]
    assert all(path is None or path.startswith("CstmrCdtTrfInitn") for path in paths)
