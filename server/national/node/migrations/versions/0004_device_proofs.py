"""When each device last did what it is there for, as at a centre: the node has the same tables of who may come in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the table."""
    op.create_table(
        "device_proofs",
        sa.Column("device", sa.Text, primary_key=True, comment="as it names itself on the wire, with the name of its token"),
        sa.Column("what", sa.Text, primary_key=True, comment="printed, shown, spoken or sounded"),
        sa.Column("token", sa.Text, nullable=False, comment="SHA-256 of the token that it came with"),
        sa.Column("at", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    )
