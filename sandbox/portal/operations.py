"""The operations of an OpenAPI document as people read them: who sends what, and what comes back."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")
_VERSION_IN_TAG = re.compile(r"_v\d+_\d+$")
_RULES: Mapping[str, str] = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "pattern": "matches {}",
    "default": "{} if left out",
}
_ONE_OF = ("oneOf", "anyOf")
_REF = "$ref"


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a body, or one parameter. `choices` are the values that it may have."""

    name: str
    kind: str
    required: bool = False
    told: str = ""
    choices: Sequence[str] = ()
    rules: Sequence[str] = ()
    members: Sequence["Member"] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A body in one format. `schema` is as the document has it."""

    media_type: str
    schema: Mapping[str, Any]
    member: Member


@dataclass(frozen=True, slots=True)
class Answer:
    """What may come back: `statuses` are those that look alike."""

    statuses: Sequence[tuple[str, str]]
    headers: Sequence[Member]
    bodies: Sequence[Body]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `slug` is its name in an address."""

    method: str
    path: str
    raw: Mapping[str, Any]
    shared: Sequence[Mapping[str, Any]] = field(default=())

    @property
    def slug(self) -> str:
        """Its name in an address: `get-v1-accounts-account_id`."""
        return re.sub(r"[^\w]+", "-", f"{self.method.lower()}{self.path}").strip("-")

    @property
    def group(self) -> str:
        """What it is about, without the version."""
        return _VERSION_IN_TAG.sub("", next(iter(self.raw.get("tags", ())), "other"))

    @property
    def summary(self) -> str:
        """What it does, in one sentence."""
        return str(self.raw.get("summary", ""))

    @property
    def description(self) -> str:
        """What else there is to say."""
        return str(self.raw.get("description", ""))


class Document:
    """An OpenAPI document, read."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        """Read that document."""
        self.raw = raw
        self.operations = list(_operations(raw))

    @property
    def title(self) -> str:
        """Whose it is."""
        return str(self.raw["info"]["title"])

    @property
    def url(self) -> str:
        """Below which address the paths are."""
        return str(self.raw["servers"][0]["url"])

    def find(self, slug: str) -> Operation | None:
        """The operation of that name."""
        return next((one for one in self.operations if one.slug == slug), None)

    def groups(self, words: str) -> Mapping[str, list[Operation]]:
        """The operations by what they are about, of which every one of the words says something."""
        wanted, found = words.casefold().split(), dict[str, list[Operation]]()
        for one in self.operations:
            told = f"{one.method} {one.path} {one.summary} {one.group}".casefold()
            if all(word in told for word in wanted):
                found.setdefault(one.group, []).append(one)
        return found

    def parameters(self, operation: Operation) -> list[Member]:
        """What is sent beside the body: what the path needs first, then what must be sent."""
        said = [self.resolved(one) for one in (*operation.shared, *operation.raw.get("parameters", ()))]
        order = ("path", "query", "header", "cookie")
        members = [
            self._member(one["name"], one["schema"], one.get("required", False), (), one["in"], one)
            for one in said
        ]
        return sorted(members, key=lambda one: (not one.required, order.index(one.place)))

    def bodies(self, content: Mapping[str, Any]) -> list[Body]:
        """The bodies of that content."""
        told = {kind: one.get("schema", {}) for kind, one in content.items()}
        return [Body(kind, schema, self._member("", schema, True, ())) for kind, schema in told.items()]

    def sent(self, operation: Operation) -> list[Body]:
        """The bodies that may be sent."""
        return self.bodies(self.resolved(operation.raw.get("requestBody", {})).get("content", {}))

    def answers(self, operation: Operation) -> list[Answer]:
        """What may come back; statuses of the same form are told together."""
        alike: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
        for status, said in operation.raw.get("responses", {}).items():
            answer = self.resolved(said)
            key = str((answer.get("content"), sorted(answer.get("headers", ()))))
            alike.setdefault(key, []).append((str(status), answer))
        return [self._answer(found) for found in alike.values()]

    def resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """The node, or what it refers to."""
        while _REF in node:
            found: Any = self.raw
            for step in node[_REF].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node

    def _answer(self, found: Sequence[tuple[str, Mapping[str, Any]]]) -> Answer:
        first = found[0][1]
        headers = [
            self._member(name, one.get("schema", {}), one.get("required", False), (), "header", one)
            for name, one in first.get("headers", {}).items()
        ]
        statuses = [(status, _phrase(status, one)) for status, one in found]
        return Answer(statuses, headers, self.bodies(first.get("content", {})))

    def _member(
        self,
        name: str,
        schema: Mapping[str, Any],
        required: bool,
        above: Sequence[str],
        place: str = "",
        said: Mapping[str, Any] | None = None,
    ) -> Member:
        """A member with all that is in it. `above` are the schemas in which it stands: none is told twice."""
        ref = str(schema.get(_REF, ""))
        found = self.resolved(schema)
        element = self.resolved(found.get("items", {}))
        members = [] if ref in above else list(self._within(found, (*above, ref) if ref else above))
        shown = element if found.get("type") == "array" else found
        return Member(
            name,
            _kind(found, element),
            required,
            str((said or {}).get("description") or found.get("description") or ""),
            [str(one) for one in shown.get("enum", ())],
            [_rule(rule, found[rule]) for rule in _RULES if rule in found],
            members,
            place,
        )

    def _within(self, schema: Mapping[str, Any], above: Sequence[str]) -> Iterator[Member]:
        """What stands in a schema."""
        if "items" in schema:
            ref = schema["items"].get(_REF, "")
            if ref not in above:
                yield from self._within(self.resolved(schema["items"]), (*above, ref) if ref else above)
            return
        for part in schema.get("allOf", ()):
            yield from self._within(self.resolved(part), above)
        for form in (one for word in _ONE_OF for one in schema.get(word, ())):
            yield self._member("", form, False, above)
        needed = schema.get("required", ())
        properties = schema.get("properties", {}).items()
        for name, one in sorted(properties, key=lambda found: found[0] not in needed):
            yield self._member(name, one, name in needed, above)
        if isinstance(schema.get("additionalProperties"), Mapping):
            yield self._member("…", schema["additionalProperties"], False, above)


def _operations(raw: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in raw["paths"].items():
        for method in _METHODS:
            if method in item:
                yield Operation(method.upper(), path, item[method], item.get("parameters", ()))


def _kind(schema: Mapping[str, Any], element: Mapping[str, Any]) -> str:
    """`string, date`, `list of object`, `one of these`."""
    if any(word in schema for word in _ONE_OF):
        return "one of these"
    if schema.get("type") == "array":
        return f"list of {_kind(element, {})}"
    told = str(schema.get("type", "object" if "properties" in schema else "anything"))
    form = f", {schema['format']}" if "format" in schema else ""
    return f"{told}{form}{' or null' if schema.get('nullable') else ''}"


def _rule(name: str, value: Any) -> str:
    return "not empty" if (name, value) == ("minLength", 1) else _RULES[name].format(value)


def _phrase(status: str, answer: Mapping[str, Any]) -> str:
    told = str(answer.get("description", ""))
    return told or (HTTPStatus(int(status)).phrase if status.isdigit() else "")
