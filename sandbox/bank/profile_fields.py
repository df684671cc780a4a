"""How a bank's file is read: every key known, every wrong value told with what would be right."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, fields, post_load
from marshmallow.validate import ContainsOnly, Length, OneOf, Range

from sandbox.kernel import documents
from sandbox.kernel.documents import Located

#: What is wrong in a file: the path to the place, and the words.
Wrong = tuple[tuple[str | int, ...], str]

_LIBRARY_WORDS = {
    "Missing data for required field.": "is missing.",
    "Not a valid string.": "takes a text; put it in quotes.",
    "Not a valid integer.": "takes a whole number.",
    "Not a valid boolean.": "takes true or false.",
    "Not a valid list.": "takes a list.",
    "Not a valid mapping type.": "takes a mapping.",
    "Invalid input type.": "takes a mapping.",
    "Field may not be null.": "is empty; it takes a value, or leave the key out.",
}


def one_of(choices: tuple[str, ...]) -> OneOf:
    """One of those words, named in the message."""
    return OneOf(choices, error="takes one of: {choices}; it says {input}.")


def some_of(choices: tuple[str, ...]) -> ContainsOnly:
    """Some of those words, named in the message."""
    return ContainsOnly(choices, error=f"takes some of: {', '.join(choices)}; it says {{input}}.")


def words(choices: tuple[str, ...], *, attribute: str, required: bool = True) -> fields.List[Any]:
    """A list of those words, one at least."""
    return fields.List(
        fields.String(),
        required=required,
        attribute=attribute,
        validate=[
            Length(min=1, error="takes at least one of: " + ", ".join(choices) + "."),
            some_of(choices),
        ],
    )


def whole(attribute: str, least: int, most: int, *, required: bool = False) -> fields.Integer:
    """A whole number within bounds."""
    within = Range(least, most, error=f"takes a whole number from {least} to {most}; it says {{input}}.")
    return fields.Integer(strict=True, attribute=attribute, required=required, validate=within)


def flag(attribute: str) -> fields.Boolean:
    """True or false, and no other word for them."""
    return fields.Boolean(truthy={True}, falsy={False}, attribute=attribute)


class Strict(Schema):
    """A part of the file: an unknown key is an error that names the known ones."""

    makes: ClassVar[type]

    class Meta:
        """Nothing is silently left out."""

        unknown = RAISE

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["unknown"] = f"is not known here; known are: {', '.join(known(self))}."

    @post_load
    def make(self, found: dict[str, Any], **_: Any) -> Any:
        """The value object of this part."""
        return self.makes(**found)


def known(schema: Schema) -> list[str]:
    """The keys that may stand in this part, as the file writes them."""
    return [one.data_key or name for name, one in schema.fields.items()]


def flat(said: object, path: tuple[str | int, ...] = ()) -> Iterator[Wrong]:
    """The library's nested messages, one by one with the path that each is about."""
    if isinstance(said, Mapping):
        for key, below in said.items():
            yield from flat(below, path if key == "_schema" else (*path, key))
    elif isinstance(said, list):
        for one in said:
            yield from flat(one, path)
    else:
        yield path, _LIBRARY_WORDS.get(str(said), str(said))


def told(path: Path, document: Located, wrong: Iterable[Wrong]) -> list[str]:
    """Each fault of a file with its line and its field, in the order of the lines."""
    found = [(documents.line_of(document, *at), _field(at), said) for at, said in wrong]
    return [f"{path}, line {line}, {field}: {said}" for line, field, said in sorted(found)]


def _field(path: tuple[str | int, ...]) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "the whole file"
