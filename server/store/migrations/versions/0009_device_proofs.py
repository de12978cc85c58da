"""When each device last proved that it works."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Makes the table of proofs."""
    op.create_table(
        "device_proofs",
        sa.Column("device", sa.Text, primary_key=True, comment="as it names itself on the wire, with the name of its token"),
        sa.Column("what", sa.Text, primary_key=True, comment="printed, shown, spoken or sounded"),
        sa.Column("token", sa.Text, nullable=False, comment="SHA-256 of the token that it came with"),
        sa.Column("at", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    )


def downgrade() -> None:
    """Not offered: a journal is never thrown away by a tool."""
    raise NotImplementedError("restore a backup instead")
