"""Whatever colours a bank has, its pages can be read."""

import pytest

from sandbox.bank.profile import Look
from sandbox.online_banking import colours
from sandbox.online_banking.words import every

_WHITE = (255, 255, 255)


@pytest.mark.parametrize("primary", ["#000000", "#ffffff", "#ffd23f", "#777777", "#3ddc97", "#ff7f50"])
def test_text_and_links_and_rings_stand_out(primary):
    found = colours.palette(Look(primary=primary))

    def rgb(text):
        return tuple(int(text[at : at + 2], 16) for at in (1, 3, 5))

    assert colours.contrast(rgb(found.on_primary), rgb(found.primary)) >= 4.5
    assert colours.contrast(rgb(found.link), _WHITE) >= 4.5
    assert colours.contrast(rgb(found.link), rgb(found.tint)) >= 4.5
    assert colours.contrast(rgb(found.focus), _WHITE) >= 3


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "−1,234.50 NOK"),
        ("nb", "−1 234,50 NOK"),
        ("de", "−1.234,50 NOK"),
        ("fi", "−1 234,50 NOK"),
        ("da", "−1.234,50 NOK"),
    ],
)
def test_an_amount_is_written_as_the_language_writes_it(language, written):
    assert every()[language].amount(-123450, "NOK").replace("\u00a0", " ") == written
