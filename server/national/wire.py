"""The line between a centre and the node: what is sent, how large it may be, and how it is packed."""

import zlib
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec

from server.domain.retention import KEPT
from server.store.erasure import ERASED, NOBODY

SYNC = 1
"""Major version of the line; a node refuses another."""

ROWS_MOST = 500
PACKED_MOST = 256 * 1024
LOOSE_MOST = 2 * 1024 * 1024
"""Rows of a batch, its bytes on the line and its bytes unpacked. A single row may be as large as LOOSE_MOST."""

RESENT_MOST = 64
"""Damaged rows that the node asks for at once."""

HEARTBEAT_S = 30.0
"""A centre that has nothing to send says so this often."""
LEASE_S = 90.0
"""A server that was heard less than this ago speaks for its centre; a second one with its papers (a copied disk) is refused."""

Position = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Whole = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Instance = Annotated[str, msgspec.Meta(min_length=8, max_length=64)]
Revision = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class Row(msgspec.Struct, frozen=True, array_like=True):
    """A row of the journal as it stands; `data` is the event byte for byte, `hash` covers it and all before it.

    Nothing else is asked of what it says: a row that a bad disk has changed must travel too, or the line would stop at it.
    """

    position: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    day: str
    at: Whole
    type: str
    actor: str
    command: str
    data: str
    hash: str


def emptied(row: Row) -> bool:
    """Whether its centre has erased what the row said, for its age: its hash is taken as it stands, the next one covers it."""
    return row.data == row.actor == ERASED and row.command == NOBODY and row.type not in KEPT


class Pulse(msgspec.Struct, frozen=True, kw_only=True):
    """What a centre says of itself beside its records. `at` is its clock, `backlog_since` the time of its oldest unsent row.

    `bundle` is the revision of the network's settings in force there, `bundle_state` what became of the newest; `bundle_known` is
    the highest that ever came there.
    """

    at: Instant
    head: Position
    version: Annotated[str, msgspec.Meta(max_length=100)] = ""
    bundle: Revision = 0
    bundle_known: Revision = 0
    bundle_state: Annotated[str, msgspec.Meta(max_length=20)] = ""
    bundle_text: Annotated[str, msgspec.Meta(max_length=500)] = ""
    backlog_since: Instant | None = None
    troubles: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=200)], ...], msgspec.Meta(max_length=50)] = ()


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """A server takes the line up; `instance` is new at every start of the program."""

    sync: int
    instance: Instance
    pulse: Pulse


class Welcome(msgspec.Struct, frozen=True, kw_only=True):
    """Where the node is: it has everything up to `acked`, whose row has this hash, in this epoch."""

    epoch: int
    acked: Position
    hash: Hash
    archived: Position


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """Which hashes the node has at these positions of the present line."""

    sync: int
    instance: Instance
    positions: Annotated[tuple[Position, ...], msgspec.Meta(max_length=64)]


class Hashes(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, in the order asked; None where there is no row."""

    hashes: tuple[str | None, ...]


class Fork(msgspec.Struct, frozen=True, kw_only=True):
    """The centre's records and the node's part after `base`: a backup was restored. A new epoch begins there.

    `epoch` is the one that ends: a fork that was delayed on the line, or comes twice, must not end another.
    """

    sync: int
    instance: Instance
    epoch: int
    base: Position
    hash: Hash


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Rows in order, without a gap; none is a heartbeat. `damaged` are those that do not match their own hash at the centre.

    `mended` are rows that the node has damaged and asked for again, and that match their hash by now.
    """

    sync: int
    instance: Instance
    epoch: int
    rows: Annotated[tuple[Row, ...], msgspec.Meta(max_length=ROWS_MOST)]
    pulse: Pulse
    damaged: tuple[int, ...] = ()
    mended: Annotated[tuple[Row, ...], msgspec.Meta(max_length=RESENT_MOST)] = ()


class Ack(msgspec.Struct, frozen=True, kw_only=True):
    """Everything up to `acked` is durable at the node, up to `archived` also in a backup elsewhere.

    `rows` is how many the node wants at most in a batch, `wait_s` how long the centre shall rest before the next; `bundle` is the
    newest bundle of settings that is meant for it. `resend` are rows that came damaged: the centre sends those that are whole
    again.
    """

    acked: Position
    archived: Position
    now: datetime
    rows: int = ROWS_MOST
    wait_s: float = 0.0
    bundle: Revision = 0
    resend: tuple[Position, ...] = ()


class Reread(msgspec.Struct, frozen=True, kw_only=True):
    """A centre that lost its records reads its own line back, in pages: what comes after a position."""

    sync: int
    after: Position


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of the present line in order, packed like a batch; none once `after` is `acked`."""

    epoch: int
    acked: Position
    rows: tuple[Row, ...]


class Pull(msgspec.Struct, frozen=True, kw_only=True):
    """The centre wants a bundle of settings; the answer is `signing.Signed`."""

    sync: int
    revision: Revision


class No(msgspec.Struct, frozen=True, kw_only=True):
    """Why not: busy (another server speaks for the centre), retired (epoch), gap, fork, damaged (`position`) or malformed."""

    code: str
    position: Position = 0
    text: str = ""


T = TypeVar("T")


def pack(message: msgspec.Struct) -> bytes:
    """The message as compressed JSON, with the check value that zlib adds."""
    return zlib.compress(msgspec.json.encode(message), 6)


def unpack(body: bytes, kind: type[T]) -> T:
    """The message; ValueError for what is too large, broken, or of another shape."""
    if len(body) > PACKED_MOST + LOOSE_MOST:
        raise ValueError("too large")
    worker = zlib.decompressobj()
    try:
        loose = worker.decompress(body, LOOSE_MOST + PACKED_MOST)
    except zlib.error as error:
        raise ValueError(f"not packed as agreed: {error}") from None
    if not worker.eof or worker.unused_data:
        raise ValueError("too large when unpacked, or cut short")
    try:
        return msgspec.json.decode(loose, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from None


def plain(message: Any) -> bytes:
    """An answer of the node as JSON."""
    return msgspec.json.encode(message)
