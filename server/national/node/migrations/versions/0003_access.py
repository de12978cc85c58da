"""What the accounts of a centre have got, for the node has the same tables: second factors, paired devices, the log of access."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds columns to accounts and devices, and the tables of recovery codes and of the log."""
    op.add_column(
        "accounts", sa.Column("once", sa.BigInteger, comment="until when the password is a one-time code; null: it is not")
    )
    op.add_column("accounts", sa.Column("totp", sa.Text, comment="secret of the second factor in base 32; null: has none"))
    op.add_column("accounts", sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0", comment="last one used"))
    for column in (
        sa.Column(
            "only",
            sa.Text,
            nullable=False,
            server_default=sa.text("''"),
            comment="the one channel it may see; empty: all of its role",
        ),
        sa.Column("page", sa.Text, nullable=False, server_default=sa.text("''"), comment="the page that it opens, of a screen"),
        sa.Column("title", sa.Text, nullable=False, server_default=sa.text("''"), comment="what people call it"),
        sa.Column("paired", sa.BigInteger, nullable=False, server_default="0", comment="microseconds since 1970, UTC"),
        sa.Column("by", sa.Text, nullable=False, server_default=sa.text("''"), comment="the account that let it in"),
        sa.Column("seen", sa.BigInteger, nullable=False, server_default="0", comment="about the last time; microseconds"),
        sa.Column("place", sa.Text, nullable=False, server_default=sa.text("''"), comment="address and browser or program, then"),
        sa.Column("version", sa.Text, nullable=False, server_default=sa.text("''"), comment="of its program, then"),
        sa.Column("renewed", sa.Text, comment="SHA-256 of the token that takes the place of this one once it is used"),
        sa.Column("renew", sa.Integer, nullable=False, server_default="0", comment="1: it must fetch a new token"),
    ):
        op.add_column("devices", column)
    op.create_table(
        "recovery",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("code", sa.Text, nullable=False, comment="Argon2id"),
    )
    op.create_table(
        "access_log",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("actor", sa.Text, nullable=False, comment="the account or device that did it; server: the command line"),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False, comment="the account or device that it was done to"),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False, comment="address and browser"),
    )
    op.create_index("access_log_at", "access_log", ["at"])


def downgrade() -> None:
    """Not offered: the record is never thrown away by a tool."""
    raise NotImplementedError("restore a backup instead")
