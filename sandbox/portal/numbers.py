"""Numbers as people type them into a form, or as a link carries them."""


def whole(text: str, least: int, most: int) -> int | None:
    """The whole number that is written there, in digits alone; None where it is none, or out of bounds.

    `isdigit` is not enough: it takes `²`, which no `int` can be made of, and digits without end.
    """
    typed = text.strip()
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > len(str(most)):
        return None
    number = int(typed)
    return number if least <= number <= most else None
