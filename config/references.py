"""What the parts of a plan or catalogue say about each other: nothing twice, nothing dangling, nothing out of reach."""

from collections import Counter as Tally
from collections.abc import Collection, Iterable, Sequence

from config.catalogue import Catalogue, Institution, Service
from config.fault import did_you_mean, meant
from config.plan import Plan
from config.shape import Report


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
                hint = did_you_mean(word, known)
                report.add(f"{path}.{field}[{j}]", f'"{word}" is none of the {field} ({", ".join(known)}){hint}')


def check_references(plan: Plan, report: Report) -> None:
    """Cross references of a plan; its services are held against the catalogue elsewhere."""
    for what, parts in (
        ("zone", plan.zones),
        ("queue", plan.queues),
        ("profile", plan.profiles),
        ("counter", plan.counters),
        ("kiosk", plan.kiosks),
        ("institution", plan.institutions),
    ):
        _unique(what, f"{what}s", parts, report)
    _letters("queue", "queues", plan.queues, report)
    _dangling(plan, report)
    _services_in_queues(plan, report)
    _services_without_queue(plan, report)
    _queues_at_counters(plan, report)
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
    for i, kiosk in enumerate(plan.kiosks):
        who, path = f'kiosk "{kiosk.code}"', f"kiosks[{i}]"
        _refers(who, "stands in zone", kiosk.zone, "zone", zones, f"{path}.zone", report)
        offered = [(f"{path}.quick[{j}]", code) for j, code in enumerate(kiosk.quick)]
        offered += [(f"{path}.unknown", kiosk.unknown)] if kiosk.unknown else []
        for where, code in offered:
            if code and code not in waiting and not report.torn("institutions", "institutions[]", "institutions[].code"):
                hint = did_you_mean(code, waiting)
                report.add(where, f'{who} offers service "{code}", which this centre does not offer{hint}')


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
    serving = {meant(code, queues): profile.code for profile in plan.profiles for code in profile.queues}
    codes = [profile.code for profile in plan.profiles]
    used = {meant(counter.profile, codes) for counter in plan.counters}
    served = {meant(code, queues) for profile in plan.profiles if profile.code in used for code in profile.queues}
    for i, queue in enumerate(plan.queues):
        if queue.code and queue.code not in served:
            why = f'only profile "{serving[queue.code]}" serves it' if queue.code in serving else "no profile serves it"
            tail = " and no counter uses that" if queue.code in serving else ""
            report.add(f"queues[{i}]", f'queue "{queue.code}" is out of reach of every counter: {why}{tail}')


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
    report.add(path, f'{who} {verb} "{code}", which no [[{what}]] defines{listed}{did_you_mean(code, known)}')
