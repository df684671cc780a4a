"""`bryggen certificates`: a bundle for an app in one command, good or with a fault; and taking one back."""

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli import output
from sandbox.cli.installation import opened
from sandbox.cli.workspace import option

if TYPE_CHECKING:
    from sandbox.kernel.db import Work
    from sandbox.workspaces.apps import App

#: As `sandbox.eidas.certificates` has them, which is not imported for `--help`; a test holds them together.
KINDS = ("qwac", "qseal")
ALGORITHMS = ("p-256", "rsa-2048", "rsa-3072")
SPECIAL_ORDERS = (
    *("expired", "not_yet_valid", "revoked", "blocked"),
    *("wrong_role", "wrong_organisation", "unknown_ca", "weak_key"),
)
REASONS = (
    *("unspecified", "keyCompromise", "affiliationChanged", "superseded"),
    *("cessationOfOperation", "privilegeWithdrawn", "certificateHold"),
)
#: The members of the bundle that are files of their own.
_FILES = {"certificate": "certificate.pem", "chain": "chain.pem", "key": "key.pem", "root": "root.pem"}
_PKCS12, _PRIVATE = "bundle.p12", ("key.pem", "bundle.p12")


@click.group("certificates", cls=output.Group)
def group() -> None:
    """Issue certificates to apps, list them, take them back."""


@group.command("issue")
@option
@click.option("--app", "app_id", help="For which app, by its id; the workspace's first one by default.")
@click.option("--kind", type=click.Choice(KINDS), default=KINDS[0], show_default=True)
@click.option("--algorithm", type=click.Choice(ALGORITHMS), default=ALGORITHMS[0], show_default=True)
@click.option(
    "--csr",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A signing request (PKCS#10, PEM) for a key of your own.",
)
@click.option("--special", type=click.Choice(SPECIAL_ORDERS), help="With exactly this one thing wrong.")
@click.option("--domain", "domains", multiple=True, help="A name in a QWAC; may be given again.")
@click.option("--passphrase", help="What opens the PKCS#12; one is made by default.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write the files there.")
def issue(workspace: str, app_id: str | None, out: Path | None, **wanted: Any) -> None:
    """Issue a certificate: PEM, chain, key, root and PKCS#12, ready to use. The key is shown this once.

    The files are written to a new folder, with --json only where --out names one.
    """
    from marshmallow import ValidationError

    from sandbox.control import certificates as door
    from sandbox.control import shown_trust
    from sandbox.control.schemas_trust import CertificateOrder
    from sandbox.eidas import certificates, holders
    from sandbox.kernel.ids import new_secret
    from sandbox.workspaces import workspace as workspaces

    if wanted["csr"]:
        wanted["csr"] = wanted["csr"].read_text(encoding="utf-8", errors="replace")
    try:
        order = CertificateOrder().load({name: value for name, value in wanted.items() if value})
    except ValidationError as error:
        raise click.UsageError(f"{error}") from error
    with opened() as services, services.database.writing() as work:
        world = workspaces.get(work, workspace)
        holder = holders.of(work, _app(work, world.id, app_id))
        issuance = certificates.issue(work, world, holder, door.ordered(order, services.trust_origin))
        document = shown_trust.bundle(issuance, order.get("passphrase") or new_secret())
    folder = out or Path(f"{document['kind']}-{document['serial'][:8]}")
    written = [] if out is None and output.as_json() else _write(folder, document)
    output.say({**document, "files": written}, lambda: _lines(document, folder, written))


@group.command("list")
@option
@click.option("--app", "app_id", help="Those of this app alone.")
def every(workspace: str, app_id: str | None) -> None:
    """List certificates, oldest first."""
    from sandbox.control import shown_trust
    from sandbox.eidas import certificates
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.reading() as work:
        found = certificates.every(work, workspaces.get(work, workspace).id, app_id)
        shown = [shown_trust.certificate(one) for one in found]
    rows = [
        (one["serial"], one["app_id"], one["kind"], one["special"] or "", one["state"], one["not_after"])
        for one in shown
    ]
    headings = ("SERIAL", "APP", "KIND", "SPECIAL", "STATE", "UNTIL")
    output.say({"certificates": shown}, lambda: output.table(headings, rows))


@group.command("revoke")
@click.argument("serial")
@option
@click.option("--reason", type=click.Choice(REASONS), default=REASONS[0], show_default=True)
def revoke(serial: str, workspace: str, reason: str) -> None:
    """Take a certificate back; `certificateHold` blocks it until it is released."""
    from cryptography import x509

    from sandbox.control import shown_trust
    from sandbox.eidas import certificates
    from sandbox.workspaces import workspace as workspaces

    with opened() as services, services.database.writing() as work:
        issued = certificates.get(work, workspace, serial)
        certificates.revoke(work, workspaces.get(work, workspace), issued, x509.ReasonFlags(reason))
        document = shown_trust.certificate(issued)
    output.say(document, lambda: [f"The certificate {document['serial']} is {document['state']}."])


@group.command("release")
@click.argument("serial")
@option
def release(serial: str, workspace: str) -> None:
    """Lift the block of a certificate; one that was revoked for good stays so."""
    from sandbox.control import shown_trust
    from sandbox.eidas import certificates

    with opened() as services, services.database.writing() as work:
        issued = certificates.get(work, workspace, serial)
        certificates.release(work, issued)
        document = shown_trust.certificate(issued)
    output.say(document, lambda: [f"The certificate {document['serial']} is {document['state']}."])


def _app(work: "Work", workspace_id: str, app_id: str | None) -> "App":
    from sandbox.workspaces import apps

    if app_id is not None:
        return apps.get(work, workspace_id, app_id)
    found = apps.every(work, workspace_id)
    if not found:
        output.fail("The workspace has no app.", f"Make one: bryggen app create NAME -w {workspace_id}.")
    return found[0]


def _write(folder: Path, document: dict[str, Any]) -> list[str]:
    """Write the bundle to that folder; what is secret, for nobody else to read."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {file: document[name].encode() for name, file in _FILES.items() if document[name]}
    if document["pkcs12"]:
        contents[_PKCS12] = base64.b64decode(document["pkcs12"])
    for file, content in contents.items():
        path = folder / file
        path.touch(mode=0o600 if file in _PRIVATE else 0o644)
        path.write_bytes(content)
    return [str(folder / file) for file in contents]


def _lines(document: dict[str, Any], folder: Path, written: list[str]) -> list[str]:
    lines = [
        f"Certificate  {document['serial']}  ({document['special'] or document['kind']})",
        f"Subject      {document['subject']}",
        *(f"             {path}" for path in written),
    ]
    if document["passphrase"]:
        lines.append(f"Passphrase   {document['passphrase']}  (of {_PKCS12}; shown this once, as the key is)")
    if document["kind"] == KINDS[0] and document["key"]:
        files = f"--cert {folder}/chain.pem --key {folder}/key.pem --cacert {folder}/root.pem"
        lines.append(f"Use          curl {files} https://localhost:8443/…")
    return lines
