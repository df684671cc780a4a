"""Where the shipped data lies: inside the installed package, or at the top of a checkout."""

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
