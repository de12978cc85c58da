/** Which calls a board shows where: pure memory over views, so that it can be tested without a screen. */

const BRIGHT_MS = 20_000;
const SHARE_MS = 15_000;
const BANDS = 3;
const RECENT = 4;

/**
 * Remembers what this page has shown. `update(calls, now)` takes the view's calls, newest first and each visit once, and the
 * server's clock in ms; it answers {block, recent, bright, fresh}: the one to three calls of the block, the calls called
 * before, whether the block is amber, and those calls that are painted for the first time, oldest first (they ring). Calls
 * that were there before the page are never fresh. A call keeps its band for 15 s, unless its counter calls somebody else; a
 * fourth one waits until a band is free, while a recall takes the band that its visit still has.
 */
export function callMemory() {
  const memory = new Map();
  let primed = false;
  const shownAt = (call) => memory.get(call.visit)?.shownAt ?? -Infinity;
  const isAnnounced = (call) => memory.get(call.visit)?.key === call.key && shownAt(call) >= call.at;
  const announce = (call, at) => memory.set(call.visit, { key: call.key, shownAt: at });

  return function update(calls, now) {
    const known = newestPerCounter(
      calls.map((call) => ({ ...call, key: `${call.visit}/${call.calls}`, at: Date.parse(call.at) })),
    );
    const visits = new Set(known.map((call) => call.visit));
    for (const visit of memory.keys()) if (!visits.has(visit)) memory.delete(visit);
    for (const call of known)
      if (!isAnnounced(call) && (!primed || call.superseded || isOld(call, now))) announce(call, call.at);
    primed = true;

    const fresh = [];
    let free = BANDS - known.filter((call) => !call.superseded && now - shownAt(call) < SHARE_MS).length;
    for (const call of known.filter((each) => !isAnnounced(each)).reverse()) {
      const hasBand = now - shownAt(call) < BRIGHT_MS;
      if (!hasBand && free <= 0) continue;
      if (!hasBand) free -= 1;
      announce(call, Math.max(now, call.at));
      fresh.push(call);
    }

    const shown = known.filter((call) => memory.has(call.visit)).map((call) => ({ ...call, shownAt: shownAt(call) }));
    const block = blockOf(shown, now);
    const recent = shown.filter((call) => !block.includes(call)).slice(0, RECENT);
    return { block, recent, fresh, bright: block.some((call) => call.state === "called" || isHeld(call, now)) };
  };
}

/** A counter that has called somebody else since needs the band for them: only its newest call is the present one. */
function newestPerCounter(calls) {
  const seen = new Set();
  return calls.map((call) => {
    const superseded = seen.has(call.counter);
    seen.add(call.counter);
    return { ...call, superseded };
  });
}

const isHeld = (call, now) => !call.superseded && now - call.shownAt < BRIGHT_MS;

/** It came and went while the link was cut: nobody is expected to answer it, so it does not ring. */
const isOld = (call, now) => call.state !== "called" && now - call.at > BRIGHT_MS;

/** The calls of the last 20 s; else the newest one still unanswered; else the newest. */
function blockOf(shown, now) {
  const held = shown.filter((call) => isHeld(call, now)).slice(0, BANDS);
  if (held.length) return held;
  return [shown.find((call) => call.state === "called") ?? shown[0]].filter(Boolean);
}
