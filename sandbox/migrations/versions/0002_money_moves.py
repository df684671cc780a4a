"""Money moves."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "agenda",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_agenda_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_agenda")),
    )
    with op.batch_alter_table("agenda", schema=None) as batch_op:
        batch_op.create_index("ix_agenda_due", ["workspace_id", "at", "place", "id"], unique=False)

    op.create_table(
        "basket",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("tpp_name", sa.String(length=140), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_basket_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_basket")),
    )
    op.create_table(
        "event",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_event_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_subject", ["workspace_id", "subject_id"], unique=False)

    op.create_table(
        "funds_consent",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("tpp_name", sa.String(length=140), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=True),
        sa.Column("card_number", sa.String(length=35), nullable=True),
        sa.Column("card_expires_on", sa.String(length=10), nullable=True),
        sa.Column("card_information", sa.String(length=140), nullable=True),
        sa.Column("registration_information", sa.String(length=140), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("authorised_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_funds_consent_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_funds_consent")),
    )
    with op.batch_alter_table("funds_consent", schema=None) as batch_op:
        batch_op.create_index("ix_funds_consent_account", ["workspace_id", "account_id"], unique=False)
        batch_op.create_index("ix_funds_consent_psu", ["workspace_id", "bank_id", "person_id"], unique=False)

    op.create_table(
        "notification",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("standard", sa.String(length=40), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("sca", sa.Boolean(), nullable=False),
        sa.Column("process", sa.Boolean(), nullable=False),
        sa.Column("last", sa.Boolean(), nullable=False),
        sa.Column("accounts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_notification_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "subject_id", name=op.f("pk_notification")),
        info={"stays": True},
    )
    op.create_table(
        "payee_inquiry",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("is_bulk", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("ready_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_payee_inquiry_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_payee_inquiry")),
    )
    with op.batch_alter_table("payee_inquiry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_payee_inquiry_request", ["workspace_id", "bank_id", "app_id", "request_id"], unique=False
        )

    op.create_table(
        "payment",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("tpp_name", sa.String(length=140), nullable=False),
        sa.Column("service", sa.String(length=8), nullable=False),
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("product", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=4), nullable=True),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("debtor", sa.Text(), nullable=True),
        sa.Column("debtor_account_id", sa.String(length=56), nullable=True),
        sa.Column("requested_on", sa.String(length=10), nullable=True),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("schedule", sa.Text(), nullable=True),
        sa.Column("batch_booking", sa.Boolean(), nullable=True),
        sa.Column("reject_without_funds", sa.Boolean(), nullable=False),
        sa.Column("funds_available", sa.Boolean(), nullable=True),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=True),
        sa.Column("fingerprint", sa.String(length=44), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("accepted_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_payment_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_payment")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index("ix_payment_debtor", ["workspace_id", "debtor_account_id"], unique=False)
        batch_op.create_index(
            "ix_payment_print", ["workspace_id", "bank_id", "app_id", "fingerprint"], unique=False
        )
        batch_op.create_index(
            "ix_payment_request", ["workspace_id", "bank_id", "app_id", "request_id"], unique=False
        )

    op.create_table(
        "progression",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_progression_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "kind", name=op.f("pk_progression")),
    )
    op.create_table(
        "watched_account",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("book_id", sa.String(length=56), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=False),
        sa.Column("account_kind", sa.String(length=10), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_watched_account_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "book_id", "subject_id", "account_id", name=op.f("pk_watched_account")
        ),
        info={"stays": True},
    )
    op.create_table(
        "basket_member",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("basket_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "basket_id"],
            ["basket.workspace_id", "basket.id"],
            name=op.f("fk_basket_member_workspace_id_basket_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "basket_id", "position", name=op.f("pk_basket_member")),
    )
    with op.batch_alter_table("basket_member", schema=None) as batch_op:
        batch_op.create_index("ix_basket_member", ["workspace_id", "member_id"], unique=False)

    op.create_table(
        "credit_transfer",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=4), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("creditor_name", sa.String(length=140), nullable=False),
        sa.Column("creditor", sa.Text(), nullable=False),
        sa.Column("creditor_bic", sa.String(length=11), nullable=True),
        sa.Column("payee_outcome", sa.String(length=12), nullable=True),
        sa.Column("payee_name", sa.String(length=300), nullable=True),
        sa.Column("end_to_end_id", sa.String(length=35), nullable=True),
        sa.Column("remittance", sa.Text(), nullable=True),
        sa.Column("reference", sa.String(length=35), nullable=True),
        sa.Column("reference_type", sa.String(length=35), nullable=True),
        sa.Column("particulars", sa.Text(), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("debit_minor", sa.BigInteger(), nullable=True),
        sa.Column("fee_minor", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.String(length=24), nullable=True),
        sa.Column("arrives_at", sa.String(length=27), nullable=True),
        sa.Column("returned_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=4), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "payment_id"],
            ["payment.workspace_id", "payment.id"],
            name=op.f("fk_credit_transfer_workspace_id_payment_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "payment_id", "position", name=op.f("pk_credit_transfer")),
    )
    op.create_table(
        "delivery",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("standard", sa.String(length=40), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.String(length=27), nullable=False),
        sa.Column("claimed_until", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "event_id"],
            ["event.workspace_id", "event.id"],
            name=op.f("fk_delivery_workspace_id_event_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_delivery")),
        info={"stays": True},
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_due",
            ["workspace_id", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index("ix_delivery_event", ["workspace_id", "event_id"], unique=False)

    op.create_table(
        "delta_mark",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=56), nullable=False),
        sa.Column("book_id", sa.String(length=56), nullable=False),
        sa.Column("after_seq", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["account.workspace_id", "account.id"],
            name=op.f("fk_delta_mark_workspace_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "book_id"],
            ["book.workspace_id", "book.account_id"],
            name=op.f("fk_delta_mark_workspace_id_book_id"),
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "app_id", "person_id", "account_id", "book_id", name=op.f("pk_delta_mark")
        ),
    )
    op.create_table(
        "payment_step",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("payment_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=4), nullable=True),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "payment_id"],
            ["payment.workspace_id", "payment.id"],
            name=op.f("fk_payment_step_workspace_id_payment_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "payment_id", "place", name=op.f("pk_payment_step")),
    )
    op.create_table(
        "signing_secret",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "app_id"],
            ["app.workspace_id", "app.id"],
            name=op.f("fk_signing_secret_workspace_id_app_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "app_id", name=op.f("pk_signing_secret")),
    )
    op.create_table(
        "delivery_attempt",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("delivery_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "delivery_id"],
            ["delivery.workspace_id", "delivery.id"],
            name=op.f("fk_delivery_attempt_workspace_id_delivery_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "delivery_id", "number", name=op.f("pk_delivery_attempt")),
        info={"stays": True},
    )
    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.alter_column(
            "subject",
            existing_type=sa.VARCHAR(length=10),
            type_=sa.String(length=12),
            existing_nullable=False,
        )


def downgrade() -> None:
    """Take this revision back."""
    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.alter_column(
            "subject",
            existing_type=sa.String(length=12),
            type_=sa.VARCHAR(length=10),
            existing_nullable=False,
        )

    op.drop_table("delivery_attempt")
    op.drop_table("signing_secret")
    op.drop_table("payment_step")
    op.drop_table("delta_mark")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_event")
        batch_op.drop_index(
            "ix_delivery_due",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.drop_table("delivery")
    op.drop_table("credit_transfer")
    with op.batch_alter_table("basket_member", schema=None) as batch_op:
        batch_op.drop_index("ix_basket_member")

    op.drop_table("basket_member")
    op.drop_table("watched_account")
    op.drop_table("progression")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_request")
        batch_op.drop_index("ix_payment_print")
        batch_op.drop_index("ix_payment_debtor")

    op.drop_table("payment")
    with op.batch_alter_table("payee_inquiry", schema=None) as batch_op:
        batch_op.drop_index("ix_payee_inquiry_request")

    op.drop_table("payee_inquiry")
    op.drop_table("notification")
    with op.batch_alter_table("funds_consent", schema=None) as batch_op:
        batch_op.drop_index("ix_funds_consent_psu")
        batch_op.drop_index("ix_funds_consent_account")

    op.drop_table("funds_consent")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_subject")

    op.drop_table("event")
    op.drop_table("basket")
    with op.batch_alter_table("agenda", schema=None) as batch_op:
        batch_op.drop_index("ix_agenda_due")

    op.drop_table("agenda")
