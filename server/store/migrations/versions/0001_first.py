"""The first schema: journal, visits, replies, people and devices; journal and replies refuse UPDATE and DELETE."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEPT = ("journal", "replies")


def upgrade() -> None:
    """Makes the tables and their guards."""
    position = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "journal",
        sa.Column("position", position, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False, comment="the event as JSON, byte for byte what the hash covers"),
        sa.Column("hash", sa.Text, nullable=False, comment="SHA-256 over the previous hash and this row"),
    )
    op.create_index("journal_type", "journal", ["type", "position"])
    op.create_table(
        "visits",
        sa.Column("visit", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("series", sa.Text),
        sa.Column("n", sa.Integer),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("counter", sa.Text),
        sa.Column("issued", sa.BigInteger, nullable=False),
        sa.Column("called", sa.BigInteger),
        sa.Column("served", sa.BigInteger),
        sa.Column("ended", sa.BigInteger),
        sa.Column("end", sa.Text),
        sa.Column("position", sa.BigInteger, nullable=False, comment="journal position of the last change"),
        sa.Column("data", sa.Text, nullable=False, comment="the whole visit as JSON"),
        sa.UniqueConstraint("day", "series", "n", name="visits_number"),
    )
    op.create_index("visits_position", "visits", ["position"])
    op.create_table(
        "replies",
        sa.Column("command", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
    )
    op.create_table(
        "accounts",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("display", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False, comment="Argon2id"),
    )
    op.create_table(
        "sessions",
        sa.Column("token", sa.Text, primary_key=True, comment="SHA-256 of the cookie"),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("csrf", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    )
    op.create_table(
        "devices",
        sa.Column("token", sa.Text, primary_key=True, comment="SHA-256 of the bearer token"),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
    )
    for table in _KEPT:
        _guard(table)


def downgrade() -> None:
    """Not offered: a journal is never thrown away by a tool."""
    raise NotImplementedError("restore a backup instead")


def _guard(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
    )
