/** Which calls a board shows where: pure memory over views, so that it can be tested without a screen. */

export const BRIGHT_MS = 20_000;
export const SHARE_MS = 15_000;
const BANDS = 3;
const RECENT = 4;

const keyOf = (call) => `${call.visit}/${call.calls}`;

/**
 * Remembers what this page has shown. `update(calls, now)` takes the view's calls, newest first, and the server's clock in
 * ms; it answers {block, recent, bright, fresh}: the one to three calls of the block, the calls called before, whether the
 * block is amber, and those calls that are painted for the first time, oldest first (they ring). Calls that were there
 * before the page are never fresh. A call keeps its band for 15 s; a fourth one waits until a band is free.
 */
export function callMemory() {
  const shownAt = new Map();
  let primed = false;

  return function update(calls, now) {
    const known = calls.map((call) => ({ ...call, key: keyOf(call), at: Date.parse(call.at) }));
    forget(shownAt, known);
    for (const call of known) if (!primed || isOld(call, now)) shownAt.set(call.key, shownAt.get(call.key) ?? call.at);
    primed = true;

    const fresh = [];
    const busy = known.filter((call) => now - shownAt.get(call.key) < SHARE_MS).length;
    const waiting = known.filter((call) => !shownAt.has(call.key)).reverse();
    for (const call of waiting.slice(0, Math.max(0, BANDS - busy))) {
      shownAt.set(call.key, Math.max(now, call.at));
      fresh.push(call);
    }

    const shown = known.filter((call) => shownAt.has(call.key)).map((call) => ({ ...call, shownAt: shownAt.get(call.key) }));
    const block = blockOf(shown, now);
    const recent = shown.filter((call) => !block.includes(call)).slice(0, RECENT);
    return { block, recent, fresh, bright: block.some((call) => call.state === "called" || isHeld(call, now)) };
  };
}

const isHeld = (call, now) => now - call.shownAt < BRIGHT_MS;

/** It came and went while the link was cut: nobody is expected to answer it, so it does not ring. */
const isOld = (call, now) => call.state !== "called" && now - call.at > BRIGHT_MS;

/** The calls of the last 20 s; else the newest one still unanswered; else the newest. */
function blockOf(shown, now) {
  const held = shown.filter((call) => isHeld(call, now)).slice(0, BANDS);
  if (held.length) return held;
  return [shown.find((call) => call.state === "called") ?? shown[0]].filter(Boolean);
}

/** Drops what left the view, and what was called anew under the same name after an undone or repeated step. */
function forget(shownAt, known) {
  const times = new Map(known.map((call) => [call.key, call.at]));
  for (const [key, at] of shownAt) if (!(times.get(key) <= at)) shownAt.delete(key);
}
