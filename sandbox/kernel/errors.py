"""The root of everything that a bank, or the sandbox itself, refuses and can explain."""


class Refusal(Exception):
    """The answer is no, and nothing happened.

    `text` is what the caller may read; `detail` goes to the journal only. A leaf is one reason; each
    standard says it in its own words by a table, so a leaf must not know HTTP.
    """

    text = "The request was refused."

    def __init__(self, text: str | None = None, *, detail: str | None = None) -> None:
        self.text = text or type(self).text
        self.detail = detail
        super().__init__(self.text)


def leaf(name: str) -> type[Refusal]:
    """The reason of that name; LookupError where no room that is open has one."""
    for one in leaves():
        if one.__name__ == name:
            return one
    raise LookupError(f"no refusal is called {name}")


def leaves(root: type[Refusal] = Refusal) -> set[type[Refusal]]:
    """Every reason below `root`: what a standard's table has to cover."""
    below = root.__subclasses__()
    if not below:
        return {root}
    return set().union(*(leaves(child) for child in below))
