"""Rows that were damaged and came whole, marks of months by the node's own clock, and people's own filters."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Adds them; what came damaged and was sent again refuses UPDATE and DELETE like the record itself."""
    op.add_column(
        "centres",
        sa.Column(
            "month_told", sa.Text, server_default="", nullable=False, comment="the last month of which `month_heads` has a row"
        ),
    )
    op.create_table(
        "mended",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("position", _BIG, autoincrement=False, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False, comment="the same as that of the damaged row, and right for this one"),
        sa.Column("received", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.PrimaryKeyConstraint("centre", "epoch", "position"),
    )
    op.create_table(
        "month_heads",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False, comment="a month that was over by our clock when the centre was heard"),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("head", _BIG, nullable=False, comment="its last record then: none of the month comes after it"),
        sa.Column("noted", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.PrimaryKeyConstraint("centre", "month", "epoch"),
    )
    op.create_table(
        "looks",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False, comment="the filter as it stands in the address of the page"),
        sa.PrimaryKeyConstraint("account", "name"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER mended_no_{verb.lower()} BEFORE {verb} ON mended "
                "BEGIN SELECT RAISE(ABORT, 'mended is append-only'); END"
            )
        return
    op.execute("CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON mended FOR EACH ROW EXECUTE FUNCTION append_only()")
    op.execute("CREATE TRIGGER keep_all BEFORE TRUNCATE ON mended FOR EACH STATEMENT EXECUTE FUNCTION append_only()")


def downgrade() -> None:
    """Not offered: the record is never thrown away by a tool."""
    raise NotImplementedError("restore a backup instead")
