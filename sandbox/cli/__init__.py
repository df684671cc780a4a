"""The command line: `bryggen serve`, `workspace`, `app`, `certificates`, `clock` and what `--help` names."""

import click

import sandbox
from sandbox.cli import (
    agenda,
    app,
    banks,
    certificates,
    clock,
    completion,
    directory,
    doctor,
    events,
    failures,
    hackathon,
    listen,
    logs,
    payments,
    people,
    replay,
    seed,
    serve,
    trigger,
    verify,
    webhooks,
    workspace,
)
from sandbox.cli.output import Group

#: Every command takes `--json`; rooms are imported by the command that needs them, so `--help` is quick.


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(sandbox.__version__, prog_name="bryggen")
def main() -> None:
    """An open banking sandbox: fictional banks with real interfaces.

    Begin with `bryggen serve`. Settings come from BRYGGEN_* variables; see docs/settings.md.
    """


for _command in (
    serve.serve,
    workspace.group,
    app.group,
    hackathon.group,
    hackathon.admin_group,
    certificates.group,
    directory.group,
    people.group,
    banks.group,
    clock.group,
    agenda.agenda,
    payments.group,
    events.group,
    failures.group,
    logs.group,
    replay.replay,
    webhooks.group,
    listen.listen,
    trigger.trigger,
    doctor.doctor,
    completion.completion,
    verify.verify,
    seed.seed,
):
    main.add_command(_command)
