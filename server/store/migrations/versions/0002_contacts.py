"""Contacts of appointments, in a table of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "contacts",
        sa.Column("appointment", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Not offered: a journal is never thrown away by a tool."""
    raise NotImplementedError("restore a backup instead")
