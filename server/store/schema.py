"""Tables of a centre's database; Alembic's migrations make them, a test compares the two."""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, UniqueConstraint

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
)
