"""Everything as it first was"""

import sqlalchemy as sa
from alembic import op

from sambung.core import search_index
from sambung.kit import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_name"), ["name"], unique=False)

    op.create_table(
        "account_seq",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_account_seq")),
        postgresql_with={"fillfactor": 20},
    )
    op.create_table(
        "api_key",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_by", columns.Id(), nullable=True),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("last_used_at", columns.Instant(), nullable=True),
        sa.Column("revoked_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_api_key")),
    )
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.create_index("uq_api_key_token", ["token"], unique=True)

    op.create_table(
        "attachment",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("message", columns.Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("mime", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("file", columns.Id(), nullable=True),
        sa.Column("variant", columns.Id(), nullable=True),
        sa.Column("source", columns.Json(), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("content_id", sa.String(length=255), nullable=False),
        sa.Column("voice", sa.Boolean(), nullable=False),
        sa.Column("failure", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attachment_file",
            ["account", "file"],
            unique=False,
            sqlite_where=sa.text("file is not null"),
            postgresql_where=sa.text("file is not null"),
        )
        batch_op.create_index(
            "ix_attachment_message", ["account", "message", "position"], unique=False
        )
        batch_op.create_index(
            "ix_attachment_variant",
            ["account", "variant"],
            unique=False,
            sqlite_where=sa.text("variant is not null"),
            postgresql_where=sa.text("variant is not null"),
        )

    op.create_table(
        "audit_entry",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("actor_type", sa.String(length=16), nullable=False),
        sa.Column("actor", columns.Id(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", columns.Id(), nullable=True),
        sa.Column("slot", sa.String(length=16), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("detail", columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_subject", ["account", "subject", "id"], unique=False)
        batch_op.create_index(
            "uq_audit_entry_slot", ["account", "subject", "actor", "action", "slot"], unique=True
        )

    op.create_table(
        "bucket",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "key", name=op.f("pk_bucket")),
    )
    op.create_table(
        "bulk",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("by_id", columns.Id(), nullable=True),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("before", columns.Json(), nullable=False),
        sa.Column("undone_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_bulk")),
    )
    op.create_table(
        "closure",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("conversation", columns.Id(), nullable=False),
        sa.Column("by_type", sa.String(length=16), nullable=False),
        sa.Column("by_id", columns.Id(), nullable=True),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "conversation", name=op.f("pk_closure")),
    )
    op.create_table(
        "connection",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("config", columns.Json(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("problem", columns.Json(), nullable=True),
        sa.Column("listen_state", columns.Json(), nullable=False),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("removed_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_connection")),
    )
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.create_index("ix_connection_id", ["id"], unique=True)

    op.create_table(
        "connection_check",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("connection", columns.Id(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "connection", name=op.f("pk_connection_check")),
    )
    op.create_table(
        "connection_traffic",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("connection", columns.Id(), nullable=False),
        sa.Column("last_in_at", columns.Instant(), nullable=True),
        sa.Column("last_out_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("account", "connection", name=op.f("pk_connection_traffic")),
    )
    op.create_table(
        "consent",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("customer", columns.Id(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("connection", columns.Id(), nullable=True),
        sa.Column("key", sa.String(length=512), nullable=True),
        sa.Column("until", columns.Instant(), nullable=True),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index("ix_consent_customer", ["account", "customer", "at"], unique=False)
        batch_op.create_index("uq_consent_key", ["account", "key"], unique=True)

    op.create_table(
        "conversation",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("customer", columns.Id(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("assignee", columns.Id(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("tag", sa.String(length=32), nullable=False),
        sa.Column("opened_at", columns.Instant(), nullable=False),
        sa.Column("last_at", columns.Instant(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("last_message", columns.Id(), nullable=True),
        sa.Column("waiting_since", columns.Instant(), nullable=True),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("merged_into", columns.Id(), nullable=True),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_conversation")),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_conversation_customer", ["account", "customer", "last_at"], unique=False
        )
        batch_op.create_index(
            "ix_conversation_list",
            ["account", "status", "last_at", "id", "merged_into"],
            unique=False,
            sqlite_where=sa.text("merged_into IS NULL"),
            postgresql_where=sa.text("merged_into IS NULL"),
        )
        batch_op.create_index(
            "ix_conversation_mine",
            ["account", "status", "assignee", "last_at", "id", "merged_into"],
            unique=False,
            sqlite_where=sa.text("merged_into IS NULL"),
            postgresql_where=sa.text("merged_into IS NULL"),
        )
        batch_op.create_index(
            "ix_conversation_priority",
            ["account", "priority", "status", "last_at", "id"],
            unique=False,
            sqlite_where=sa.text("priority > 0"),
            postgresql_where=sa.text("priority > 0"),
        )
        batch_op.create_index("uq_conversation_tag", ["account", "tag"], unique=True)

    op.create_table(
        "conversation_label",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("conversation", columns.Id(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint(
            "account", "conversation", "label", name=op.f("pk_conversation_label")
        ),
    )
    with op.batch_alter_table("conversation_label", schema=None) as batch_op:
        batch_op.create_index(
            "ix_conversation_label", ["account", "label", "conversation"], unique=False
        )

    op.create_table(
        "conversation_merge",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("survivor", columns.Id(), nullable=False),
        sa.Column("absorbed", columns.Id(), nullable=False),
        sa.Column("moved", columns.Json(), nullable=False),
        sa.Column("by_type", sa.String(length=16), nullable=False),
        sa.Column("by_id", columns.Id(), nullable=True),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("undone_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_conversation_merge")),
    )
    with op.batch_alter_table("conversation_merge", schema=None) as batch_op:
        batch_op.create_index(
            "ix_conversation_merge_survivor", ["account", "survivor"], unique=False
        )

    op.create_table(
        "customer",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("root", columns.Id(), nullable=False),
        sa.Column("merged_into", columns.Id(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("last_at", columns.Instant(), nullable=False),
        sa.Column("erased_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_customer")),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index("ix_customer_last", ["account", "last_at", "id"], unique=False)
        batch_op.create_index("ix_customer_name", ["account", "name_key"], unique=False)
        batch_op.create_index("ix_customer_root", ["account", "root"], unique=False)

    op.create_table(
        "draft",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("user", columns.Id(), nullable=False),
        sa.Column("conversation", columns.Id(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("connection", columns.Id(), nullable=True),
        sa.Column("updated_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "user", "conversation", "mode", name=op.f("pk_draft")),
    )
    op.create_table(
        "event",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("actor_type", sa.String(length=16), nullable=False),
        sa.Column("actor_id", columns.Id(), nullable=True),
        sa.Column("data", columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("account", "position", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_type", ["account", "type", "position"], unique=False)

    op.create_table(
        "file",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("mime", sa.String(length=128), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("thumbnail", sa.String(length=128), nullable=False),
        sa.Column("by_type", sa.String(length=16), nullable=False),
        sa.Column("by_id", columns.Id(), nullable=True),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_file")),
    )
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.create_index("ix_file_at", ["account", "at"], unique=False)

    op.create_table(
        "idempotency_key",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("account", "key", name=op.f("pk_idempotency_key")),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index("ix_idempotency_key_at", ["at"], unique=False)

    op.create_table(
        "identity",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=320), nullable=False),
        sa.Column("scope", sa.String(length=320), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("customer", columns.Id(), nullable=False),
        sa.Column("evidence", sa.String(length=32), nullable=False),
        sa.Column("added_at", columns.Instant(), nullable=False),
        sa.Column("last_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_identity")),
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index("ix_identity_customer", ["account", "customer"], unique=False)
        batch_op.create_index(
            "uq_identity_key", ["account", "value", "kind", "scope", "level"], unique=True
        )

    op.create_table(
        "job",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("queue", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.String(length=100), nullable=True),
        sa.Column("run_at", columns.Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", columns.Instant(), nullable=True),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("dedupe", sa.String(length=200), nullable=True),
        sa.Column("args", columns.Json(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("died_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(
            "ix_job_died",
            ["account", "died_at"],
            unique=False,
            sqlite_where=sa.text("died_at is not null"),
            postgresql_where=sa.text("died_at is not null"),
        )
        batch_op.create_index(
            "ix_job_due",
            ["queue", "run_at"],
            unique=False,
            sqlite_where=sa.text("lease_until is null and died_at is null"),
            postgresql_where=sa.text("lease_until is null and died_at is null"),
        )
        batch_op.create_index(
            "ix_job_lane",
            ["lane", "id"],
            unique=False,
            sqlite_where=sa.text("lane is not null and died_at is null"),
            postgresql_where=sa.text("lane is not null and died_at is null"),
        )
        batch_op.create_index(
            "ix_job_lease",
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("lease_until is not null"),
            postgresql_where=sa.text("lease_until is not null"),
        )
        batch_op.create_index("uq_job_dedupe", ["account", "dedupe"], unique=True)

    op.create_table(
        "label",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("colour", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("account", "name", name=op.f("pk_label")),
    )
    op.create_table(
        "merge",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("survivor", columns.Id(), nullable=False),
        sa.Column("absorbed", columns.Id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", columns.Json(), nullable=False),
        sa.Column("by_type", sa.String(length=16), nullable=False),
        sa.Column("by_id", columns.Id(), nullable=True),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("undone_at", columns.Instant(), nullable=True),
        sa.Column("undone_by", columns.Id(), nullable=True),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_merge")),
    )
    with op.batch_alter_table("merge", schema=None) as batch_op:
        batch_op.create_index("ix_merge_absorbed", ["account", "absorbed"], unique=False)
        batch_op.create_index("ix_merge_survivor", ["account", "survivor"], unique=False)

    op.create_table(
        "message",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("conversation", columns.Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("connection", columns.Id(), nullable=True),
        sa.Column("identity", columns.Id(), nullable=True),
        sa.Column("author_type", sa.String(length=16), nullable=False),
        sa.Column("author_id", columns.Id(), nullable=True),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("received_at", columns.Instant(), nullable=False),
        sa.Column("provider_id", sa.String(length=512), nullable=True),
        sa.Column("provider_at", columns.Instant(), nullable=True),
        sa.Column("client_id", sa.String(length=128), nullable=True),
        sa.Column("reply_to", columns.Id(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=True),
        sa.Column("failure", columns.Json(), nullable=True),
        sa.Column("warnings", columns.Json(), nullable=False),
        sa.Column("extra", columns.Json(), nullable=False),
        sa.Column("reactions", columns.Json(), nullable=False),
        sa.Column("edits", columns.Json(), nullable=False),
        sa.Column("edited_at", columns.Instant(), nullable=True),
        sa.Column("deleted_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_identity", ["account", "identity", "at"], unique=False)
        batch_op.create_index(
            "ix_message_seen",
            ["account", "conversation", "connection", "direction", "position"],
            unique=False,
        )
        batch_op.create_index(
            "ix_message_status",
            ["account", "connection", "status", "at"],
            unique=False,
            sqlite_where=sa.text("status is not null"),
            postgresql_where=sa.text("status is not null"),
        )
        batch_op.create_index(
            "ix_message_thread", ["account", "conversation", "at", "id"], unique=False
        )
        batch_op.create_index(
            "uq_message_client", ["account", "conversation", "client_id"], unique=True
        )
        batch_op.create_index(
            "uq_message_provider", ["account", "connection", "provider_id"], unique=True
        )

    op.create_table(
        "message_part",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("connection", columns.Id(), nullable=False),
        sa.Column("provider_id", sa.String(length=512), nullable=False),
        sa.Column("message", columns.Id(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account", "connection", "provider_id", name=op.f("pk_message_part")
        ),
    )
    with op.batch_alter_table("message_part", schema=None) as batch_op:
        batch_op.create_index("ix_message_part", ["account", "message"], unique=False)

    op.create_table(
        "notice",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("connection", columns.Id(), nullable=False),
        sa.Column("key", sa.String(length=512), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("detail", columns.Json(), nullable=False),
        sa.Column("alert", sa.Boolean(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notice_connection", ["account", "connection", "at", "id"], unique=False
        )
        batch_op.create_index("uq_notice_key", ["account", "connection", "key"], unique=True)

    op.create_table(
        "parked",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("connection", columns.Id(), nullable=False),
        sa.Column("target", sa.String(length=512), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("item", columns.Json(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_parked")),
    )
    with op.batch_alter_table("parked", schema=None) as batch_op:
        batch_op.create_index("ix_parked_at", ["at"], unique=False)
        batch_op.create_index(
            "ix_parked_target", ["account", "connection", "target", "id"], unique=False
        )

    op.create_table(
        "reach",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("connection", columns.Id(), nullable=False),
        sa.Column("identity", columns.Id(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("last_in_at", columns.Instant(), nullable=False),
        sa.Column("window_ends_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("account", "connection", "identity", name=op.f("pk_reach")),
    )
    with op.batch_alter_table("reach", schema=None) as batch_op:
        batch_op.create_index("ix_reach_identity", ["account", "identity"], unique=False)

    op.create_table(
        "read_marker",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("user", columns.Id(), nullable=False),
        sa.Column("conversation", columns.Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", "user", "conversation", name=op.f("pk_read_marker")),
    )
    op.create_table(
        "reader_cursor",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("reader", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "reader", name=op.f("pk_reader_cursor")),
    )
    op.create_table(
        "search_doc",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("doc", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("about", columns.Id(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "doc", name=op.f("pk_search_doc")),
    )
    with op.batch_alter_table("search_doc", schema=None) as batch_op:
        batch_op.create_index("uq_search_doc_about", ["account", "about", "kind"], unique=True)

    op.create_table(
        "search_space",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_search_space")),
        sa.UniqueConstraint("number", name=op.f("uq_search_space_number")),
    )
    op.create_table(
        "session",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("user", columns.Id(), nullable=False),
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("seen_at", columns.Instant(), nullable=False),
        sa.Column("expires_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_session")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index("ix_session_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_session_user", ["account", "user"], unique=False)
        batch_op.create_index("uq_session_token", ["token"], unique=True)

    op.create_table(
        "sign_in_attempts",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", columns.Instant(), nullable=False),
        sa.Column("blocked_until", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_attempts")),
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempts_last_at", ["last_at"], unique=False)

    op.create_table(
        "snooze",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("conversation", columns.Id(), nullable=False),
        sa.Column("until", columns.Instant(), nullable=False),
        sa.Column("by_id", columns.Id(), nullable=True),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "conversation", name=op.f("pk_snooze")),
    )
    op.create_table(
        "suggestion",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("one", columns.Id(), nullable=False),
        sa.Column("other", columns.Id(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("evidence", columns.Json(), nullable=False),
        sa.Column("made_at", columns.Instant(), nullable=False),
        sa.Column("dismissed_at", columns.Instant(), nullable=True),
        sa.Column("dismissed_by", columns.Id(), nullable=True),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_suggestion")),
    )
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.create_index("ix_suggestion_other", ["account", "other"], unique=False)
        batch_op.create_index("uq_suggestion_pair", ["account", "one", "other"], unique=True)

    op.create_table(
        "unrecorded",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("connection", columns.Id(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("item", columns.Json(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_unrecorded")),
    )
    with op.batch_alter_table("unrecorded", schema=None) as batch_op:
        batch_op.create_index(
            "ix_unrecorded_connection", ["account", "connection", "id"], unique=False
        )

    op.create_table(
        "user",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("preferences", columns.Json(), nullable=False),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_user")),
    )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.create_index("uq_user_email", ["email"], unique=True)

    op.create_table(
        "visitor_session",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("connection", columns.Id(), nullable=False),
        sa.Column("token", sa.LargeBinary(length=32), nullable=False),
        sa.Column("handles", columns.Json(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("claims", columns.Json(), nullable=False),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("seen_at", columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_visitor_session")),
    )
    with op.batch_alter_table("visitor_session", schema=None) as batch_op:
        batch_op.create_index("ix_visitor_session_seen_at", ["seen_at"], unique=False)
        batch_op.create_index("uq_visitor_session_token", ["account", "token"], unique=True)

    op.create_table(
        "webhook",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("types", columns.Json(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("created_at", columns.Instant(), nullable=False),
        sa.Column("made_by", columns.Id(), nullable=True),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("account", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("webhook", columns.Id(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("at", columns.Instant(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=500), nullable=False),
        sa.Column("last_at", columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("account", "id", name=op.f("pk_webhook_delivery")),
    )
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_delivery_at", ["at"], unique=False)
        batch_op.create_index(
            "uq_webhook_delivery", ["account", "webhook", "position"], unique=True
        )
    search_index.create(op.get_bind())


def downgrade() -> None:
    search_index.drop(op.get_bind())
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.drop_index("uq_webhook_delivery")
        batch_op.drop_index("ix_webhook_delivery_at")

    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    with op.batch_alter_table("visitor_session", schema=None) as batch_op:
        batch_op.drop_index("uq_visitor_session_token")
        batch_op.drop_index("ix_visitor_session_seen_at")

    op.drop_table("visitor_session")
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_index("uq_user_email")

    op.drop_table("user")
    with op.batch_alter_table("unrecorded", schema=None) as batch_op:
        batch_op.drop_index("ix_unrecorded_connection")

    op.drop_table("unrecorded")
    with op.batch_alter_table("suggestion", schema=None) as batch_op:
        batch_op.drop_index("uq_suggestion_pair")
        batch_op.drop_index("ix_suggestion_other")

    op.drop_table("suggestion")
    op.drop_table("snooze")
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempts_last_at")

    op.drop_table("sign_in_attempts")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index("uq_session_token")
        batch_op.drop_index("ix_session_user")
        batch_op.drop_index("ix_session_expires_at")

    op.drop_table("session")
    op.drop_table("search_space")
    with op.batch_alter_table("search_doc", schema=None) as batch_op:
        batch_op.drop_index("uq_search_doc_about")

    op.drop_table("search_doc")
    op.drop_table("reader_cursor")
    op.drop_table("read_marker")
    with op.batch_alter_table("reach", schema=None) as batch_op:
        batch_op.drop_index("ix_reach_identity")

    op.drop_table("reach")
    with op.batch_alter_table("parked", schema=None) as batch_op:
        batch_op.drop_index("ix_parked_target")
        batch_op.drop_index("ix_parked_at")

    op.drop_table("parked")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("uq_notice_key")
        batch_op.drop_index("ix_notice_connection")

    op.drop_table("notice")
    with op.batch_alter_table("message_part", schema=None) as batch_op:
        batch_op.drop_index("ix_message_part")

    op.drop_table("message_part")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("uq_message_provider")
        batch_op.drop_index("uq_message_client")
        batch_op.drop_index("ix_message_thread")
        batch_op.drop_index(
            "ix_message_status",
            sqlite_where=sa.text("status is not null"),
            postgresql_where=sa.text("status is not null"),
        )
        batch_op.drop_index("ix_message_seen")
        batch_op.drop_index("ix_message_identity")

    op.drop_table("message")
    with op.batch_alter_table("merge", schema=None) as batch_op:
        batch_op.drop_index("ix_merge_survivor")
        batch_op.drop_index("ix_merge_absorbed")

    op.drop_table("merge")
    op.drop_table("label")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("uq_job_dedupe")
        batch_op.drop_index(
            "ix_job_lease",
            sqlite_where=sa.text("lease_until is not null"),
            postgresql_where=sa.text("lease_until is not null"),
        )
        batch_op.drop_index(
            "ix_job_lane",
            sqlite_where=sa.text("lane is not null and died_at is null"),
            postgresql_where=sa.text("lane is not null and died_at is null"),
        )
        batch_op.drop_index(
            "ix_job_due",
            sqlite_where=sa.text("lease_until is null and died_at is null"),
            postgresql_where=sa.text("lease_until is null and died_at is null"),
        )
        batch_op.drop_index(
            "ix_job_died",
            sqlite_where=sa.text("died_at is not null"),
            postgresql_where=sa.text("died_at is not null"),
        )

    op.drop_table("job")
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_index("uq_identity_key")
        batch_op.drop_index("ix_identity_customer")

    op.drop_table("identity")
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.drop_index("ix_idempotency_key_at")

    op.drop_table("idempotency_key")
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.drop_index("ix_file_at")

    op.drop_table("file")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_type")

    op.drop_table("event")
    op.drop_table("draft")
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.drop_index("ix_customer_root")
        batch_op.drop_index("ix_customer_name")
        batch_op.drop_index("ix_customer_last")

    op.drop_table("customer")
    with op.batch_alter_table("conversation_merge", schema=None) as batch_op:
        batch_op.drop_index("ix_conversation_merge_survivor")

    op.drop_table("conversation_merge")
    with op.batch_alter_table("conversation_label", schema=None) as batch_op:
        batch_op.drop_index("ix_conversation_label")

    op.drop_table("conversation_label")
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_index("uq_conversation_tag")
        batch_op.drop_index(
            "ix_conversation_priority",
            sqlite_where=sa.text("priority > 0"),
            postgresql_where=sa.text("priority > 0"),
        )
        batch_op.drop_index(
            "ix_conversation_mine",
            sqlite_where=sa.text("merged_into IS NULL"),
            postgresql_where=sa.text("merged_into IS NULL"),
        )
        batch_op.drop_index(
            "ix_conversation_list",
            sqlite_where=sa.text("merged_into IS NULL"),
            postgresql_where=sa.text("merged_into IS NULL"),
        )
        batch_op.drop_index("ix_conversation_customer")

    op.drop_table("conversation")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index("uq_consent_key")
        batch_op.drop_index("ix_consent_customer")

    op.drop_table("consent")
    op.drop_table("connection_traffic")
    op.drop_table("connection_check")
    with op.batch_alter_table("connection", schema=None) as batch_op:
        batch_op.drop_index("ix_connection_id")

    op.drop_table("connection")
    op.drop_table("closure")
    op.drop_table("bulk")
    op.drop_table("bucket")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("uq_audit_entry_slot")
        batch_op.drop_index("ix_audit_entry_subject")

    op.drop_table("audit_entry")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_attachment_variant",
            sqlite_where=sa.text("variant is not null"),
            postgresql_where=sa.text("variant is not null"),
        )
        batch_op.drop_index("ix_attachment_message")
        batch_op.drop_index(
            "ix_attachment_file",
            sqlite_where=sa.text("file is not null"),
            postgresql_where=sa.text("file is not null"),
        )

    op.drop_table("attachment")
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.drop_index("uq_api_key_token")

    op.drop_table("api_key")
    op.drop_table("account_seq")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_name"))

    op.drop_table("account")
