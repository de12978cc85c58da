"""Makes a plan of a centre's file and the catalogue."""

from collections.abc import Collection, Sequence
from typing import TypeVar

import msgspec

from config.catalogue import Catalogue, Institution, Service, Situation
from config.centre_file import CentreFile, Change, Offer, QueueEntry
from config.plan import Plan, Profile, Queue
from config.references import check_words
from config.shape import Report

T = TypeVar("T", Institution, Service)


def assemble(file: CentreFile, catalogue: Catalogue, report: Report) -> Plan:
    """The plan that the file describes. A misspelt code is read as its nearest, so that one mistake is one fault.

    Parts keep their index: `queues[2]` of the plan is `queues[2]` of the file.
    """
    institutions = tuple(_institution(i, offer, catalogue, report) for i, offer in enumerate(file.institutions))
    offered: dict[str, Service] = {}
    for i, offer in enumerate(file.institutions):
        offered |= {s.code: s for s in _offered(i, offer, institutions[i].code, catalogue, report)}
    _change(file.services, offered, catalogue, report)
    holders = {institution.code: institution for institution in institutions if institution.code}
    named = _named(file, holders, offered, catalogue, report)
    queues = _queues(file.queues, named, holders, offered, report)
    every = tuple(queue.code for queue in queues)
    return Plan(
        centre=file.centre,
        place=file.place,
        languages=file.languages,
        zones=file.zones,
        queues=queues,
        profiles=tuple(
            Profile(code=p.code, name=p.name, queues=p.queues if isinstance(p.queues, tuple) else every, calling=p.calling)
            for p in file.profiles
        ),
        counters=file.counters,
        kiosks=file.kiosks,
        lines=file.lines,
        booths=file.booths,
        rooms=file.rooms,
        wifi=file.wifi,
        institutions=institutions,
        services=tuple(offered.values()),
        kinds=catalogue.kinds,
        channels=catalogue.channels,
        outcomes=catalogue.outcomes,
        unserved=catalogue.unserved,
        counted=catalogue.counted,
        health_words=catalogue.health_words,
        clerks=file.clerks,
        shifts=file.shifts,
        hours=file.hours,
        booking=file.booking,
        roll=file.roll,
        rules=file.rules,
        pause_reasons=file.pause_reasons,
        slip_footer=file.slip_footer,
        slip=file.slip,
        feedback=file.feedback,
        notices=file.notices,
        screens=file.screens,
        voice=file.voice,
        slides=file.slides,
        situations=situations_for(catalogue, offered),
    )


def situations_for(catalogue: Catalogue, offered: Collection[str]) -> tuple[Situation, ...]:
    """The occasions for which this centre offers something, with what it offers."""
    here = (
        msgspec.structs.replace(one, services=tuple(code for code in one.services if code in offered))
        for one in catalogue.situations
    )
    return tuple(one for one in here if one.services)


def all_of(institution: str, catalogue: Catalogue) -> list[str]:
    """Codes of the services that "all" means: those of the institution that are not retired."""
    return [s.code for s in catalogue.services if s.institution == institution and not s.retired]


def _institution(i: int, offer: Offer, catalogue: Catalogue, report: Report) -> Institution:
    known = {institution.code: institution for institution in catalogue.institutions}
    code = report.meant(offer.code, known)
    if offer.code not in known:
        note = report.add if code else report.hole
        note(f"institutions[{i}].code", f'no institution "{offer.code}" in the catalogue{report.did_you_mean(offer.code, known)}')
    empty = Institution(code="", short={}, name={}, letter="", standing="centre", evidence="guess")
    return _replaced(known.get(code, empty), offer)


