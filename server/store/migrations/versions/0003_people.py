"""PINs, single sign-on, people who may not come in; sessions that know their place; workstations."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds columns to accounts and sessions, and the table of workstations."""
    op.add_column("accounts", sa.Column("pin", sa.Text, comment="Argon2id; null: has none"))
    op.add_column("accounts", sa.Column("sso", sa.Text, comment="who it is at the single sign-on; null: nobody"))
    op.add_column("accounts", sa.Column("off", sa.Integer, nullable=False, server_default="0", comment="1: may not come in"))
    op.create_index("accounts_sso", "accounts", ["sso"], unique=True)
    for column in (
        sa.Column("since", sa.BigInteger, nullable=False, server_default="0", comment="microseconds since 1970, UTC"),
        sa.Column("way", sa.Text, nullable=False, server_default="password", comment="password, pin or sso"),
        sa.Column("station", sa.Text, comment="SHA-256 of the workstation's cookie"),
        sa.Column("place", sa.Text, comment="address and browser, for people"),
        sa.Column("locked", sa.Integer, nullable=False, server_default="0"),
    ):
        op.add_column("sessions", column)
    op.create_table(
        "stations",
        sa.Column("station", sa.Text, primary_key=True, comment="SHA-256 of the workstation's cookie"),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("proved", sa.BigInteger, nullable=False, comment="the last password there; microseconds since 1970, UTC"),
        sa.Column("wrong", sa.Integer, nullable=False, comment="wrong PINs since the last right one"),
        sa.Column("wrong_at", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    )


def downgrade() -> None:
    """Not offered: a journal is never thrown away by a tool."""
    raise NotImplementedError("restore a backup instead")
