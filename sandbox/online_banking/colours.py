"""The bank's two colours made safe to read: what stands on them, and how they stand on white."""

from dataclasses import dataclass

from sandbox.bank.profile import Look

_WHITE = (255, 255, 255)
_INK = (22, 29, 37)
_BLACK = (0, 0, 0)
_TEXT_CONTRAST = 4.5  # Source: WCAG 2.2, success criterion 1.4.3
_SHAPE_CONTRAST = 3.0  # Source: WCAG 2.2, success criterion 1.4.11
_LINEAR_BELOW = 0.04045

RGB = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one bank's pages, as `#rrggbb`."""

    primary: str
    on_primary: str
    link: str
    accent: str
    focus: str
    tint: str


def palette(look: Look) -> Palette:
    """Work out the palette of a bank's look."""
    primary, accent = _parse(look.primary), _parse(look.accent)
    on_primary = max((_WHITE, _INK, _BLACK), key=lambda one: contrast(one, primary))
    return Palette(
        primary=_text(primary),
        on_primary=_text(on_primary),
        link=_text(_darkened(primary, _TEXT_CONTRAST + 0.8)),
        accent=_text(accent),
        focus=_text(_darkened(primary, _SHAPE_CONTRAST)),
        tint=_text(_mixed(primary, _WHITE, 0.07)),
    )


def contrast(one: RGB, other: RGB) -> float:
    """The contrast ratio of two colours. Source: WCAG 2.2, "contrast ratio"."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: RGB) -> float:
    parts = [value / 255 for value in colour]
    red, green, blue = (
        part / 12.92 if part <= _LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _darkened(colour: RGB, wanted: float) -> RGB:
    """The colour, mixed with ink until it has that contrast on white."""
    share = 1.0
    while share > 0 and contrast(_mixed(colour, _INK, share), _WHITE) < wanted:
        share -= 0.05
    return _mixed(colour, _INK, max(share, 0.0))


def _mixed(one: RGB, other: RGB, share: float) -> RGB:
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _parse(text: str) -> RGB:
    digits = text.lstrip("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _text(colour: RGB) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
