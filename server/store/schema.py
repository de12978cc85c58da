"""Tables of a centre's database; Alembic's migrations make them, a test compares the two."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, text

metadata = MetaData()

journal = Table(
    "journal",
    metadata,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("day", Text, nullable=False),
    Column("at", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("type", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("data", Text, nullable=False, comment="the event as JSON, byte for byte what the hash covers"),
    Column("hash", Text, nullable=False, comment="SHA-256 over the previous hash and this row"),
    Index("journal_type", "type", "position"),
)

visits = Table(
    "visits",
    metadata,
    Column("visit", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("series", Text),
    Column("n", Integer),
    Column("number", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("counter", Text),
    Column("issued", BigInteger, nullable=False),
    Column("called", BigInteger),
    Column("served", BigInteger),
    Column("ended", BigInteger),
    Column("end", Text),
    Column("position", BigInteger, nullable=False, comment="journal position of the last change"),
    Column("data", Text, nullable=False, comment="the whole visit as JSON"),
    UniqueConstraint("day", "series", "n", name="visits_number"),
    Index("visits_position", "position"),
)

day_sheets = Table(
    "day_sheets",
    metadata,
    Column("day", Text, primary_key=True),
    Column("part", Text, primary_key=True, comment="words, or which columns of server.reports.sheet"),
    Column("position", BigInteger, nullable=False, comment="of the last change of a visit that it knows"),
    Column("body", LargeBinary, nullable=False),
    Index("day_sheets_part", "part", "day", "position"),
)

replies = Table(
    "replies",
    metadata,
    Column("command", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("result", Text, nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    Column("appointment", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("email", Text, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("display", Text, nullable=False),
    Column("password", Text, nullable=False, comment="Argon2id"),
    Column("pin", Text, comment="Argon2id; null: has none"),
    Column("sso", Text, comment="who it is at the single sign-on; null: nobody"),
    Column("off", Integer, nullable=False, server_default="0", comment="1: may not come in"),
    Column("once", BigInteger, comment="until when the password is a one-time code; null: it is not"),
    Column("totp", Text, comment="secret of the second factor in base 32; null: has none"),
    Column("totp_step", BigInteger, nullable=False, server_default="0", comment="last one used"),
    Index("accounts_sso", "sso", unique=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", Text, primary_key=True, comment="SHA-256 of the cookie"),
    Column("account", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("until", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("since", BigInteger, nullable=False, server_default="0", comment="microseconds since 1970, UTC"),
    Column("way", Text, nullable=False, server_default="password", comment="password, pin or sso"),
    Column("station", Text, comment="SHA-256 of the workstation's cookie"),
    Column("place", Text, comment="address and browser, for people"),
    Column("locked", Integer, nullable=False, server_default="0"),
)

stations = Table(
    "stations",
    metadata,
    Column("station", Text, primary_key=True, comment="SHA-256 of the workstation's cookie"),
    Column("account", Text, primary_key=True),
    Column("proved", BigInteger, nullable=False, comment="the last password there; microseconds since 1970, UTC"),
    Column("wrong", Integer, nullable=False, comment="wrong PINs since the last right one"),
    Column("wrong_at", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
)

devices = Table(
    "devices",
    metadata,
    Column("token", Text, primary_key=True, comment="SHA-256 of the bearer token"),
    Column("device", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("only", Text, nullable=False, server_default=text("''"), comment="the one channel it may see; empty: all of its role"),
    Column("page", Text, nullable=False, server_default=text("''"), comment="the page that it opens, of a screen"),
    Column("title", Text, nullable=False, server_default=text("''"), comment="what people call it"),
    Column("paired", BigInteger, nullable=False, server_default="0", comment="microseconds since 1970, UTC"),
    Column("by", Text, nullable=False, server_default=text("''"), comment="the account that let it in"),
    Column("seen", BigInteger, nullable=False, server_default="0", comment="about the last time; microseconds"),
    Column("place", Text, nullable=False, server_default=text("''"), comment="address and browser or program, then"),
    Column("version", Text, nullable=False, server_default=text("''"), comment="of its program, then"),
    Column("renewed", Text, comment="SHA-256 of the token that takes the place of this one once it is used"),
    Column("renew", Integer, nullable=False, server_default="0", comment="1: it must fetch a new token"),
)

recovery = Table(
    "recovery",
    metadata,
    Column("account", Text, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False, comment="Argon2id"),
)

access_log = Table(
    "access_log",
    metadata,
    Column("n", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("actor", Text, nullable=False, comment="the account or device that did it; server: the command line"),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False, comment="the account or device that it was done to"),
    Column("detail", Text, nullable=False),
    Column("place", Text, nullable=False, comment="address and browser"),
    Index("access_log_at", "at"),
)

vouchers = Table(
    "vouchers",
    metadata,
    Column("code", Text, primary_key=True),
    Column("n", BigInteger, nullable=False, comment="its place in the list"),
    Column("added", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("by", Text, nullable=False),
    Column("paper", Text, comment="the slip on which it was given; null: not given yet"),
)

intakes = Table(
    "intakes",
    metadata,
    Column("code", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("at", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("by", Text, nullable=False),
    Column("institution", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("counts", Text, nullable=False, comment="documents by kind, as JSON"),
    Column("handed", BigInteger, comment="microseconds since 1970, UTC; null: still here"),
    Column("handed_by", Text),
    Index("intakes_here", "handed", "institution", "day"),
)

plan_drafts = Table(
    "plan_drafts",
    metadata,
    Column("account", Text, primary_key=True),
    Column("at", BigInteger, nullable=False, comment="the last change; microseconds since 1970, UTC"),
    Column("version", BigInteger, nullable=False, comment="of the plan that it was made from"),
    Column("base", Text, nullable=False, comment="the file of that plan as JSON"),
    Column("data", Text, nullable=False, comment="the file as it is to be, as JSON"),
)

device_proofs = Table(
    "device_proofs",
    metadata,
    Column("device", Text, primary_key=True, comment="as it names itself on the wire, with the name of its token"),
    Column("what", Text, primary_key=True, comment="printed, shown, spoken or sounded"),
    Column("token", Text, nullable=False, comment="SHA-256 of the token that it came with"),
    Column("at", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
)
