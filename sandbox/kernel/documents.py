"""YAML as people mean it: `NO` is Norway, a key stands once, and every value knows its line."""

import re
from pathlib import Path
from typing import Any

import yaml

from sandbox.kernel.errors import Refusal

try:
    # libyaml reads six times as fast and is in every wheel of PyYAML; one built from source may lack it.
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]  # the two read alike


class DocumentMalformed(Refusal):
    """A file is not the YAML that we read; the text names file and line."""


class _Loader(SafeLoader):
    """YAML 1.2's core scalars: true/false, integers, decimals and null; all else is text."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+(?:e[-+]?[0-9]+)?$", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


class Located(dict[str, Any]):
    """A mapping that remembers the line of each of its keys, in `lines`."""

    lines: dict[str, int]


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Located:
    found = Located()
    found.lines = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in found:
            raise DocumentMalformed(
                f"{node.start_mark.name}, line {line}: the key '{key}' stands here a second time."
            )
        found[key] = loader.construct_object(value_node, deep=True)
        found.lines[key] = line
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load(path: Path) -> Located:
    """Read one YAML file whose top is a mapping. Raises DocumentMalformed, naming file and line."""
    try:
        with path.open(encoding="utf-8") as stream:
            found = yaml.load(stream, Loader=_Loader)  # our loader is a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DocumentMalformed(f"{path}, line {line}: {error.problem}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentMalformed(f"{path} cannot be read: {error}.") from error
    if not isinstance(found, Located):
        raise DocumentMalformed(f"{path}, line 1: a mapping is expected at the top.")
    return found


def line_of(document: Located, *path: str | int) -> int:
    """The line of the value at `path`, or of the nearest parent that has one."""
    line, at = 1, document
    for step in path:
        if isinstance(at, Located) and step in at.lines:
            line = at.lines[str(step)]
        try:
            at = at[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            break
    return line
