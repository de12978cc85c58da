"""What the parts of a plan or catalogue say about each other: nothing twice, nothing dangling, nothing out of reach."""

from collections import Counter as Tally
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from config.booth_references import check_booths
from config.catalogue import Catalogue, Counted, Institution, Service
from config.feedback import check_feedback
from config.hours import dates, stretches
from config.line_references import check_lines
from config.plan import Exceptional, OpenHours, Plan
from config.room_references import check_rooms
from config.screen_references import check_screens
from config.shape import Report
from config.slide_references import check_slides
from config.spoken.check import check_voice


def check_catalogue(catalogue: Catalogue, report: Report) -> None:
    """Codes and letters are unique, every service has its institution, kinds and channels."""
    _unique("institution", "institutions", catalogue.institutions, report)
    _unique("service", "services", catalogue.services, report)
    _letters("institution", "institutions", catalogue.institutions, report)
    institutions = [institution.code for institution in catalogue.institutions]
    for i, service in enumerate(catalogue.services):
        if service.code in institutions:
            report.add(f"services[{i}].code", f'"{service.code}" is the code of an institution')
    check_services(catalogue.services, catalogue.institutions, catalogue.kinds, catalogue.channels, report)
    check_counted(catalogue.counted, catalogue.kinds, report)
    _unique("situation", "situations", catalogue.situations, report)
    services = [service.code for service in catalogue.services]
    for i, situation in enumerate(catalogue.situations):
        for j, code in enumerate(situation.services):
            who = f'situation "{situation.code}"'
            _refers(who, "leads to service", code, "service", services, f"situations[{i}].services[{j}]", report)


def check_services(
    services: Sequence[Service],
    institutions: Sequence[Institution],
    kinds: Collection[str],
    channels: Collection[str],
    report: Report,
) -> None:
    """Every service has an institution that exists, and only kinds and channels of the vocabulary."""
    codes = [institution.code for institution in institutions]
    for i, service in enumerate(services):
        who = f'service "{service.code}"'
        _refers(who, "has institution", service.institution, "institution", codes, f"services[{i}].institution", report)
        check_words(service.kinds, service.channels, kinds, channels, f"services[{i}]", report)


def check_counted(counted: Mapping[str, Counted], kinds: Collection[str], report: Report) -> None:
    """Kinds that are counted as others, and those others, are words of the vocabulary."""
    for kind, one in counted.items():
        for path, word in ((kind, kind), (f"{kind}.lodged", one.lodged), (f"{kind}.otherwise", one.otherwise)):
            if word not in kinds:
                hint = report.did_you_mean(word, kinds)
                report.add(f"counted.{path}", f'"{word}" is none of the kinds ({", ".join(kinds)}){hint}')


def check_words(
    kinds: Iterable[str],
    channels: Iterable[str],
    known_kinds: Collection[str],
    known_channels: Collection[str],
    path: str,
    report: Report,
) -> None:
    """Kinds and channels of the service at `path` are words of the vocabulary."""
    for field, words, known in (("kinds", kinds, known_kinds), ("channels", channels, known_channels)):
        for j, word in enumerate(words):
            if word not in known:
                hint = report.did_you_mean(word, known)
                report.add(f"{path}.{field}[{j}]", f'"{word}" is none of the {field} ({", ".join(known)}){hint}')


def check_references(plan: Plan, report: Report) -> None:
    """Cross references of a plan; its services are held against the catalogue elsewhere."""
    for what, parts in (
        ("zone", plan.zones),
        ("queue", plan.queues),
        ("profile", plan.profiles),
        ("counter", plan.counters),
        ("kiosk", plan.kiosks),
        ("line", plan.lines),
        ("booth", plan.booths),
        ("room", plan.rooms),
        ("screen", plan.screens),
        ("clerk", plan.clerks),
        ("institution", plan.institutions),
    ):
        _unique(what, f"{what}s", parts, report)
    _letters("queue", "queues", plan.queues, report)
    _dangling(plan, report)
    _services_in_queues(plan, report)
    _services_without_queue(plan, report)
    _queues_at_counters(plan, report)
    _skills(plan, report)
    _shares(plan, report)
    _services_named(plan, report)
    _never_open(plan, report)
    _twice_said(plan, report)
    _exceptions(plan, report)
    _notices(plan, report)
    _reserves(plan, report)
    check_lines(plan, report)
    check_booths(plan, report)
    check_rooms(plan, report)
    check_slides(plan, report)
    check_screens(plan, report)
    check_voice(plan, report)
    check_feedback(plan, report)
    if "lv" not in plan.languages[:1]:
        report.add("languages", 'the first language must be "lv"')
    for i, minutes in enumerate(plan.rules.park_minutes):
        if minutes > plan.rules.park_limit_minutes:
            limit = plan.rules.park_limit_minutes
            report.add(f"rules.park_minutes[{i}]", f"{minutes} minutes is more than park_limit_minutes ({limit})")


