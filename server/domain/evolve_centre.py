"""The floor after what happened at its counters and kiosks, to its gates, messages and troubles. Pure and total."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from server.domain import events as e
from server.domain.evolve_line import at_post, owing, paid, put
from server.domain.evolve_places import settled
from server.domain.floor import Announcement, BoothUse, Floor, Gate, HelpCall, Message, Post, Trouble, post


def _next_stored(floor: Floor, event: e.NextStored, record: e.Record) -> Floor:
    return at_post(floor, event.counter, stored=record.at if event.on else None)


def _roll_set(floor: Floor, event: e.RollSet, record: e.Record) -> Floor:
    return replace(floor, roll=event.next)


def _counter_opened(floor: Floor, event: e.CounterOpened, record: e.Record) -> Floor:
    served = post(floor, event.counter).served
    recent = floor.posts[event.counter].recent if event.counter in floor.posts else ()
    opened = Post(recent=recent, clerk=event.clerk, profile=event.profile, since=record.at, served=served)
    return replace(floor, posts=floor.posts.insert(event.counter, opened))


def _counter_taken(floor: Floor, event: e.CounterTaken, record: e.Record) -> Floor:
    # The other one's last step is not this one's to take back.
    return at_post(floor, event.counter, clerk=event.clerk, profile=event.profile, step=None)


def _counter_closed(floor: Floor, event: e.CounterClosed, record: e.Record) -> Floor:
    at = post(floor, event.counter)
    return replace(floor, posts=floor.posts.insert(event.counter, Post(served=at.served, recent=at.recent)))


def _counter_paused(floor: Floor, event: e.CounterPaused, record: e.Record) -> Floor:
    return at_post(floor, event.counter, pause=event.reason, until=event.until, since=record.at, stored=None)


def _counter_resumed(floor: Floor, event: e.CounterResumed, record: e.Record) -> Floor:
    return at_post(floor, event.counter, pause=None, until=None, since=record.at)


def _slip_reported(floor: Floor, event: e.SlipReported, record: e.Record) -> Floor:
    visit = floor.visits[event.visit]
    if event.kiosk != visit.prints:
        return floor
    return paid(put(floor, replace(visit, slip=event.state)), event.kiosk, visit)


def _slip_requested(floor: Floor, event: e.SlipRequested, record: e.Record) -> Floor:
    """The slip is owed by this kiosk and by no other one."""
    visit = floor.visits[event.visit]
    if visit.prints is not None:
        floor = paid(floor, visit.prints, visit)
    after = replace(visit, prints=event.kiosk, slip="owed", order=visit.order + 1, copy=event.copy)
    return owing(put(floor, after), event.kiosk, after)


def _help_called(floor: Floor, event: e.HelpCalled, record: e.Record) -> Floor:
    return replace(floor, help=floor.help.insert(event.kiosk, HelpCall(since=record.at)))


def _help_answered(floor: Floor, event: e.HelpAnswered, record: e.Record) -> Floor:
    called = floor.help.get(event.kiosk)
    if called is None:
        return floor
    return replace(floor, help=floor.help.insert(event.kiosk, replace(called, answered=record.at, clerk=event.clerk)))


def _message_sent(floor: Floor, event: e.MessageSent, record: e.Record) -> Floor:
    one = Message(
        id=event.message, counter=event.counter, to=event.to, text=event.text, sender=event.sender, sent=record.at,
        position=record.position,
    )  # fmt: skip
    return replace(floor, messages=floor.messages.insert(one.id, one))


def _message_acknowledged(floor: Floor, event: e.MessageAcknowledged, record: e.Record) -> Floor:
    one = floor.messages.get(event.message)
    if one is None:
        return floor
    return replace(floor, messages=floor.messages.insert(one.id, replace(one, read=record.at, reader=event.reader)))


def _alarm_raised(floor: Floor, event: e.AlarmRaised, record: e.Record) -> Floor:
    return replace(floor, alarms=floor.alarms.insert(event.counter, HelpCall(since=record.at)))


def _alarm_acknowledged(floor: Floor, event: e.AlarmAcknowledged, record: e.Record) -> Floor:
    raised = floor.alarms.get(event.counter)
    if raised is None:
        return floor
    return replace(floor, alarms=floor.alarms.insert(event.counter, replace(raised, answered=record.at, clerk=event.clerk)))


def _booth_set(floor: Floor, event: e.BoothSet, record: e.Record) -> Floor:
    known = floor.booths.get(event.booth) or BoothUse()
    last, had = known.appointment, known.had
    if last is not None and last != event.appointment and known.state in ("ready", "busy"):
        had = tuple(dict.fromkeys((*had, last)))
    use = BoothUse(state=event.state, since=record.at, clerk=event.clerk, appointment=event.appointment, had=had)
    floor = replace(floor, booths=floor.booths.insert(event.booth, use))
    if event.state in ("busy", "free"):
        return settled(floor, "booth", event.booth, "serving" if event.state == "busy" else "over")
    return floor


def _queue_set(floor: Floor, event: e.QueueSet, record: e.Record) -> Floor:
    if event.gives == "plan":
        return replace(floor, gates=floor.gates.discard(event.queue))
    gate = Gate(gives=event.gives, reason=event.reason, since=record.at)
    return replace(floor, gates=floor.gates.insert(event.queue, gate))


def _profile_set(floor: Floor, event: e.ProfileSet, record: e.Record) -> Floor:
    return at_post(floor, event.counter, profile=event.profile, turn=0)


def _announced(floor: Floor, event: e.Announced, record: e.Record) -> Floor:
    one = Announcement(
        id=event.announcement, text=event.text, zones=event.zones, until=event.until, position=record.position
    )  # fmt: skip
    return replace(floor, announcements=floor.announcements.insert(one.id, one))


def _announcement_withdrawn(floor: Floor, event: e.AnnouncementWithdrawn, record: e.Record) -> Floor:
    return replace(floor, announcements=floor.announcements.discard(event.announcement))


def _trouble_began(floor: Floor, event: e.TroubleBegan, record: e.Record) -> Floor:
    one = Trouble(kind=event.kind, about=event.about, began=record.at)
    return replace(floor, troubles=floor.troubles.insert((one.kind, one.about), one))


def _trouble_ended(floor: Floor, event: e.TroubleEnded, record: e.Record) -> Floor:
    one = floor.troubles.get((event.kind, event.about))
    if one is None:
        return floor
    mended = floor.mended.push_front(replace(one, ended=record.at))
    return replace(floor, troubles=floor.troubles.discard((one.kind, one.about)), mended=mended)


def _trouble_seen(floor: Floor, event: e.TroubleSeen, record: e.Record) -> Floor:
    one = floor.troubles.get((event.kind, event.about))
    if one is None:
        return floor
    seen = replace(one, seen=record.at, clerk=event.clerk)
    return replace(floor, troubles=floor.troubles.insert((one.kind, one.about), seen))


EVOLVERS: dict[type, Callable[[Floor, Any, e.Record], Floor]] = {
    e.CounterOpened: _counter_opened,
    e.CounterTaken: _counter_taken,
    e.CounterClosed: _counter_closed,
    e.CounterPaused: _counter_paused,
    e.CounterResumed: _counter_resumed,
    e.SlipReported: _slip_reported,
    e.NextStored: _next_stored,
    e.RollSet: _roll_set,
    e.SlipRequested: _slip_requested,
    e.HelpCalled: _help_called,
    e.HelpAnswered: _help_answered,
    e.MessageSent: _message_sent,
    e.MessageAcknowledged: _message_acknowledged,
    e.AlarmRaised: _alarm_raised,
    e.AlarmAcknowledged: _alarm_acknowledged,
    e.BoothSet: _booth_set,
    e.QueueSet: _queue_set,
    e.ProfileSet: _profile_set,
    e.Announced: _announced,
    e.AnnouncementWithdrawn: _announcement_withdrawn,
    e.TroubleBegan: _trouble_began,
    e.TroubleEnded: _trouble_ended,
    e.TroubleSeen: _trouble_seen,
}
