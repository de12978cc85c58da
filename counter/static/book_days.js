/** Days and hours of the book in the centre's own zone. A day is its ISO date, `2026-03-16`. */
import { boot } from "/static/page.js";

const parts = (options) => new Intl.DateTimeFormat("en-CA", { timeZone: boot.timezone, ...options });
const DAY = parts({ year: "numeric", month: "2-digit", day: "2-digit" });
const HOUR = parts({ hour: "2-digit", hourCycle: "h23" });

/** The day in the centre on which a moment lies. */
export const dayOf = (moment) => DAY.format(new Date(moment));

/** The hour in the centre of a moment, 0 to 23. */
export const hourOf = (moment) => Number(HOUR.format(new Date(moment)));

/** Places of the API as a map from day to `{free, hours}`: at how many times one is free, and the places of each hour. */
export function byDay(slots) {
  const days = new Map();
  for (const slot of slots) {
    const day = days.get(slot.day) ?? { free: 0, hours: new Map() };
    const hour = hourOf(slot.start);
    day.free += slot.free > 0 ? 1 : 0;
    day.hours.set(hour, [...(day.hours.get(hour) ?? []), slot]);
    days.set(slot.day, day);
  }
  return days;
}

/** The day so many days later. */
export function later(day, days) {
  const noon = new Date(`${day}T12:00:00Z`);
  noon.setUTCDate(noon.getUTCDate() + days);
  return noon.toISOString().slice(0, 10);
}

const words = (day, options) =>
  new Intl.DateTimeFormat(boot.language, { timeZone: "UTC", ...options }).format(new Date(`${day}T12:00:00Z`));

/** "otrdiena, 24. novembris" */
export const dayWords = (day) => words(day, { weekday: "long", day: "numeric", month: "long" });

/** Its short parts: `{weekday: "otrd.", date: "24.11."}`. */
export const dayShort = (day) => ({
  weekday: words(day, { weekday: "short" }),
  date: words(day, { day: "numeric", month: "numeric" }),
});
