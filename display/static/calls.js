/** Which calls a board shows where: pure memory over views, so that it can be tested without a screen. */

const BRIGHT_MS = 20_000;
const SHARE_MS = 15_000;
const BANDS = 3;
const RECENT = 4;

/**
 * Remembers what this page has shown. `update(calls, now, room)` takes the view's calls, newest first and each visit once, the
 * server's clock in ms, and how many calls fit the block and the list of recent ones; it answers {block, recent, waiting, fresh,
 * bright}: the calls of the block, the calls called before, those whose band is still to come, in their order, those that are
 * painted for the first time, oldest first (they are announced), and whether the block is amber. A call keeps its band for 15 s,
 * unless its counter calls somebody else; one more than fit waits until a band is free, while a recall takes the band that its
 * visit still has.
 *
 * Calls that were there before the page are never fresh, unless `kept`: then `memory` is what was remembered before a reload, and
 * calls that it does not have came while the page was loading. It goes on being written.
 */
export function callMemory(memory = new Map(), kept = false) {
  let primed = kept;
  const shownAt = (call) => memory.get(call.visit)?.shownAt ?? -Infinity;
  const isAnnounced = (call) => memory.get(call.visit)?.key === call.key && shownAt(call) >= call.at;
  const announce = (call, at) => memory.set(call.visit, { key: call.key, shownAt: at });

  return function update(calls, now, { bands = BANDS, recents = RECENT } = {}) {
    const known = newestPerCounter(
      calls.map((call) => ({ ...call, key: keyOf(call), id: `${keyOf(call)}@${call.at}`, at: Date.parse(call.at) })),
    );
    const visits = new Set(known.map((call) => call.visit));
    for (const visit of memory.keys()) if (!visits.has(visit)) memory.delete(visit);
    for (const call of known)
      if (!isAnnounced(call) && (!primed || call.superseded || isOld(call, now))) announce(call, call.at);
    primed = true;

    const fresh = [];
    let free = bands - known.filter((call) => !call.superseded && now - shownAt(call) < SHARE_MS).length;
    for (const call of known.filter((each) => !isAnnounced(each)).reverse()) {
      const hasBand = now - shownAt(call) < BRIGHT_MS;
      if (!hasBand && free <= 0) continue;
      if (!hasBand) free -= 1;
      announce(call, Math.max(now, call.at));
      fresh.push(call);
    }

    const waiting = known.filter((call) => !isAnnounced(call)).reverse();
    const shown = known.filter(isAnnounced).map((call) => ({ ...call, shownAt: shownAt(call) }));
    const block = blockOf(shown, now, bands);
    const recent = shown.filter((call) => !block.includes(call)).slice(0, recents);
    return { block, recent, waiting, fresh, bright: block.some((call) => call.state === "called" || isHeld(call, now)) };
  };
}

const keyOf = (call) => `${call.visit}/${call.calls}`;

/** A counter that has called somebody else since needs the band for them: only its newest call is the present one. */
function newestPerCounter(calls) {
  const seen = new Set();
  return calls.map((call) => {
    const place = `${call.place ?? "counter"} ${call.counter}`;
    const superseded = seen.has(place);
    seen.add(place);
    return { ...call, superseded };
  });
}

const isHeld = (call, now) => !call.superseded && now - call.shownAt < BRIGHT_MS;

/** It came and went while the link was cut: nobody is expected to answer it, so it does not ring. */
const isOld = (call, now) => call.state !== "called" && now - call.at > BRIGHT_MS;

/** The calls of the last 20 s; else the newest one still unanswered; else the newest. */
function blockOf(shown, now, bands) {
  const held = shown.filter((call) => isHeld(call, now)).slice(0, bands);
  if (held.length) return held;
  return [shown.find((call) => call.state === "called") ?? shown[0]].filter(Boolean);
}
