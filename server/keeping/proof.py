"""`python -m server.keeping.proof FILE`: proves a copy in a process of its own, so that its arithmetic delays nobody."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import msgspec

from server.domain.evolve import fold
from server.domain.floor import Floor
from server.store.centre import CentreStore
from server.store.journal import BrokenChain

WITHIN_S = 1800.0


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What a copy said when it was opened: last position and hash, business day, visits of that day, accounts."""

    position: int
    head: str
    day: str
    visits: int
    accounts: int


class _No(msgspec.Struct, frozen=True):
    fault: str


def prove(path: Path) -> Proof:
    """Opens a copy as a server would: every hash, and the floor of its day. ValueError says what is wrong with it. Long.

    Its bytes may change on the way, so it is one that nothing else counts on yet.
    """
    store = CentreStore(f"sqlite:///{path.absolute()}")
    try:
        position = store.verify()
        floor = fold(Floor(), store.today())
        if floor.position != position:
            raise ValueError(f"{path}: its floor stands at {floor.position}, its journal ends at {position}")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as opened:
            if (found := opened.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
                raise ValueError(f"{path}: {found}")
            head = opened.execute("SELECT hash FROM journal WHERE position = ?", (position,)).fetchone()
            accounts = opened.execute("SELECT count(*) FROM accounts").fetchone()
        store.close()
        with closing(sqlite3.connect(path)) as opened:
            opened.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        return Proof(
            position=position, head=head[0] if head else "", day=floor.day, visits=len(floor.visits), accounts=accounts[0]
        )  # fmt: skip
    except (sqlite3.Error, BrokenChain, msgspec.MsgspecError) as error:
        raise ValueError(f"{path}: {error}") from error
    finally:
        store.close()


def prove_apart(path: Path) -> Proof:
    """`prove` in another process. ValueError says what is wrong with the copy. Long."""
    words = [sys.executable, "-m", "server.keeping.proof", str(path)]
    try:
        done = subprocess.run(words, capture_output=True, timeout=WITHIN_S, check=False)
    except subprocess.TimeoutExpired:
        raise ValueError(f"{path}: could not be proved within {WITHIN_S / 60:.0f} minutes") from None
    try:
        said = msgspec.json.decode(done.stdout, type=dict[str, object])
        if (fault := said.get("fault")) is not None:
            raise ValueError(str(fault))
        return msgspec.convert(said, Proof)
    except msgspec.MsgspecError:
        words_last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise ValueError(f"{path}: could not be proved: {words_last or f'exit code {done.returncode}'}") from None


def main(path: Path) -> int:
    """Prints a Proof, or a fault, as JSON."""
    try:
        said: Proof | _No = prove(path)
    except (ValueError, OSError) as error:
        said = _No(str(error))
    sys.stdout.buffer.write(msgspec.json.encode(said))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
