"""Which counters a waiting area is for."""

from config.plan import Plan


def counters_for(plan: Plan, zone: str) -> tuple[str, ...]:
    """The counters that stand in a zone or serve who waits there, in the order of the plan."""
    waiting = {queue.code for queue in plan.queues if queue.zone == zone}
    serving = {profile.code for profile in plan.profiles if not waiting.isdisjoint(profile.queues)}
    return tuple(one.code for one in plan.counters if one.zone == zone or one.profile in serving)
