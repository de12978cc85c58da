"""Words for the visitors' network, and applications that came on paper."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Makes both tables."""
    op.create_table(
        "vouchers",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("n", sa.BigInteger, nullable=False, comment="its place in the list"),
        sa.Column("added", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("paper", sa.Text, comment="the slip on which it was given; null: not given yet"),
    )
    op.create_table(
        "intakes",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("counts", sa.Text, nullable=False, comment="documents by kind, as JSON"),
        sa.Column("handed", sa.BigInteger, comment="microseconds since 1970, UTC; null: still here"),
        sa.Column("handed_by", sa.Text),
    )
    op.create_index("intakes_here", "intakes", ["handed", "institution", "day"])


def downgrade() -> None:
    """Not offered: a journal is never thrown away by a tool."""
    raise NotImplementedError("restore a backup instead")
