"""ISO 20022 messages as they come in: read without trust, and judged by ISO's own schemas.

The schemas are files of the package `sepaxml`, whose code is never loaded.
Source: W3C XML 1.0; ISO 20022 message definitions.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.metadata import distribution
from itertools import islice
from threading import Lock
from typing import Any

from lxml import etree

from sandbox.gateway.refusals import Message, RequestMalformed

Element = etree._Element
BYTES_MAX = 1_000_000
DEPTH_MAX = 32
#: As many faults are told at once; the rest follows once these are mended.
FAULTS_MAX = 5
_LOG_MAX = 100  # entries of the judge's log that are looked at; there are several to a fault
_SAID_MAX = 300  # the judge repeats a value whole, however long it is

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
_DECLARED = re.compile(r"<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)[\"']")
_SPACE = re.compile(r"\{urn:[^}]*\}")
#: lxml keeps the faults of the last document on the schema itself, so documents are judged one by one.
_JUDGE = Lock()


def read(raw: bytes, versions: Sequence[str]) -> Element:
    """The message inside `Document`, valid against the schema of one of these versions.

    Raises RequestMalformed, with the path of each fault where there is one.
    """
    document = _parsed(_decoded(raw))
    version = version_of(document)
    if version not in versions or etree.QName(document).localname != "Document":
        raise RequestMalformed(Message(f"The body must be a Document of {' or '.join(versions)}."))
    _judge(document, version)
    return document[0]


def version_of(element: Element) -> str:
    """The version by its namespace: `pain.001.001.03`."""
    return _space(element).removeprefix(_NAMESPACE)


def at(element: Element, path: str) -> Element | None:
    """The first element at `PmtId/EndToEndId` below this one, in its namespace."""
    return element.find(_qualified(_space(element), path))


def every(element: Element, path: str) -> list[Element]:
    """All elements at that path, in order."""
    return element.findall(_qualified(_space(element), path))


def text_at(element: Element, path: str) -> str | None:
    """The text at that path, or None."""
    found = at(element, path)
    return None if found is None else found.text or ""


def place(element: Element, path: str = "") -> str:
    """Where an element, or what is missing below it, stands: `CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf[2]/Amt`."""
    names = []
    step: Element | None = element
    while step is not None and (parent := step.getparent()) is not None:
        alike = parent.findall(step.tag)
        number = f"[{alike.index(step) + 1}]" if len(alike) > 1 else ""
        names.append(etree.QName(step).localname + number)
        step = parent
    return "/".join([*reversed(names), *([path] if path else [])])


def _space(element: Element) -> str:
    return etree.QName(element).namespace or ""


@lru_cache
def _qualified(space: str, path: str) -> str:
    return "/".join(f"{{{space}}}{name}" for name in path.split("/"))


def _decoded(raw: bytes) -> str:
    """The body as text. ISO 20022 in SEPA is UTF-8; any other encoding is a way round the checks below."""
    if len(raw) > BYTES_MAX:
        raise RequestMalformed(Message(f"The message has more than {BYTES_MAX} bytes."))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestMalformed(
            Message(f"The message is not UTF-8: byte {error.start + 1} is out of place.")
        ) from error
    declared = _DECLARED.match(text)
    if declared is not None and declared[1].upper() != "UTF-8":
        raise RequestMalformed(Message("The message must be in UTF-8, and say so."))
    # Without a document type there are no entities, neither bombs nor external ones.
    if "<!DOCTYPE" in text:
        raise RequestMalformed(Message("A document type declaration is not allowed."))
    return text


def _parsed(text: str) -> Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        document = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise RequestMalformed(Message(f"The message is not well-formed XML: {error.msg}.")) from error
    if document.xpath("boolean(" + "/*" * (DEPTH_MAX + 1) + ")"):
        raise RequestMalformed(Message(f"Elements are nested deeper than {DEPTH_MAX}."))
    return document


@cache
def _schema(version: str) -> etree.XMLSchema:
    """The compiled schema: some ten milliseconds at its first use, nothing at the start of the server."""
    path = distribution("sepaxml").locate_file(f"sepaxml/schemas/{version}.xsd")
    return etree.XMLSchema(etree.parse(str(path)))


def _judge(document: Element, version: str) -> None:
    schema = _schema(version)
    with _JUDGE:
        if schema.validate(document):
            return
        log: Any = schema.error_log  # the stubs do not know that it is a list of entries
        faults = [(one.path, one.line, one.message) for one in islice(log, _LOG_MAX)]
    told: dict[str, Message] = {}
    for path, line, said in faults:
        where = _found(document, path) or f"line {line}"
        # A value that breaks two facets of its type is one fault.
        told.setdefault(where, Message(_SPACE.sub("", said)[:_SAID_MAX], where))
        if len(told) == FAULTS_MAX:
            break
    raise RequestMalformed(*told.values())


def _found(document: Element, path: str | None) -> str | None:
    """The readable path of the element to which the judge's XPath leads."""
    try:
        found = document.getroottree().xpath(path or "", namespaces=_prefixes(document))
    except etree.XPathError:
        return None
    if isinstance(found, list) and found and isinstance(found[0], Element):
        return place(found[0]) or "Document"
    return None


def _prefixes(document: Element) -> dict[str, str]:
    return {prefix: space for prefix, space in document.nsmap.items() if prefix}
