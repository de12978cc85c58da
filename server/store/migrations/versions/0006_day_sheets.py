"""Day sheets: what reports need of every day that is over."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "day_sheets",
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("part", sa.Text, primary_key=True, comment="words, or which columns of server.reports.sheet"),
        sa.Column("position", sa.BigInteger, nullable=False, comment="of the last change of a visit that it knows"),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Not offered: a journal is never thrown away by a tool."""
    raise NotImplementedError("restore a backup instead")
