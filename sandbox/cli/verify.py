"""`bryggen verify`: the proof over a whole database that the books balance."""

import click

from sandbox.cli import output
from sandbox.cli.installation import opened


@click.command("verify", cls=output.Command)
def verify() -> None:
    """Prove that every book of the database balances; exit code 1 where one does not."""
    from sandbox.bank import verify as proof

    with (
        opened() as services,
        services.database.reading() as work,
        output.progress(list(proof.rules()), "Proving") as rules,
    ):
        findings = [finding for rule in rules for finding in proof.broken(work, rule)]
    document = {
        "valid": not findings,
        "rules": list(proof.rules()),
        "findings": [{"rule": one.rule, "where": one.where} for one in findings],
    }
    output.say(
        document,
        lambda: (
            [f"{one.where}\n  breaks: {one.rule}" for one in findings]
            or [f"The books balance: {len(proof.rules())} rules hold over the whole database."]
        ),
    )
    if findings:
        click.get_current_context().exit(1)
