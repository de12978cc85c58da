"""Which days have sheets, and up to where, is found without their bodies."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Makes the index."""
    op.create_index("day_sheets_part", "day_sheets", ["part", "day", "position"])


def downgrade() -> None:
    """Not offered: a journal is never thrown away by a tool."""
    raise NotImplementedError("restore a backup instead")
