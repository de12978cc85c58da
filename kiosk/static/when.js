/** Opening times in words: when numbers are given again, and the coming week. */
import { clock, t } from "/static/page.js";

const ON_WEEKDAY = [
  () => t("on Sunday"), () => t("on Monday"), () => t("on Tuesday"), () => t("on Wednesday"), () => t("on Thursday"),
  () => t("on Friday"), () => t("on Saturday"),
];
const DAY = 86_400_000;
const noon = (date) => new Date(`${date}T12:00:00Z`);
const dateOf = (moment, zone) =>
  new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }).format(new Date(moment));

/** When numbers are given again: today, tomorrow, or on which day. */
export function againFrom({ opens, timezone }, now) {
  const then = noon(dateOf(opens, timezone));
  const time = clock(opens, timezone);
  const days = Math.round((then - noon(dateOf(now, timezone))) / DAY);
  if (days === 0) return t("Again today from {time}.", { time });
  if (days === 1) return t("Again tomorrow from {time}.", { time });
  const date = new Intl.DateTimeFormat("de", { day: "numeric", month: "numeric", timeZone: "UTC" }).format(then);
  return t("Again {weekday}, {date}, from {time}.", { weekday: ON_WEEKDAY[then.getUTCDay()](), date, time });
}

/** Whether the centre itself is closed now; while it is open, numbers may have ended for today all the same. */
export function isClosed({ week, timezone }, now) {
  const today = week.find((day) => day.date === dateOf(now, timezone));
  const minute = (text) => text.split(":").reduce((hours, minutes) => hours * 60 + Number(minutes), 0);
  const at = minute(clock(now, timezone));
  return !today?.spans.some(([from, to]) => minute(from) <= at && at < minute(to));
}

/** The coming days as `{name, hours}`, `none` for a day without hours; days one after another with the same hours are one row. */
export function weekRows({ week }, language, none) {
  // The apostrophe of "п’ятниця" is one that every type face has.
  const name = (date) =>
    new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(noon(date)).replaceAll("\u02bc", "’");
  const inside = (word) => (language === "en" ? word : word.toLocaleLowerCase(language));
  const first = (word) => word[0].toLocaleUpperCase(language) + word.slice(1);
  const rows = [];
  for (const { date, spans } of week) {
    const hours = spans.map((span) => span.join("–")).join(", ") || none;
    const last = rows.at(-1);
    if (last?.hours === hours) last.to = name(date);
    else rows.push({ from: name(date), to: null, hours });
  }
  return rows.map(({ from, to, hours }) => ({ name: first(to ? `${from} – ${inside(to)}` : from), hours }));
}
