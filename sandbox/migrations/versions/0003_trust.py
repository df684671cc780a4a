"""Trust."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "bank_key",
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("algorithm", sa.String(length=10), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("private", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("bank_id", "algorithm", "generation", name=op.f("pk_bank_key")),
    )
    op.create_table(
        "trust_root",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_trust_root")),
    )
    op.create_table(
        "arranged",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_arranged_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_arranged")),
    )
    op.create_table(
        "event_feed",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_event_feed_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "bank_id", "app_id", name=op.f("pk_event_feed")),
        info={"stays": True},
    )
    op.create_table(
        "idempotency_key",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=44), nullable=False),
        sa.Column("resource_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_idempotency_key_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "bank_id", "app_id", "place", "key", name=op.f("pk_idempotency_key")
        ),
    )
    op.create_table(
        "funds_answer",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("tpp_name", sa.String(length=140), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_funds_answer_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "account_id", "id", name=op.f("pk_funds_answer")),
    )
    op.create_table(
        "organisation",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("supervisor", sa.String(length=120), nullable=False),
        sa.Column("supervisor_id", sa.String(length=11), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("identifier", sa.String(length=40), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_organisation_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_organisation")),
        sa.UniqueConstraint(
            "workspace_id", "identifier", name=op.f("uq_organisation_workspace_id_identifier")
        ),
    )
    op.create_table(
        "payment_mandate",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("tpp_name", sa.String(length=140), nullable=False),
        sa.Column("status", sa.String(length=22), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("individual_minor", sa.BigInteger(), nullable=False),
        sa.Column("periodic", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.String(length=10), nullable=False),
        sa.Column("valid_to", sa.String(length=10), nullable=True),
        sa.Column("named_account_id", sa.String(length=56), nullable=True),
        sa.Column("creditor", sa.Text(), nullable=True),
        sa.Column("creditor_name", sa.String(length=350), nullable=True),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.Column("account_id", sa.String(length=56), nullable=True),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("moved_at", sa.String(length=27), nullable=False),
        sa.Column("authorised_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_payment_mandate_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_payment_mandate")),
    )
    with op.batch_alter_table("payment_mandate", schema=None) as batch_op:
        batch_op.create_index(
            "ix_payment_mandate_psu", ["workspace_id", "bank_id", "person_id"], unique=False
        )

    op.create_table(
        "psu_session",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_psu_session_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_psu_session")),
    )
    op.create_table(
        "seen_once",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=44), nullable=False),
        sa.Column("until", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_seen_once_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "hash", name=op.f("pk_seen_once")),
        info={"stays": True},
    )
    with op.batch_alter_table("seen_once", schema=None) as batch_op:
        batch_op.create_index("ix_seen_once_until", ["workspace_id", "until"], unique=False)

    op.create_table(
        "trust_authority",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("root", sa.String(length=16), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("crl_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_trust_authority_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "root", name=op.f("pk_trust_authority")),
    )
    op.create_table(
        "backchannel_request",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=44), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("authorisation_id", sa.String(length=36), nullable=False),
        sa.Column("message", sa.String(length=140), nullable=True),
        sa.Column("interval_seconds", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.Column("polled_at", sa.String(length=27), nullable=True),
        sa.Column("used_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "authorisation_id"],
            ["authorisation.workspace_id", "authorisation.id"],
            name=op.f("fk_backchannel_request_workspace_id_authorisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_backchannel_request_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "hash", name=op.f("pk_backchannel_request")),
        info={"stays": True},
    )
    with op.batch_alter_table("backchannel_request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_backchannel_request_authorisation", ["workspace_id", "authorisation_id"], unique=False
        )

    op.create_table(
        "beneficiary",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=False),
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("party_account", sa.String(length=34), nullable=False),
        sa.Column("party_bic", sa.String(length=11), nullable=True),
        sa.Column("reference", sa.String(length=35), nullable=True),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("party_name", sa.String(length=140), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["account.workspace_id", "account.id"],
            name=op.f("fk_beneficiary_workspace_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "account_id", "id", name=op.f("pk_beneficiary")),
    )
    op.create_table(
        "direct_debit",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=False),
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("mandate_id", sa.String(length=35), nullable=False),
        sa.Column("creditor_id", sa.String(length=35), nullable=True),
        sa.Column("frequency", sa.String(length=15), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("party_name", sa.String(length=140), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["account.workspace_id", "account.id"],
            name=op.f("fk_direct_debit_workspace_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "account_id", "id", name=op.f("pk_direct_debit")),
    )
    op.create_table(
        "feed_event",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "event_id"],
            ["event.workspace_id", "event.id"],
            name=op.f("fk_feed_event_workspace_id_event_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "bank_id", "app_id", "event_id", name=op.f("pk_feed_event")),
        info={"stays": True},
    )
    with op.batch_alter_table("feed_event", schema=None) as batch_op:
        batch_op.create_index("ix_feed_event_event", ["workspace_id", "event_id"], unique=False)

    op.create_table(
        "mandate_payment",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.String(length=36), nullable=False),
        sa.Column("mandate_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "mandate_id"],
            ["payment_mandate.workspace_id", "payment_mandate.id"],
            name=op.f("fk_mandate_payment_workspace_id_mandate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "payment_id"],
            ["payment.workspace_id", "payment.id"],
            name=op.f("fk_mandate_payment_workspace_id_payment_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "payment_id", name=op.f("pk_mandate_payment")),
    )
    with op.batch_alter_table("mandate_payment", schema=None) as batch_op:
        batch_op.create_index("ix_mandate_payment_day", ["workspace_id", "mandate_id", "day"], unique=False)

    op.create_table(
        "oauth_authorization",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=12), nullable=True),
        sa.Column("subject_id", sa.String(length=36), nullable=True),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("revoked_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "app_id"],
            ["app.workspace_id", "app.id"],
            name=op.f("fk_oauth_authorization_workspace_id_app_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_oauth_authorization")),
        info={"stays": True},
    )
    with op.batch_alter_table("oauth_authorization", schema=None) as batch_op:
        batch_op.create_index("ix_oauth_authorization_subject", ["workspace_id", "subject_id"], unique=False)

    op.create_table(
        "oauth_client",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("profile", sa.String(length=24), nullable=False),
        sa.Column("auth_method", sa.String(length=40), nullable=False),
        sa.Column("secret_hash", sa.String(length=44), nullable=True),
        sa.Column("redirect_uris", sa.Text(), nullable=False),
        sa.Column("jwks", sa.Text(), nullable=True),
        sa.Column("jwks_uri", sa.Text(), nullable=True),
        sa.Column("tls", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("registration_hash", sa.String(length=44), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "app_id"],
            ["app.workspace_id", "app.id"],
            name=op.f("fk_oauth_client_workspace_id_app_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "bank_id", "id", name=op.f("pk_oauth_client")),
        info={"stays": True},
    )
    with op.batch_alter_table("oauth_client", schema=None) as batch_op:
        batch_op.create_index("ix_oauth_client_app", ["workspace_id", "app_id"], unique=False)

    op.create_table(
        "payment_consent",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("tpp_name", sa.String(length=140), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=4), nullable=True),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("payment_id", sa.String(length=36), nullable=True),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.Column("account_id", sa.String(length=56), nullable=True),
        sa.Column("one_signature", sa.Boolean(), nullable=False),
        sa.Column("complete_by", sa.String(length=27), nullable=True),
        sa.Column("cut_off_at", sa.String(length=27), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("moved_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "payment_id"],
            ["payment.workspace_id", "payment.id"],
            name=op.f("fk_payment_consent_workspace_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_payment_consent_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_payment_consent")),
    )
    with op.batch_alter_table("payment_consent", schema=None) as batch_op:
        batch_op.create_index("ix_payment_consent_payment", ["workspace_id", "payment_id"], unique=False)

    op.create_table(
        "pending_request",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=44), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("pushed_hash", sa.String(length=44), nullable=True),
        sa.Column("authorisation_id", sa.String(length=36), nullable=False),
        sa.Column("answered_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "authorisation_id"],
            ["authorisation.workspace_id", "authorisation.id"],
            name=op.f("fk_pending_request_workspace_id_authorisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_pending_request_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "hash", name=op.f("pk_pending_request")),
        info={"stays": True},
    )
    op.create_table(
        "pushed_request",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=44), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.Column("used_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "app_id"],
            ["app.workspace_id", "app.id"],
            name=op.f("fk_pushed_request_workspace_id_app_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "hash", name=op.f("pk_pushed_request")),
        info={"stays": True},
    )
    op.create_table(
        "scheduled_payment",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=False),
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("party_account", sa.String(length=34), nullable=True),
        sa.Column("party_bic", sa.String(length=11), nullable=True),
        sa.Column("entered_at", sa.String(length=27), nullable=False),
        sa.Column("due_at", sa.String(length=27), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("remittance", sa.String(length=140), nullable=True),
        sa.Column("reference", sa.String(length=35), nullable=True),
        sa.Column("reference_type", sa.String(length=8), nullable=True),
        sa.Column("party_name", sa.String(length=140), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["account.workspace_id", "account.id"],
            name=op.f("fk_scheduled_payment_workspace_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "account_id", "id", name=op.f("pk_scheduled_payment")),
    )
    op.create_table(
        "software",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("organisation_id", sa.String(length=18), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("redirect_uris", sa.Text(), nullable=False),
        sa.Column("jwks", sa.Text(), nullable=True),
        sa.Column("jwks_uri", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("pages", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "app_id"],
            ["app.workspace_id", "app.id"],
            name=op.f("fk_software_workspace_id_app_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "organisation_id"],
            ["organisation.workspace_id", "organisation.id"],
            name=op.f("fk_software_workspace_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "app_id", name=op.f("pk_software")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_software_workspace_id_id")),
    )
    op.create_table(
        "standing_order",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=False),
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("party_account", sa.String(length=34), nullable=True),
        sa.Column("party_bic", sa.String(length=11), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("remittance", sa.String(length=140), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("start_on", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("roll", sa.String(length=9), nullable=False),
        sa.Column("runs", sa.Text(), nullable=False),
        sa.Column("party_name", sa.String(length=140), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["account.workspace_id", "account.id"],
            name=op.f("fk_standing_order_workspace_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "account_id", "id", name=op.f("pk_standing_order")),
    )
    op.create_table(
        "trust_certificate",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("root", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("special", sa.String(length=24), nullable=True),
        sa.Column("thumbprint", sa.String(length=43), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("organisation_identifier", sa.String(length=80), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("not_before", sa.String(length=27), nullable=False),
        sa.Column("not_after", sa.String(length=27), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.String(length=27), nullable=True),
        sa.Column("revocation", sa.String(length=24), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "app_id"],
            ["app.workspace_id", "app.id"],
            name=op.f("fk_trust_certificate_workspace_id_app_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "serial", name=op.f("pk_trust_certificate")),
    )
    with op.batch_alter_table("trust_certificate", schema=None) as batch_op:
        batch_op.create_index("ix_trust_certificate_app", ["workspace_id", "app_id"], unique=False)

    op.create_table(
        "authorization_code",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=44), nullable=False),
        sa.Column("authorization_id", sa.String(length=36), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("code_challenge", sa.String(length=43), nullable=True),
        sa.Column("dpop_jkt", sa.String(length=43), nullable=True),
        sa.Column("nonce", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.Column("used_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "authorization_id"],
            ["oauth_authorization.workspace_id", "oauth_authorization.id"],
            name=op.f("fk_authorization_code_workspace_id_authorization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "hash", name=op.f("pk_authorization_code")),
        info={"stays": True},
    )
    op.create_table(
        "oauth_token",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=44), nullable=False),
        sa.Column("kind", sa.String(length=2), nullable=False),
        sa.Column("authorization_id", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("binding", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=True),
        sa.Column("revoked_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "authorization_id"],
            ["oauth_authorization.workspace_id", "oauth_authorization.id"],
            name=op.f("fk_oauth_token_workspace_id_authorization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "hash", name=op.f("pk_oauth_token")),
        info={"stays": True},
    )
    with op.batch_alter_table("oauth_token", schema=None) as batch_op:
        batch_op.create_index(
            "ix_oauth_token_authorization", ["workspace_id", "authorization_id"], unique=False
        )

    with op.batch_alter_table("app", schema=None) as batch_op:
        batch_op.add_column(sa.Column("strictness", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("yes_by", sa.String(length=80), nullable=True))

    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("onward", sa.Text(), nullable=True))

    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("renewable", sa.Boolean(), server_default=sa.text("(false)"), nullable=False)
        )
        batch_op.add_column(sa.Column("expires_at", sa.String(length=27), nullable=True))
        batch_op.add_column(sa.Column("moved_at", sa.String(length=27), nullable=True))
        batch_op.add_column(sa.Column("terms", sa.Text(), nullable=True))

    with op.batch_alter_table("credit_transfer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rate", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("rate_currency", sa.String(length=3), nullable=True))

    with op.batch_alter_table("funds_consent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("expires_at", sa.String(length=27), nullable=True))
        batch_op.add_column(sa.Column("moved_at", sa.String(length=27), nullable=True))
        batch_op.add_column(sa.Column("terms", sa.Text(), nullable=True))

    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("strictness", sa.String(length=8), server_default="open", nullable=False)
        )


def downgrade() -> None:
    """Take this revision back."""
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.drop_column("strictness")

    with op.batch_alter_table("funds_consent", schema=None) as batch_op:
        batch_op.drop_column("terms")
        batch_op.drop_column("moved_at")
        batch_op.drop_column("expires_at")

    with op.batch_alter_table("credit_transfer", schema=None) as batch_op:
        batch_op.drop_column("rate_currency")
        batch_op.drop_column("rate")

    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_column("terms")
        batch_op.drop_column("moved_at")
        batch_op.drop_column("expires_at")
        batch_op.drop_column("renewable")

    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.drop_column("onward")

    with op.batch_alter_table("app", schema=None) as batch_op:
        batch_op.drop_column("yes_by")
        batch_op.drop_column("strictness")

    with op.batch_alter_table("oauth_token", schema=None) as batch_op:
        batch_op.drop_index("ix_oauth_token_authorization")

    op.drop_table("oauth_token")
    op.drop_table("authorization_code")
    with op.batch_alter_table("trust_certificate", schema=None) as batch_op:
        batch_op.drop_index("ix_trust_certificate_app")

    op.drop_table("trust_certificate")
    op.drop_table("standing_order")
    op.drop_table("software")
    op.drop_table("scheduled_payment")
    op.drop_table("pushed_request")
    op.drop_table("pending_request")
    with op.batch_alter_table("payment_consent", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_consent_payment")

    op.drop_table("payment_consent")
    with op.batch_alter_table("oauth_client", schema=None) as batch_op:
        batch_op.drop_index("ix_oauth_client_app")

    op.drop_table("oauth_client")
    with op.batch_alter_table("oauth_authorization", schema=None) as batch_op:
        batch_op.drop_index("ix_oauth_authorization_subject")

    op.drop_table("oauth_authorization")
    with op.batch_alter_table("mandate_payment", schema=None) as batch_op:
        batch_op.drop_index("ix_mandate_payment_day")

    op.drop_table("mandate_payment")
    with op.batch_alter_table("feed_event", schema=None) as batch_op:
        batch_op.drop_index("ix_feed_event_event")

    op.drop_table("feed_event")
    op.drop_table("direct_debit")
    op.drop_table("beneficiary")
    with op.batch_alter_table("backchannel_request", schema=None) as batch_op:
        batch_op.drop_index("ix_backchannel_request_authorisation")

    op.drop_table("backchannel_request")
    op.drop_table("trust_authority")
    with op.batch_alter_table("seen_once", schema=None) as batch_op:
        batch_op.drop_index("ix_seen_once_until")

    op.drop_table("seen_once")
    op.drop_table("psu_session")
    with op.batch_alter_table("payment_mandate", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_mandate_psu")

    op.drop_table("payment_mandate")
    op.drop_table("organisation")
    op.drop_table("idempotency_key")
    op.drop_table("event_feed")
    op.drop_table("funds_answer")
    op.drop_table("arranged")
    op.drop_table("trust_root")
    op.drop_table("bank_key")
