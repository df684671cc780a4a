"""`bryggen replay`: a call of the journal made once more."""

import click

from sandbox.cli import output
from sandbox.cli.installation import opened
from sandbox.cli.logs import note_of
from sandbox.cli.workspace import option


@click.command("replay", cls=output.Command)
@click.argument("trace")
@option
@click.option(
    "--app-key", envvar="BRYGGEN_APP_KEY", help="The key of the app that called; or BRYGGEN_APP_KEY."
)
@click.option("--authorization", help="The header Authorization, where the call had a token.")
@click.option("--keep-ids", is_flag=True, help="With the same X-Request-ID and idempotency key.")
def replay(
    trace: str, workspace: str, app_key: str | None, authorization: str | None, *, keep_ids: bool
) -> None:
    """Make a call again, as its app, and show the answer."""
    from sandbox.app import create_app
    from sandbox.control import shown_calls
    from sandbox.gateway import replaying
    from sandbox.workspaces import apps

    if not app_key:
        output.fail("The key of the app that called is needed.", "Set BRYGGEN_APP_KEY, or give --app-key.")
    with opened() as services:
        note = note_of(services, workspace, trace)
        with services.database.reading() as work:
            caller = apps.caller(work, app_key)
        again = replaying.Again(caller.app_id, app_key, authorization, keep_ids)
        made = replaying.replay(create_app(services), note, again)
        document = shown_calls.whole(note_of(services, workspace, made))
    answer = document["answer"]
    body = answer.get("body") or answer.get("withheld", "")
    output.say(document, lambda: [f"{document['status']}  {document['trace']}", body])