def _dangling(plan: Plan, report: Report) -> None:
    zones = [zone.code for zone in plan.zones]
    queues = [queue.code for queue in plan.queues]
    profiles = [profile.code for profile in plan.profiles]
    waiting = {service.code for service in plan.services if not service.retired}
    for i, queue in enumerate(plan.queues):
        _refers(f'queue "{queue.code}"', "waits in zone", queue.zone, "zone", zones, f"queues[{i}].zone", report)
    for i, profile in enumerate(plan.profiles):
        for j, code in enumerate(profile.queues):
            who = f'profile "{profile.code}"'
            _refers(who, "serves queue", code, "queue", queues, f"profiles[{i}].queues[{j}]", report)
    for i, counter in enumerate(plan.counters):
        who, path = f'counter "{counter.code}"', f"counters[{i}]"
        _refers(who, "stands in zone", counter.zone, "zone", zones, f"{path}.zone", report)
        _refers(who, "uses profile", counter.profile, "profile", profiles, f"{path}.profile", report)
    for i, clerk in enumerate(plan.clerks):
        if clerk.profile is not None:
            _refers(f'clerk "{clerk.code}"', "uses profile", clerk.profile, "profile", profiles, f"clerks[{i}].profile", report)
    for i, kiosk in enumerate(plan.kiosks):
        who, path = f'kiosk "{kiosk.code}"', f"kiosks[{i}]"
        _refers(who, "stands in zone", kiosk.zone, "zone", zones, f"{path}.zone", report)
        offered = [(f"{path}.quick[{j}]", code) for j, code in enumerate(kiosk.quick)]
        offered += [(f"{path}.unknown", kiosk.unknown)] if kiosk.unknown else []
        for where, code in offered:
            _offered(who, "offers", code, waiting, where, report)
    for i, shift in enumerate(plan.shifts):
        counters = [counter.code for counter in plan.counters]
        _refers("a shift", "is at counter", shift.counter, "counter", counters, f"shifts[{i}].counter", report)


def _services_in_queues(plan: Plan, report: Report) -> None:
    """A queue has services, each of them offered, not retired and in no other queue."""
    services = {service.code: service for service in plan.services}
    first: dict[str, str] = {}
    told = {path.rpartition("[")[0] for path, _ in report.faults}
    blind = report.torn("institutions", "institutions[]", "institutions[].code")
    for i, queue in enumerate(plan.queues):
        path, who = f"queues[{i}].services", f'queue "{queue.code}"'
        if not queue.services and path not in told and not blind:
            report.add(path, f"{who} has no services")
        for code in queue.services:
            if code not in services:
                report.add(path, f'{who} has service "{code}", which is not offered')
            elif services[code].retired:
                report.add(path, f'{who} has service "{code}", which is retired')
            if code in first:
                where = "twice in" if first[code] == queue.code else f'in two queues: "{first[code]}" and'
                report.add(path, f'service "{code}" is {where} "{queue.code}"')
            first.setdefault(code, queue.code)


def _services_without_queue(plan: Plan, report: Report) -> None:
    """Every service that is not retired waits in a queue."""
    if report.torn("queues", "queues[]", "queues[].services", "queues[].services[]", "institutions", "institutions[]"):
        return
    queued = {code for queue in plan.queues for code in queue.services}
    for i, institution in enumerate(plan.institutions):
        of_it = [s for s in plan.services if s.institution == institution.code and not s.retired]
        lost = [f'"{service.code}"' for service in of_it if service.code not in queued]
        if lost and f"institutions[{i}].services" not in report.holes:
            names = ", ".join(lost[:3]) + (f" and {len(lost) - 3} more" if len(lost) > 3 else "")
            report.add(f"institutions[{i}]", f'"{institution.code}" offers {names}, but no queue has it')


def _queues_at_counters(plan: Plan, report: Report) -> None:
    """Every queue is served by a counter."""
    if report.torn(
        *("profiles", "profiles[]", "profiles[].code", "profiles[].queues", "profiles[].queues[]"),
        *("counters", "counters[]", "counters[].profile"),
    ):
        return
    queues = [queue.code for queue in plan.queues]
    serving = {report.meant(code, queues): profile.code for profile in plan.profiles for code in profile.queues}
    codes = [profile.code for profile in plan.profiles]
    used = {report.meant(counter.profile, codes) for counter in plan.counters}
    served = {report.meant(code, queues) for profile in plan.profiles if profile.code in used for code in profile.queues}
    for i, queue in enumerate(plan.queues):
        if queue.code and queue.code not in served:
            why = f'only profile "{serving[queue.code]}" serves it' if queue.code in serving else "no profile serves it"
            tail = " and no counter uses that" if queue.code in serving else ""
            report.add(f"queues[{i}]", f'queue "{queue.code}" is out of reach of every counter: {why}{tail}')


