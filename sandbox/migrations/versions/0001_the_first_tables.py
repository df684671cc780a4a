"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "workspace",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("seed", sa.String(length=80), nullable=False),
        sa.Column("clock_mode", sa.String(length=8), nullable=False),
        sa.Column("clock_offset_seconds", sa.Float(), nullable=False),
        sa.Column("clock_frozen_at", sa.String(length=27), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
    )
    op.create_table(
        "account",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=56), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=True),
        sa.Column("bban", sa.String(length=30), nullable=True),
        sa.Column("masked_pan", sa.String(length=35), nullable=True),
        sa.Column("name", sa.String(length=70), nullable=False),
        sa.Column("product", sa.String(length=35), nullable=False),
        sa.Column("owner_name", sa.String(length=140), nullable=False),
        sa.Column("usage", sa.String(length=4), nullable=False),
        sa.Column("parent_id", sa.String(length=56), nullable=True),
        sa.Column("settlement_account_id", sa.String(length=56), nullable=True),
        sa.Column("credit_limit_minor", sa.BigInteger(), nullable=False),
        sa.Column("opened_on", sa.String(length=10), nullable=False),
        sa.Column("closed_on", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_account_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_account")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index("ix_account_iban", ["workspace_id", "bank_id", "iban"], unique=False)

    op.create_table(
        "app",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("key_hash", sa.String(length=44), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_app_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_app")),
    )
    op.create_table(
        "authorisation",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("approach", sa.String(length=10), nullable=False),
        sa.Column("explicit", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.Column("method_id", sa.String(length=40), nullable=True),
        sa.Column("codes_sent", sa.Integer(), nullable=False),
        sa.Column("password_attempts_left", sa.Integer(), nullable=False),
        sa.Column("code_attempts_left", sa.Integer(), nullable=False),
        sa.Column("link_hash", sa.String(length=44), nullable=False),
        sa.Column("redirect_ok", sa.Text(), nullable=True),
        sa.Column("redirect_nok", sa.Text(), nullable=True),
        sa.Column("chosen_accounts", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_authorisation_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_authorisation")),
    )
    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.create_index("ix_authorisation_psu", ["workspace_id", "bank_id", "person_id"], unique=False)
        batch_op.create_index("ix_authorisation_subject", ["workspace_id", "subject_id"], unique=False)

    op.create_table(
        "book",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("is_world", sa.Boolean(), nullable=False),
        sa.Column("booked_minor", sa.BigInteger(), nullable=False),
        sa.Column("pending_minor", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_book_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "account_id", name=op.f("pk_book")),
    )
    op.create_table(
        "consent",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("tpp_name", sa.String(length=140), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("recurring", sa.Boolean(), nullable=False),
        sa.Column("valid_until", sa.String(length=10), nullable=False),
        sa.Column("frequency_per_day", sa.Integer(), nullable=False),
        sa.Column("combined_service", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("last_action_on", sa.String(length=10), nullable=False),
        sa.Column("authorised_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_consent_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index("ix_consent_psu", ["workspace_id", "bank_id", "person_id"], unique=False)

    op.create_table(
        "customer",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("national_id", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=140), nullable=False),
        sa.Column("born_on", sa.String(length=10), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("sca_method_ids", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_customer_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "bank_id", "person_id", name=op.f("pk_customer")),
    )
    op.create_table(
        "household",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("grown_to", sa.String(length=27), nullable=False),
        sa.Column("next_due", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_household_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_household")),
    )
    op.create_table(
        "member",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("joined_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_member_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_member")),
    )
    op.create_table(
        "consent_access",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("consent_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("endpoint", sa.String(length=200), nullable=False),
        sa.Column("resource", sa.String(length=120), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "consent_id"],
            ["consent.workspace_id", "consent.id"],
            name=op.f("fk_consent_access_workspace_id_consent_id"),
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "consent_id", "day", "endpoint", "resource", name=op.f("pk_consent_access")
        ),
    )
    op.create_table(
        "consent_account",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("consent_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("balances", sa.Boolean(), nullable=False),
        sa.Column("transactions", sa.Boolean(), nullable=False),
        sa.Column("owner_name", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["account.workspace_id", "account.id"],
            name=op.f("fk_consent_account_workspace_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "consent_id"],
            ["consent.workspace_id", "consent.id"],
            name=op.f("fk_consent_account_workspace_id_consent_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "consent_id", "account_id", name=op.f("pk_consent_account")),
    )
    op.create_table(
        "holder",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=False),
        sa.Column("role", sa.String(length=9), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["account.workspace_id", "account.id"],
            name=op.f("fk_holder_workspace_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "bank_id", "person_id"],
            ["customer.workspace_id", "customer.bank_id", "customer.person_id"],
            name=op.f("fk_holder_workspace_id_bank_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "bank_id", "person_id", "account_id", name=op.f("pk_holder")),
    )
    op.create_table(
        "line",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=False),
        sa.Column("booked_on", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.String(length=24), nullable=False),
        sa.Column("transfer_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("value_on", sa.String(length=10), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=14), nullable=False),
        sa.Column("proprietary_code", sa.String(length=35), nullable=False),
        sa.Column("party_name", sa.String(length=140), nullable=True),
        sa.Column("party_account", sa.String(length=34), nullable=True),
        sa.Column("party_bic", sa.String(length=11), nullable=True),
        sa.Column("remittance", sa.Text(), nullable=True),
        sa.Column("reference", sa.String(length=35), nullable=True),
        sa.Column("reference_type", sa.String(length=8), nullable=True),
        sa.Column("end_to_end_id", sa.String(length=35), nullable=True),
        sa.Column("mandate_id", sa.String(length=35), nullable=True),
        sa.Column("creditor_id", sa.String(length=35), nullable=True),
        sa.Column("mcc", sa.String(length=4), nullable=True),
        sa.Column("card", sa.String(length=35), nullable=True),
        sa.Column("exchange", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["book.workspace_id", "book.account_id"],
            name=op.f("fk_line_workspace_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "account_id", "booked_on", "seq", name=op.f("pk_line")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("line", schema=None) as batch_op:
        batch_op.create_index("ux_line_entry", ["workspace_id", "account_id", "entry_id"], unique=True)

    op.create_table(
        "pending",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=False),
        sa.Column("entry_id", sa.String(length=24), nullable=False),
        sa.Column("expected_on", sa.String(length=10), nullable=False),
        sa.Column("transfer_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("value_on", sa.String(length=10), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=14), nullable=False),
        sa.Column("proprietary_code", sa.String(length=35), nullable=False),
        sa.Column("party_name", sa.String(length=140), nullable=True),
        sa.Column("party_account", sa.String(length=34), nullable=True),
        sa.Column("party_bic", sa.String(length=11), nullable=True),
        sa.Column("remittance", sa.Text(), nullable=True),
        sa.Column("reference", sa.String(length=35), nullable=True),
        sa.Column("reference_type", sa.String(length=8), nullable=True),
        sa.Column("end_to_end_id", sa.String(length=35), nullable=True),
        sa.Column("mandate_id", sa.String(length=35), nullable=True),
        sa.Column("creditor_id", sa.String(length=35), nullable=True),
        sa.Column("mcc", sa.String(length=4), nullable=True),
        sa.Column("card", sa.String(length=35), nullable=True),
        sa.Column("exchange", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["book.workspace_id", "book.account_id"],
            name=op.f("fk_pending_workspace_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "account_id", "entry_id", name=op.f("pk_pending")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "transfer",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("pending_id", sa.String(length=40), nullable=True),
        sa.Column("debit_account_id", sa.String(length=56), nullable=False),
        sa.Column("credit_account_id", sa.String(length=56), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_transfer_amount_is_positive")),
        sa.CheckConstraint("debit_account_id <> credit_account_id", name=op.f("ck_transfer_two_accounts")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "credit_account_id"],
            ["book.workspace_id", "book.account_id"],
            name=op.f("fk_transfer_workspace_id_credit_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "debit_account_id"],
            ["book.workspace_id", "book.account_id"],
            name=op.f("fk_transfer_workspace_id_debit_account_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_transfer")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("transfer")
    op.drop_table("pending")
    with op.batch_alter_table("line", schema=None) as batch_op:
        batch_op.drop_index("ux_line_entry")

    op.drop_table("line")
    op.drop_table("holder")
    op.drop_table("consent_account")
    op.drop_table("consent_access")
    op.drop_table("member")
    op.drop_table("household")
    op.drop_table("customer")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index("ix_consent_psu")

    op.drop_table("consent")
    op.drop_table("book")
    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.drop_index("ix_authorisation_subject")
        batch_op.drop_index("ix_authorisation_psu")

    op.drop_table("authorisation")
    op.drop_table("app")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index("ix_account_iban")

    op.drop_table("account")
    op.drop_table("workspace")
