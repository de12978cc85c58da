"""Tables of the node. `events` are the record; `visits` and `deliveries` are made from them and can be made again."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, Table, Text

from server.store import schema as centre

metadata = MetaData()
_Big = BigInteger().with_variant(Integer, "sqlite")

centres = Table(
    "centres",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("name", Text, nullable=False, server_default=""),
    Column("type", Text, nullable=False, server_default=""),
    Column("municipality", Text, nullable=False, server_default=""),
    Column("lat", Float),
    Column("lon", Float),
    Column("secret", Text, comment="SHA-256 of the centre's credential; null: not enrolled"),
    Column("code", Text, comment="SHA-256 of the one-time code of enrolment; null: none is open"),
    Column("code_until", BigInteger, comment="microseconds since 1970, UTC"),
    Column("epoch", Integer, nullable=False, server_default="1"),
    Column("acked", _Big, nullable=False, server_default="0"),
    Column("hash", Text, nullable=False, comment="of the row at `acked`"),
    Column("archived", _Big, nullable=False, server_default="0"),
    Column("instance", Text, comment="the program that spoke last"),
    Column("heard", BigInteger, comment="when; microseconds since 1970, UTC"),
    Column("skew_ms", BigInteger, comment="our clock less the centre's"),
    Column("pulse", Text, nullable=False, server_default="{}", comment="what it said of itself last, as JSON"),
    Column("projected_epoch", Integer, nullable=False, server_default="1"),
    Column("projected", _Big, nullable=False, server_default="0", comment="what `visits` and `live` were made from"),
    Column("skipped", Integer, nullable=False, server_default="0", comment="records that this version cannot read"),
    Column("live", Text, nullable=False, server_default="{}", comment="the centre now, as JSON (live.Live)"),
    Column("plan", Text, nullable=False, server_default="{}", comment="the plan in force, as JSON"),
    Column("refused", Text, nullable=False, server_default="", comment="why its line was refused last; empty: well"),
    Column("month_told", Text, nullable=False, server_default="", comment="the last month of which `month_heads` has a row"),
    Index("centres_secret", "secret", unique=True),
    Index("centres_code", "code", unique=True),
)

epochs = Table(
    "epochs",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("base", _Big, nullable=False, comment="its rows begin after this position of the epoch before"),
    Column("since", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("lost", _Big, nullable=False, comment="the last row of the epoch before, which the centre has no more"),
)

events = Table(
    "events",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("position", _Big, primary_key=True, autoincrement=False),
    Column("month", Text, primary_key=True, comment="of `at`, UTC: 2026-11; the key of the partitions"),
    Column("day", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("received", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    postgresql_partition_by="LIST (month)",
)

damaged = Table(
    "damaged",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("position", _Big, primary_key=True, autoincrement=False),
    Column("received", BigInteger, nullable=False),
)

mended = Table(
    "mended",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("position", _Big, primary_key=True, autoincrement=False),
    Column("day", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("hash", Text, nullable=False, comment="the same as that of the damaged row, and right for this one"),
    Column("received", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
)

month_heads = Table(
    "month_heads",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("month", Text, primary_key=True, comment="a month that was over by our clock when the centre was heard"),
    Column("epoch", Integer, primary_key=True),
    Column("head", _Big, nullable=False, comment="its last record then: none of the month comes after it"),
    Column("noted", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
)

visits = Table(
    "visits",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("visit", Text, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("position", _Big, nullable=False, comment="of its last change"),
    Column("lost", Integer, nullable=False, server_default="0", comment="1: only in records that the centre has no more"),
    Column("day", Text, nullable=False),
    Column("month", Text, nullable=False, comment="of the business day: 2026-11"),
    Column("number", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("institution", Text, nullable=False, server_default="", comment="of that service by the plan"),
    Column("origin", Text, nullable=False),
    Column("channel", Text),
    Column("end", Text),
    Column("issued", BigInteger, nullable=False),
    Column("called", BigInteger, comment="the first time"),
    Column("served", BigInteger),
    Column("ended", BigInteger),
    Column("low", Integer, comment="minutes that were promised"),
    Column("high", Integer),
    Column("wait_s", Integer, comment="whole seconds from the number to the first call; null: no number, or not called"),
    Column("kept", Integer, comment="1: called by the promised time, 0: later; null: not called, or no promise"),
    Column("corrected", Integer, nullable=False, server_default="0", comment="how often it was put right"),
    Column("data", Text, nullable=False, comment="the whole visit as JSON"),
    Index("visits_list", "month", "day", "issued", "visit"),
    Index("visits_ends", "month", "end", "lost", "corrected", "day", "centre", "institution"),
    Index("visits_waits", "month", "wait_s", "kept", "lost", "day", "centre", "institution"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("visit", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("lost", Integer, nullable=False, server_default="0"),
    Column("day", Text, nullable=False),
    Column("month", Text, nullable=False),
    Column("institution", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="as the network counts it"),
    Column("own_kind", Text, nullable=False, comment="as the clerk recorded it"),
    Column("channel", Text, nullable=False),
    Column("outcome", Text),
    Column("why", Text),
    Column("redirected_to", Text, nullable=False, server_default=""),
    Column("alone", Text),
    Column("scanned", Integer, nullable=False, server_default="0"),
    Column("printed", Integer, nullable=False, server_default="0"),
    Column("quantity", Integer, nullable=False),
    Column("minutes", Integer, nullable=False),
    Index(
        "deliveries_figures",
        "month",
        "institution",
        "kind",
        "channel",
        "outcome",
        "alone",
        "lost",
        "quantity",
        "minutes",
        "day",
        "centre",
        "visit",
    ),
)

bundles = Table(
    "bundles",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("scope", Text, nullable=False, comment="all, type:novada, or centre:a,b"),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("drafted", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("published", BigInteger, comment="null: a draft"),
    Column("payload", Text, nullable=False, comment="the bundle as JSON, byte for byte what the signature covers"),
    Column("signature", Text),
)

bundle_states = Table(
    "bundle_states",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False, comment="fetched, applied, kept, rejected or rolled_back"),
    Column("at", BigInteger, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
)

viewers = Table(
    "viewers",
    metadata,
    Column("account", Text, primary_key=True),
    Column("role", Text, nullable=False, comment="ministry, association or holder"),
    Column("institution", Text, nullable=False, server_default="", comment="of a holder: all that this account sees"),
)

looks = Table(
    "looks",
    metadata,
    Column("account", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("query", Text, nullable=False, comment="the filter as it stands in the address of the page"),
)

groups = Table(
    "groups",
    metadata,
    Column("institution", Text, primary_key=True),
    Column("name", Text, nullable=False, comment="under which charts count it"),
    Column("place", Integer, nullable=False, comment="of the group among the groups"),
)

rollout = Table(
    "rollout",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("step", Text, primary_key=True, comment="planned, contract, equipped, training, open or closed"),
    Column("day", Text, nullable=False, comment="when it is reached, or shall be"),
)

months = Table(
    "months",
    metadata,
    Column("month", Text, primary_key=True),
    Column("closed", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("by", Text, nullable=False),
    Column("digest", Text, nullable=False, comment="SHA-256 over the frozen figures in their order"),
    Column("open_centres", Text, nullable=False, comment="centres that were not level then, as JSON"),
)

frozen = Table(
    "frozen",
    metadata,
    Column("month", Text, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False, comment="0: as closed; 1, 2, ...: corrections afterwards"),
    Column("centre", Text, primary_key=True),
    Column("institution", Text, primary_key=True),
    Column("service", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("quantity", Integer, nullable=False, comment="of a correction: the difference"),
    Column("minutes", Integer, nullable=False),
    Column("noted", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
)

worksheets = Table(
    "worksheets",
    metadata,
    Column("worksheet", Text, primary_key=True),
    Column("made", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("terms", Text, nullable=False, comment="the formula and its values, as JSON (grant.Terms)"),
    Column("data", Text, nullable=False, comment="the worksheet as it was made, as JSON (grant.Worksheet)"),
)

terms = Table(
    "terms",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False, comment="the last one is in force"),
    Column("since", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("by", Text, nullable=False),
    Column("data", Text, nullable=False, comment="formula and values as JSON (grant.Terms)"),
)

first_plans = Table(
    "first_plans",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("made", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("plan", Text, nullable=False, comment="TOML, that the centre gets when it enrols"),
)

directory = Table(
    "directory",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("hours", Text, nullable=False, comment="as JSON (config.plan.OpenHours); empty list: not known"),
    Column("soon", Integer, nullable=False, comment="1: it is still to open"),
    Column("source", Text, nullable=False, comment="the file that says so, and its row"),
    Column("noted", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
)

hooks = Table(
    "hooks",
    metadata,
    Column("hook", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False, comment="the key of the signature, readable, for it signs: whsec_ and Base64"),
    Column("events", Text, nullable=False, comment="kinds of events, with spaces between them"),
    Column("inside", Integer, nullable=False, comment="1: may be an address of a private network, and plain http"),
    Column("off", Text, nullable=False, server_default="", comment="why nothing is sent any more; empty: it is"),
)

hook_seen = Table(
    "hook_seen",
    metadata,
    Column("subject", Text, primary_key=True, comment="month:2026-10, bundle:CENTRE:7 or centre:CENTRE"),
    Column("value", Text, nullable=False, comment="what was true of it when subscribers were last told"),
)

hook_messages = Table(
    "hook_messages",
    metadata,
    Column("message", Text, primary_key=True),
    Column("hook", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("body", Text, nullable=False, comment="byte for byte what is signed and sent"),
    Column("made", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("due", BigInteger, nullable=False, comment="not to be sent before"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False, server_default="waiting", comment="waiting, sent or given_up"),
    Column("answer", Text, nullable=False, server_default="", comment="to the last try"),
    Index("hook_messages_due", "state", "due"),
)

accounts = centre.accounts.to_metadata(metadata)
sessions = centre.sessions.to_metadata(metadata)
stations = centre.stations.to_metadata(metadata)
devices = centre.devices.to_metadata(metadata)
device_proofs = centre.device_proofs.to_metadata(metadata)
recovery = centre.recovery.to_metadata(metadata)
access_log = centre.access_log.to_metadata(metadata)
