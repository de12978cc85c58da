/** What keeps a screen that is on all day from burning in: it moves a little, changes sides, and is dark when nobody is there. */

const ORBIT_MS = 240_000;
const ORBIT = [[0, 0], [6, 0], [6, 6], [0, 6], [-6, 6], [-6, 0], [-6, -6], [0, -6], [6, -6]];
const BEFORE_OPENING_MS = 60 * 60_000;
const AFTER_LAST_MS = 15 * 60_000;
/** Between two visits after the doors were closed nobody is called or served for a moment either. */
const AFTER_CALL_MS = 5 * 60_000;
const MINUTE = 60_000;

/** By how many units the whole layout stands aside now: a step every 4 minutes. */
export const orbit = (now) => ORBIT[Math.floor(now / ORBIT_MS) % ORBIT.length];

const FIELDS = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const formats = new Map();

/** Minutes since midnight, and the number of the day, at the centre. */
function local(now, timeZone) {
  if (!formats.has(timeZone)) formats.set(timeZone, new Intl.DateTimeFormat("en-CA", { ...FIELDS, timeZone }));
  const parts = formats.get(timeZone).formatToParts(now);
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  return { minute: part.hour * 60 + part.minute, day: Math.floor(Date.UTC(part.year, part.month - 1, part.day) / 86_400_000) };
}

/** Block and list change sides on alternate days. */
export const swapped = (now, timeZone) => local(now, timeZone).day % 2 === 1;

/** Nobody may come now and nobody is in the house any more. */
export const isDeserted = (data) =>
  data.open === false &&
  data.queues.every((queue) => !queue.waiting) &&
  data.calls.every((call) => call.state === "over");

/** Nobody may come now, and who still waits is not called or served either: the centre is at lunch. */
export const isAtRest = (data, now) =>
  data.open === false && data.calls.every((call) => call.state === "over" && now - Date.parse(call.at) > AFTER_CALL_MS);

/**
 * Of a deserted house: "closed" while somebody may still read when it opens (an hour before, a quarter of an hour after the
 * last call), else "night": "dim", or "black" from 3:00 to 3:30.
 */
export function rest(data, now) {
  const last = Math.max(...data.calls.map((call) => Date.parse(call.at)), -Infinity);
  const opens = data.opens ? Date.parse(data.opens) - now : Infinity;
  if (opens <= BEFORE_OPENING_MS || now - last < AFTER_LAST_MS) return "closed";
  const { minute } = local(now, data.timezone);
  return minute >= 180 && minute < 210 ? "black" : "dim";
}

/** Where the dim mark stands this minute, in percent of the free width and height: never twice running the same. */
export function markPlace(now) {
  const n = Math.floor(now / MINUTE);
  return [(n * 37) % 101, (n * 61) % 101];
}