def _skills(plan: Plan, report: Report) -> None:
    """Every skill that a queue asks for is had by a clerk."""
    if report.torn("clerks", "clerks[]", "clerks[].skills", "clerks[].skills[]"):
        return
    known = {skill for clerk in plan.clerks for skill in clerk.skills}
    for i, queue in enumerate(plan.queues):
        if queue.skill and queue.skill not in known:
            text = f'queue "{queue.code}" asks for skill "{queue.skill}", which no [[clerk]] has'
            report.add(f"queues[{i}].skill", text + report.did_you_mean(queue.skill, known))


def _shares(plan: Plan, report: Report) -> None:
    """A ratio has shares and nothing else has; each is of a queue that the profile serves, and of each only one."""
    queues = [queue.code for queue in plan.queues]
    for i, profile in enumerate(plan.profiles):
        path, who, calling = f"profiles[{i}].calling", f'profile "{profile.code}"', profile.calling
        named = [share.queue for share in calling.shares]
        blind = f"profiles[{i}].queues" in report.holes or not calling.order
        if not blind and (calling.order == "ratio") != bool(named) and f"{path}.shares" not in report.holes:
            text = 'order "ratio" needs shares' if not named else f'shares go with order "ratio", not "{calling.order}"'
            report.add(f"{path}.shares" if named else f"{path}.order", f"{who}: {text}")
        served = [report.meant(code, queues) for code in profile.queues]
        for j, code in enumerate(named):
            where = f"{path}.shares[{j}].queue"
            if code and code in named[:j]:
                report.add(where, f'{who} has two shares of queue "{code}"')
            elif code and code not in served and not blind:
                hint = report.did_you_mean(code, served)
                report.add(where, f'{who} has a share of queue "{code}", which it does not serve{hint}')


def _services_named(plan: Plan, report: Report) -> None:
    """What can be booked, and what the paper roll is for, is offered here; the roll has numbers."""
    waiting = {service.code for service in plan.services if not service.retired}
    booked = plan.booking.services if plan.booking else ()
    for j, code in enumerate(booked):
        _offered("booking", "names", code, waiting, f"booking.services[{j}]", report)
        if code in booked[:j]:
            report.add(f"booking.services[{j}]", f'service "{code}" is listed twice')
    if plan.roll:
        _offered("the roll", "names", plan.roll.service, waiting, "roll.service", report)
        if plan.roll.last <= plan.roll.first and not {"roll.first", "roll.last"} & report.holes:
            report.add("roll.last", f"the roll goes from {plan.roll.first} to {plan.roll.last}: it needs more than one number")


def _never_open(plan: Plan, report: Report) -> None:
    """Rules name days; hours have rules."""
    rules = [(f"hours.regular[{j}]", rule) for j, rule in enumerate(plan.hours.regular)] if plan.hours else []
    rules += [(f"queues[{i}].hours[{j}]", rule) for i, queue in enumerate(plan.queues) for j, rule in enumerate(queue.hours)]
    named = [(path, rule.days) for path, rule in rules] + [(f"shifts[{i}]", shift.days) for i, shift in enumerate(plan.shifts)]
    for path, days in named:
        if not days and f"{path}.days" not in report.holes:
            report.add(f"{path}.days", "names no day")
    if plan.hours and not plan.hours.regular and "hours.regular" not in report.holes:
        report.add("hours.regular", "is empty, so the centre would never be open (without [hours] it always is)")


def _twice_said(plan: Plan, report: Report) -> None:
    """Of two rules for one day, neither of which is more particular, one would be lost without a word."""
    rotas = [("hours.regular", plan.hours.regular)] if plan.hours else []
    rotas += [(f"queues[{i}].hours", queue.hours) for i, queue in enumerate(plan.queues)]
    for path, rules in rotas:
        for j, rule in enumerate(rules):
            blind = f"{path}[{j}].season" in report.holes
            for i, before in enumerate(rules[:j] if not blind else ()):
                same = [day for day in rule.days if day in before.days]
                if same and f"{path}[{i}].season" not in report.holes and _compete(before, rule):
                    there = f"{path.rpartition('.')[2]}[{i}]"
                    report.add(f"{path}[{j}].days", f'"{same[0]}" is in {there} already: write both spans in one row')
                    break