def _offered(i: int, offer: Offer, institution: str, catalogue: Catalogue, report: Report) -> list[Service]:
    known = {service.code: service for service in catalogue.services}
    listed: list[str] = []
    for j, code in enumerate(offer.services if isinstance(offer.services, tuple) else ()):
        path = f"institutions[{i}].services[{j}]"
        if code not in known:
            own = [s for s in known if known[s].institution == institution]
            hint = report.did_you_mean(code, own) or report.did_you_mean(code, known)
            report.add(path, f'no service "{code}" in the catalogue{hint}')
            code = report.meant(code, own)
        elif institution and known[code].institution != institution:
            report.add(path, f'service "{code}" belongs to institution "{known[code].institution}", not "{institution}"')
        elif code in listed:
            report.add(path, f'service "{code}" is listed twice')
        if code and code not in listed:
            listed.append(code)
    everything = offer.services == "all" or f"institutions[{i}].services" in report.holes
    return [known[code] for code in (all_of(institution, catalogue) if everything else listed)]


def _change(changes: tuple[Change, ...], offered: dict[str, Service], catalogue: Catalogue, report: Report) -> None:
    seen: set[str] = set()
    for i, change in enumerate(changes):
        code = change.code
        if code in seen:
            report.add(f"services[{i}].code", f'service "{code}" is changed twice')
        elif code and code not in offered:
            hint = report.did_you_mean(code, offered)
            report.add(f"services[{i}].code", f'service "{code}" is changed here, but not offered{hint}')
        elif code:
            offered[code] = _replaced(offered[code], change)
        seen.add(code)
        words = (change.kinds or (), change.channels or ())
        check_words(*words, catalogue.kinds, catalogue.channels, f"services[{i}]", report)


def _named(
    file: CentreFile, holders: Collection[str], offered: Collection[str], catalogue: Catalogue, report: Report
) -> list[list[str]]:
    """For each queue the codes in its `services`, all of them codes that this centre offers."""
    there = {institution.code for institution in catalogue.institutions} | {s.code for s in catalogue.services}
    known = [*offered, *holders]
    blind = report.torn("institutions", "institutions[]", "institutions[].code")
    named = []
    for i, entry in enumerate(file.queues):
        for j, code in enumerate(entry.services):
            path = f"queues[{i}].services[{j}]"
            if code not in there:
                hint = report.did_you_mean(code, known) or report.did_you_mean(code, there)
                report.add(path, f'no service "{code}" in the catalogue{hint}')
            elif code not in known and not blind:
                report.add(path, f'"{code}" is in the catalogue, but no [[institution]] of this centre offers it')
        codes = [code if code in there else report.meant(code, known) for code in entry.services]
        named.append([code for code in codes if code in known])
    return named


def _queues(
    entries: Sequence[QueueEntry],
    named: list[list[str]],
    holders: dict[str, Institution],
    offered: dict[str, Service],
    report: Report,
) -> tuple[Queue, ...]:
    singly = {code for codes in named for code in codes}
    queues = []
    for i, (entry, codes) in enumerate(zip(entries, named, strict=True)):
        services: list[str] = []
        for code in codes:
            rest = [s.code for s in offered.values() if s.institution == code and not s.retired and s.code not in singly]
            services += [code] if code in offered else rest
        sole = holders.get(codes[0]) if len(codes) == 1 else None
        name, letter = entry.name or (sole and sole.short), entry.letter or (sole and sole.letter)
        for field, value in (("name", name), ("letter", letter)):
            if value is None and codes:
                report.hole(f"queues[{i}].{field}", "is missing (only a queue of just one institution has one by itself)")
        queue = Queue(
            code=entry.code, name=name or {}, letter=letter or "", zone=entry.zone, services=tuple(services),
            target=entry.target, skill=entry.skill, hours=entry.hours, exceptions=entry.exceptions,
        )  # fmt: skip
        queues.append(queue)
    return tuple(queues)


def _replaced(base: T, said: Offer | Change) -> T:
    """`base` with what the file says otherwise."""
    given = {name: getattr(said, name) for name in said.__struct_fields__ if name not in ("code", "services")}
    return msgspec.structs.replace(base, **{name: value for name, value in given.items() if value is not None})
