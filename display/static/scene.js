/** What the board shows now, and how large: a pure function of the view, the calls it has shown, its link, its window and the time. */
import { textEms } from "/static/page.js";
import { isAtRest, isDeserted, markPlace, orbit, rest, swapped } from "/display/static/care.js";
import { legible } from "/display/static/legible.js";
import { slideAt } from "/display/static/slides_view.js";
import { tilePage } from "/display/static/tiles.js";

const NOTICE_MS = 8_000;
const FORGET_MS = 5 * 60_000;

export const isCut = (link) => link.state === "stale" || link.state === "replaced" || link.state === "refused";

/** The view's screen that this page is: the one of its address, else the first; nothing while the view names none. */
export const screenOf = (data, code) => data.screens?.find((each) => each.code === code) ?? data.screens?.[0];

/** How many calls at once, and how many called before, this page's screen has room for: {bands, recents} for `callMemory`. */
export const room = ({ data, code, width, height }) => legible(place({ data, code, width, height }));

const place = ({ data, code, width, height, waiting = false, line = false }) => ({
  width, height, waiting,
  screen: screenOf(data, code),
  notice: line || Boolean(data.notices?.length),
  wide: Math.max(0, ...data.calls.map((call) => textEms(call.number))),
});

/**
 * `data`: the view; `viewed`: whether it has come; `shown`: what `callMemory` answers; `code`: of the screen; `sound`: "on",
 * "off" or "blocked"; `fresh`: has(key) of calls that pulse.
 *
 * The answer's `kind` says what has the main place: calls, slide, rest, empty, closed, night, loading, or with a cut link last or
 * instruction. `asks`: the request to touch the screen for sound has no room in the head of a standing screen, but in the foot.
 */
export function scene({ data, viewed, shown, link, now, sound, fresh, code, width, height }) {
  const cut = isCut(link);
  const waiting = cut ? [] : shown.waiting.slice(0, height > width ? 2 : 4);
  const asks = sound === "blocked" && !cut && height > width;
  const layout = legible(place({ data, code, width, height, waiting: waiting.length > 0, line: asks }));
  const screen = screenOf(data, code);
  const kind = cut ? cutKind(data, shown, link, now) : viewed ? kindOf(data, shown, screen, now) : "loading";
  const many = kind === "calls" && shown.block.length > 1;
  const calls = kind === "calls" || kind === "last" ? shown.block : [];
  const before = [...shown.block, ...shown.recent].filter((call) => !calls.includes(call));
  const recent = hasList(kind, many) ? before.slice(0, kind === "last" ? Math.min(4, layout.recents) : layout.recents) : [];
  const still = shown.bright || waiting.length > 0;
  return {
    kind, layout, cut, link, now, sound: soundOf(data, screen, sound, link), fresh, waiting, more: shown.waiting.length - waiting.length, recent,
    block: kind === "last" ? calls.slice(0, 1) : calls,
    bright: shown.bright,
    slide: kind === "slide" ? slideAt(data.slides, now) : null,
    centre: data.centre, timezone: data.timezone, rest: data.rest, open: data.open, hours: data.hours, opens: data.opens,
    asks,
    idle: data.queues.some((queue) => queue.waiting),
    notice: asks || kind === "instruction" || !data.notices?.length ? null : data.notices[Math.floor(now / NOTICE_MS) % data.notices.length],
    queues: hasTiles(kind, many, layout, cut) ? tilePage(data.queues, layout.page, now, still) : [],
    swapped: Boolean(screen?.swaps) && swapped(now, data.timezone),
    orbit: orbit(now),
    night: kind === "night" ? { how: rest(data, now), place: markPlace(now) } : null,
  };
}

function kindOf(data, shown, screen, now) {
  if (shown.bright || shown.waiting.length) return "calls";
  if (isDeserted(data)) return rest(data, now) === "closed" ? "closed" : "night";
  if (data.rest) return "rest";
  if (isAtRest(data, now)) return "closed";
  if (screen?.slides !== false && data.slides?.length && !data.calls.some((call) => call.state === "called")) return "slide";
  if (shown.block.length) return "calls";
  return data.open === false ? "closed" : "empty";
}

/** The last truth in grey with its time; after 5 minutes without a link only the instruction. At night nobody needs either. */
function cutKind(data, shown, link, now) {
  if (isDeserted(data) && data.opens && now < Date.parse(data.opens) && rest(data, now) !== "closed") return "night";
  return shown.block.length && now - link.at <= FORGET_MS ? "last" : "instruction";
}

const hasList = (kind, many) => !many && (kind === "calls" || kind === "slide" || kind === "last");

const hasTiles = (kind, many, layout, cut) => !cut && !many && layout.tiles && kind !== "night" && kind !== "closed" && kind !== "loading";

/** `voice`: calls are spoken; `on`: they come with a chime. */
function soundOf(data, screen, sound, link) {
  if (isCut(link)) return "cut";
  if (screen?.sound === false) return "silent";
  return sound === "on" && data.voice?.clips ? "voice" : sound;
}
