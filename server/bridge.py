"""Between native threads and the gevent loop: a greenlet waits for work that a native thread does."""

import os
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, cast

import gevent
from gevent.event import AsyncResult, Event
from gevent.threadpool import ThreadPool

from server.domain.commands import Command
from server.domain.context import Actor
from server.engine import Ask, Chore, Engine, Reply, answer

SECRETS_AT_ONCE = max(1, min(2, (os.cpu_count() or 1) // 2))
SECRETS_WAITING = 40
"""A whole staff that signs in at the same moment; a second or two of work."""
PUT_OFF_S = 1.0


class Bridge:
    """Made on the loop's thread. `post` may be called from any thread; what it posts runs on the loop, in order."""

    def __init__(self) -> None:
        self._posted: deque[Callable[[], None]] = deque()
        self._bell = gevent.get_hub().loop.async_()
        self._bell.start(self._ring)

    def post(self, work: Callable[[], None]) -> None:
        """Has `work` run on the loop soon; it must not block."""
        self._posted.append(work)
        self._bell.send()

    def close(self) -> None:
        """Stops listening; later posts are never run."""
        self._bell.stop()

    def _ring(self) -> None:
        while self._posted:
            self._posted.popleft()()


class Signal:
    """Somebody waits until something is so; it stays so."""

    def __init__(self) -> None:
        self._event = Event()

    def ring(self) -> None:
        """It is so (on the loop)."""
        self._event.set()

    def wait(self, within_s: float) -> bool:
        """Whether it is so within this time; other greenlets go on meanwhile."""
        return bool(self._event.wait(within_s))


class Outside:
    """Work that asks other machines and may hang, on few threads of its own: nobody waits for it longer than agreed."""

    def __init__(self, places: int = 2) -> None:
        self._pool, self._free = ThreadPool(places), places

    def __call__(self, work: Callable[..., Any], *args: Any, within_s: float) -> Any:
        """What the work returned or raised; TimeoutError when it takes longer, or at once when every thread hangs."""
        if self._free == 0:
            raise TimeoutError
        self._free -= 1
        under_way = self._pool.spawn(tried, work, args)
        under_way.rawlink(self._done)
        try:
            return outcome(under_way.get(timeout=within_s))
        except gevent.Timeout:
            raise TimeoutError from None

    def _done(self, _: Any) -> None:
        self._free += 1


class Threads:
    """Native threads for what would stop other greenlets."""

    def __init__(self, places: int = 4) -> None:
        self._native, self._slow = ThreadPool(places), ThreadPool(SECRETS_AT_ONCE)
        self._secrets = 0

    def native(self, work: Callable[..., Any], *args: Any) -> Any:
        """Runs blocking or heavy work on a native thread (report queries, pictures) and waits for it."""
        return outcome(self._native.apply(tried, (work, args)))

    def secret(self, work: Callable[..., Any], *args: Any) -> Any:
        """Runs Argon2 on threads of its own, so few that everything else has a core; TimeoutError when too many wait for them."""
        if self._secrets >= SECRETS_WAITING:
            raise TimeoutError
        self._secrets += 1
        try:
            return outcome(self._slow.apply(tried, (work, args)))
        finally:
            self._secrets -= 1

    @staticmethod
    def put_off() -> None:
        """Keeps whoever tries too often waiting for an answer, which costs us less than the next try."""
        gevent.sleep(PUT_OFF_S)


class Door(Threads):
    """The engine as greenlets use it."""

    def __init__(self, engine: Engine, bridge: Bridge) -> None:
        super().__init__()
        self._engine = engine
        self._bridge = bridge
        engine.deliver = self._deliver

    def handle(self, command: Command, actor: Actor, id: Any) -> Reply:
        """Submits a command and waits for its reply, without stopping other greenlets."""
        result: AsyncResult[Any] = AsyncResult()
        self._engine.submit(Ask(id, command, actor, result.set))
        return cast(Reply, result.get())

    def do(self, work: Callable[[Any], None]) -> None:
        """A chore on the writer's connection; raises what it raised."""
        result: AsyncResult[Any] = AsyncResult()
        self._engine.submit(Chore(work, lambda error: self._bridge.post(lambda: result.set(error))))
        error = result.get()
        if error is not None:
            raise error

    def _deliver(self, replies: Sequence[tuple[Ask, Reply]]) -> None:
        self._bridge.post(lambda: answer(replies))


def tried(work: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    """Result or exception: one that ends a native thread's work is written to the log by gevent, secrets and all."""
    try:
        return work(*args), None
    except Exception as error:
        return None, error


def outcome(tried: Any) -> Any:
    """What the work returned; raises what it raised."""
    result, error = tried
    if error is not None:
        raise error
    return result