def _exceptions(plan: Plan, report: Report) -> None:
    """No day is in two exceptions, but for one within a longer one: that is an exception to it."""
    _once_each("hours", plan.hours.exceptions if plan.hours else (), report)
    for i, queue in enumerate(plan.queues):
        _once_each(f"queues[{i}]", queue.exceptions, report)
        if queue.exceptions and not queue.hours and f"queues[{i}].hours" not in report.holes:
            report.add(f"queues[{i}].exceptions", f'queue "{queue.code}" has exceptions, but no hours of its own')


def _once_each(rota: str, exceptions: Sequence[Exceptional], report: Report) -> None:
    known: dict[int, tuple[date, date]] = {}
    for j, exception in enumerate(exceptions):
        path = f"{rota}.exceptions[{j}].date"
        if path in report.holes or not exception.date:
            continue
        first, last = own = dates(exception.date)
        for i, (begin, end) in known.items():
            within = begin <= first and last <= end and own != (begin, end)
            if begin <= last and first <= end and not within:
                report.add(path, f'a day of "{exception.date}" is in exceptions[{i}] already')
                break
        known[j] = own


def _notices(plan: Plan, report: Report) -> None:
    """A notice is about what this centre offers, and ends after it begins."""
    codes = [*(i.code for i in plan.institutions), *(s.code for s in plan.services)]
    for i, notice in enumerate(plan.notices):
        path = f"notices[{i}]"
        for j, code in enumerate(notice.about):
            if code and code not in codes and not report.torn("institutions", "institutions[]", "institutions[].code"):
                text = f'the notice is about "{code}", which is no institution or service of this centre'
                report.add(f"{path}.about[{j}]", text + report.did_you_mean(code, codes))
        if notice.since and notice.until and notice.until < notice.since:
            report.add(f"{path}.until", f'"{notice.until}" is before since ("{notice.since}")')


def _reserves(plan: Plan, report: Report) -> None:
    """No two kiosks with a screen give the same reserve numbers."""
    first: dict[str, str] = {}
    for i, kiosk in enumerate(plan.kiosks):
        if kiosk.screen and kiosk.reserve in first:
            text = f'kiosks "{first[kiosk.reserve]}" and "{kiosk.code}" have the same reserve letter {kiosk.reserve}'
            report.add(f"kiosks[{i}].reserve", f"{text}, so they would give the same numbers without the server (X, Y, Q or W)")
        elif kiosk.screen:
            first[kiosk.reserve] = kiosk.code


def _compete(one: OpenHours, other: OpenHours) -> bool:
    """Whether both rules stand for a day with nothing to choose between them."""
    if one.nth or other.nth or bool(one.season) != bool(other.season):
        return False
    if not one.season:
        return True
    return any(a <= d and c <= b for a, b in stretches(one.season) for c, d in stretches(other.season))


def _offered(who: str, verb: str, code: str, offered: Collection[str], path: str, report: Report) -> None:
    if code and code not in offered and not report.torn("institutions", "institutions[]", "institutions[].code"):
        hint = report.did_you_mean(code, offered)
        report.add(path, f'{who} {verb} service "{code}", which this centre does not offer{hint}')


def _unique(what: str, path: str, parts: Sequence[object], report: Report) -> None:
    codes = [getattr(part, "code", "") for part in parts]
    for i, code in enumerate(codes):
        first = codes.index(code)
        if code and first < i:
            report.add(f"{path}[{i}].code", f'{what} "{code}" is there already ({report.named(path)}[{first}])')


def _letters(what: str, path: str, parts: Sequence[object], report: Report) -> None:
    letters = [getattr(part, "letter", "") for part in parts]
    many = {letter for letter, count in Tally(letters).items() if letter and count > 1}
    for i, part in enumerate(parts):
        first = letters.index(letters[i])
        if letters[i] in many and first < i:
            one, two = getattr(parts[first], "code", ""), getattr(part, "code", "")
            text = f'{what}s "{one}" and "{two}" have the same letter {letters[i]}, so they would give the same numbers'
            report.add(f"{path}[{i}].letter", text)


def _refers(who: str, verb: str, code: str, what: str, known: Sequence[str], path: str, report: Report) -> None:
    if not code or code in known or report.torn(f"{what}s", f"{what}s[]", f"{what}s[].code"):
        return
    listed = f" ({what}s: {', '.join(known)})" if len(known) <= 20 else ""
    report.add(path, f'{who} {verb} "{code}", which no [[{what}]] defines{listed}{report.did_you_mean(code, known)}')
