"""The first schema of the node; what centres have sent, and what was closed, refuses UPDATE and DELETE."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_KEPT = ("events", "epochs", "damaged", "months", "frozen", "worksheets", "terms")


def upgrade() -> None:
    """Makes the tables and their guards; on PostgreSQL `events` in partitions by month."""
    op.create_table(
        "accounts",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("display", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False, comment="Argon2id"),
        sa.Column("pin", sa.Text, nullable=True, comment="Argon2id; null: has none"),
        sa.Column("sso", sa.Text, nullable=True, comment="who it is at the single sign-on; null: nobody"),
        sa.Column("off", sa.Integer, server_default="0", nullable=False, comment="1: may not come in"),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index("accounts_sso", "accounts", ["sso"], unique=True)
    op.create_table(
        "bundle_states",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text, nullable=False, comment="fetched, applied, kept, rejected or rolled_back"),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, server_default="", nullable=False),
        sa.PrimaryKeyConstraint("centre", "revision"),
    )
    op.create_table(
        "bundles",
        sa.Column("revision", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("scope", sa.Text, nullable=False, comment="all, type:novada, or centre:a,b"),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("drafted", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("published", sa.BigInteger, nullable=True, comment="null: a draft"),
        sa.Column("payload", sa.Text, nullable=False, comment="the bundle as JSON, byte for byte what the signature covers"),
        sa.Column("signature", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("revision"),
    )
    op.create_table(
        "centres",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("name", sa.Text, server_default="", nullable=False),
        sa.Column("type", sa.Text, server_default="", nullable=False),
        sa.Column("municipality", sa.Text, server_default="", nullable=False),
        sa.Column("lat", sa.Float, nullable=True),
        sa.Column("lon", sa.Float, nullable=True),
        sa.Column("secret", sa.Text, nullable=True, comment="SHA-256 of the centre's credential; null: not enrolled"),
        sa.Column("code", sa.Text, nullable=True, comment="SHA-256 of the one-time code of enrolment; null: none is open"),
        sa.Column("code_until", sa.BigInteger, nullable=True, comment="microseconds since 1970, UTC"),
        sa.Column("epoch", sa.Integer, server_default="1", nullable=False),
        sa.Column("acked", _BIG, server_default="0", nullable=False),
        sa.Column("hash", sa.Text, nullable=False, comment="of the row at `acked`"),
        sa.Column("archived", _BIG, server_default="0", nullable=False),
        sa.Column("instance", sa.Text, nullable=True, comment="the program that spoke last"),
        sa.Column("heard", sa.BigInteger, nullable=True, comment="when; microseconds since 1970, UTC"),
        sa.Column("skew_ms", sa.BigInteger, nullable=True, comment="our clock less the centre's"),
        sa.Column("pulse", sa.Text, server_default="{}", nullable=False, comment="what it said of itself last, as JSON"),
        sa.Column("projected_epoch", sa.Integer, server_default="1", nullable=False),
        sa.Column("projected", _BIG, server_default="0", nullable=False, comment="what `visits` and `live` were made from"),
        sa.Column("skipped", sa.Integer, server_default="0", nullable=False, comment="records that this version cannot read"),
        sa.Column("live", sa.Text, server_default="{}", nullable=False, comment="the centre now, as JSON (live.Live)"),
        sa.Column("plan", sa.Text, server_default="{}", nullable=False, comment="the plan in force, as JSON"),
        sa.Column("refused", sa.Text, server_default="", nullable=False, comment="why its line was refused last; empty: well"),
        sa.PrimaryKeyConstraint("centre"),
    )
    op.create_index("centres_code", "centres", ["code"], unique=True)
    op.create_index("centres_secret", "centres", ["secret"], unique=True)
    op.create_table(
        "damaged",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("position", _BIG, autoincrement=False, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("centre", "epoch", "position"),
    )
    op.create_table(
        "deliveries",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("visit", sa.Text, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("lost", sa.Integer, server_default="0", nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False, comment="as the network counts it"),
        sa.Column("own_kind", sa.Text, nullable=False, comment="as the clerk recorded it"),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=True),
        sa.Column("why", sa.Text, nullable=True),
        sa.Column("redirected_to", sa.Text, server_default="", nullable=False),
        sa.Column("alone", sa.Text, nullable=True),
        sa.Column("scanned", sa.Integer, server_default="0", nullable=False),
        sa.Column("printed", sa.Integer, server_default="0", nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("centre", "visit", "n"),
    )
    op.create_index(
        "deliveries_figures",
        "deliveries",
        ["month", "institution", "kind", "channel", "outcome", "alone", "lost", "quantity", "minutes", "day", "centre", "visit"],
        unique=False,
    )
    op.create_table(
        "devices",
        sa.Column("token", sa.Text, nullable=False, comment="SHA-256 of the bearer token"),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_table(
        "directory",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("hours", sa.Text, nullable=False, comment="as JSON (config.plan.OpenHours); empty list: not known"),
        sa.Column("soon", sa.Integer, nullable=False, comment="1: it is still to open"),
        sa.Column("source", sa.Text, nullable=False, comment="the file that says so, and its row"),
        sa.Column("noted", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.PrimaryKeyConstraint("centre"),
    )
    op.create_table(
        "epochs",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("base", _BIG, nullable=False, comment="its rows begin after this position of the epoch before"),
        sa.Column("since", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("lost", _BIG, nullable=False, comment="the last row of the epoch before, which the centre has no more"),
        sa.PrimaryKeyConstraint("centre", "epoch"),
    )
    op.create_table(
        "events",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("position", _BIG, autoincrement=False, nullable=False),
        sa.Column("month", sa.Text, nullable=False, comment="of `at`, UTC: 2026-11; the key of the partitions"),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.PrimaryKeyConstraint("centre", "epoch", "position", "month"),
        postgresql_partition_by="LIST (month)",
    )
    op.create_table(
        "first_plans",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("plan", sa.Text, nullable=False, comment="TOML, that the centre gets when it enrols"),
        sa.PrimaryKeyConstraint("centre"),
    )
    op.create_table(
        "frozen",
        sa.Column("month", sa.Text, nullable=False),
        sa.Column(
            "n", sa.Integer, autoincrement=False, nullable=False, comment="0: as closed; 1, 2, ...: corrections afterwards"
        ),
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False, comment="of a correction: the difference"),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("noted", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.PrimaryKeyConstraint("month", "n", "centre", "institution", "service", "kind", "channel"),
    )
    op.create_table(
        "groups",
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False, comment="under which charts count it"),
        sa.Column("place", sa.Integer, nullable=False, comment="of the group among the groups"),
        sa.PrimaryKeyConstraint("institution"),
    )
    op.create_table(
        "hook_messages",
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("hook", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False, comment="byte for byte what is signed and sent"),
        sa.Column("made", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("due", sa.BigInteger, nullable=False, comment="not to be sent before"),
        sa.Column("tries", sa.Integer, server_default="0", nullable=False),
        sa.Column("state", sa.Text, server_default="waiting", nullable=False, comment="waiting, sent or given_up"),
        sa.Column("answer", sa.Text, server_default="", nullable=False, comment="to the last try"),
        sa.PrimaryKeyConstraint("message"),
    )
    op.create_index("hook_messages_due", "hook_messages", ["state", "due"], unique=False)
    op.create_table(
        "hook_seen",
        sa.Column("subject", sa.Text, nullable=False, comment="month:2026-10, bundle:CENTRE:7 or centre:CENTRE"),
        sa.Column("value", sa.Text, nullable=False, comment="what was true of it when subscribers were last told"),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_table(
        "hooks",
        sa.Column("hook", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column(
            "secret", sa.Text, nullable=False, comment="the key of the signature, readable, for it signs: whsec_ and Base64"
        ),
        sa.Column("events", sa.Text, nullable=False, comment="kinds of events, with spaces between them"),
        sa.Column("inside", sa.Integer, nullable=False, comment="1: may be an address of a private network, and plain http"),
        sa.Column("off", sa.Text, server_default="", nullable=False, comment="why nothing is sent any more; empty: it is"),
        sa.PrimaryKeyConstraint("hook"),
    )
    op.create_table(
        "months",
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("closed", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False, comment="SHA-256 over the frozen figures in their order"),
        sa.Column("open_centres", sa.Text, nullable=False, comment="centres that were not level then, as JSON"),
        sa.PrimaryKeyConstraint("month"),
    )
    op.create_table(
        "rollout",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False, comment="planned, contract, equipped, training, open or closed"),
        sa.Column("day", sa.Text, nullable=False, comment="when it is reached, or shall be"),
        sa.PrimaryKeyConstraint("centre", "step"),
    )
    op.create_table(
        "sessions",
        sa.Column("token", sa.Text, nullable=False, comment="SHA-256 of the cookie"),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("csrf", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("since", sa.BigInteger, server_default="0", nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("way", sa.Text, server_default="password", nullable=False, comment="password, pin or sso"),
        sa.Column("station", sa.Text, nullable=True, comment="SHA-256 of the workstation's cookie"),
        sa.Column("place", sa.Text, nullable=True, comment="address and browser, for people"),
        sa.Column("locked", sa.Integer, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_table(
        "stations",
        sa.Column("station", sa.Text, nullable=False, comment="SHA-256 of the workstation's cookie"),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("proved", sa.BigInteger, nullable=False, comment="the last password there; microseconds since 1970, UTC"),
        sa.Column("wrong", sa.Integer, nullable=False, comment="wrong PINs since the last right one"),
        sa.Column("wrong_at", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.PrimaryKeyConstraint("station", "account"),
    )
    op.create_table(
        "terms",
        sa.Column("n", sa.Integer, autoincrement=False, nullable=False, comment="the last one is in force"),
        sa.Column("since", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False, comment="formula and values as JSON (grant.Terms)"),
        sa.PrimaryKeyConstraint("n"),
    )
    op.create_table(
        "viewers",
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False, comment="ministry, association or holder"),
        sa.Column("institution", sa.Text, server_default="", nullable=False, comment="of a holder: all that this account sees"),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_table(
        "visits",
        sa.Column("centre", sa.Text, nullable=False),
        sa.Column("visit", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("position", _BIG, nullable=False, comment="of its last change"),
        sa.Column(
            "lost", sa.Integer, server_default="0", nullable=False, comment="1: only in records that the centre has no more"
        ),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False, comment="of the business day: 2026-11"),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("institution", sa.Text, server_default="", nullable=False, comment="of that service by the plan"),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=True),
        sa.Column("end", sa.Text, nullable=True),
        sa.Column("issued", sa.BigInteger, nullable=False),
        sa.Column("called", sa.BigInteger, nullable=True, comment="the first time"),
        sa.Column("served", sa.BigInteger, nullable=True),
        sa.Column("ended", sa.BigInteger, nullable=True),
        sa.Column("low", sa.Integer, nullable=True, comment="minutes that were promised"),
        sa.Column("high", sa.Integer, nullable=True),
        sa.Column(
            "wait_s",
            sa.Integer,
            nullable=True,
            comment="whole seconds from the number to the first call; null: no number, or not called",
        ),
        sa.Column(
            "kept", sa.Integer, nullable=True, comment="1: called by the promised time, 0: later; null: not called, or no promise"
        ),
        sa.Column("corrected", sa.Integer, server_default="0", nullable=False, comment="how often it was put right"),
        sa.Column("data", sa.Text, nullable=False, comment="the whole visit as JSON"),
        sa.PrimaryKeyConstraint("centre", "visit"),
    )
    op.create_index("visits_ends", "visits", ["month", "end", "lost", "corrected", "day", "centre", "institution"], unique=False)
    op.create_index("visits_list", "visits", ["month", "day", "issued", "visit"], unique=False)
    op.create_index("visits_waits", "visits", ["month", "wait_s", "kept", "lost", "day", "centre", "institution"], unique=False)
    op.create_table(
        "worksheets",
        sa.Column("worksheet", sa.Text, nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("terms", sa.Text, nullable=False, comment="the formula and its values, as JSON (grant.Terms)"),
        sa.Column("data", sa.Text, nullable=False, comment="the worksheet as it was made, as JSON (grant.Worksheet)"),
        sa.PrimaryKeyConstraint("worksheet"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in _KEPT:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute("CREATE TABLE events_other PARTITION OF events DEFAULT")
    for table in _KEPT:
        op.execute(f"CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION append_only()")
    for table in (*_KEPT, "events_other"):
        op.execute(f"CREATE TRIGGER keep_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION append_only()")


def downgrade() -> None:
    """Not offered: the record is never thrown away by a tool."""
    raise NotImplementedError("restore a backup instead")
