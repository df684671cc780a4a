"""Where the shipped data lies: inside the installed package, or at the top of a checkout."""

from importlib.metadata import metadata
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def _shipped(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def fixtures() -> Path:
    """The folder of what people live on: countries, personas, merchants."""
    return _shipped("fixtures")


def mock_banks() -> Path:
    """The folder of the fictional banks, one YAML file each."""
    return _shipped("mock_banks")


def docs() -> Path:
    """The folder of the documentation, in Markdown."""
    return _shipped("docs")


def readme() -> str:
    """The README: at the top of a checkout, and among the metadata of an installed package."""
    if (_PACKAGE / "docs").is_dir():
        return str(metadata("bryggen").json["description"])
    return (_PACKAGE.parent / "README.md").read_text(encoding="utf-8")
