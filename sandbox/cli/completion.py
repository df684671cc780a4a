"""`bryggen completion`: the few lines by which a shell completes what one types."""

import click
from click.shell_completion import get_completion_class

from sandbox.cli import output

_SHELLS = ("bash", "zsh", "fish")
_PROGRAM = "bryggen"
#: Where each shell looks; what to type once.
_ONCE = {
    "bash": 'eval "$(bryggen completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(bryggen completion zsh)" in ~/.zshrc',
    "fish": "bryggen completion fish > ~/.config/fish/completions/bryggen.fish",
}


@click.command("completion", cls=output.Command)
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> None:
    """Print what a SHELL needs to complete commands, options and choices.

    For bash and zsh, put eval "$(bryggen completion bash)" into ~/.bashrc or ~/.zshrc; for fish, write it to
    ~/.config/fish/completions/bryggen.fish.
    """
    found = get_completion_class(shell)
    assert found is not None  # click has all three
    root = click.get_current_context().find_root().command
    # click's own class for bash asks the bash at hand how old it is, and says so on the error stream.
    source = found(root, {}, _PROGRAM, f"_{_PROGRAM.upper()}_COMPLETE").source_vars()
    script = found.source_template % source
    output.say({"shell": shell, "script": script, "install": _ONCE[shell]}, script.splitlines)
