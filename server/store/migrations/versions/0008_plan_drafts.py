"""Plans that managers are working on."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Makes the table of drafts."""
    op.create_table(
        "plan_drafts",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False, comment="the last change; microseconds since 1970, UTC"),
        sa.Column("version", sa.BigInteger, nullable=False, comment="of the plan that it was made from"),
        sa.Column("base", sa.Text, nullable=False, comment="the file of that plan as JSON"),
        sa.Column("data", sa.Text, nullable=False, comment="the file as it is to be, as JSON"),
    )


def downgrade() -> None:
    """Not offered: a journal is never thrown away by a tool."""
    raise NotImplementedError("restore a backup instead")
