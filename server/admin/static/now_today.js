/** The five figures, arrivals by the hour, and in words whether the order of calling was fair. */
import { html, nothing, svg } from "/static/vendor/lit/lit-html.js";
import { boot, t, tn } from "/static/page.js";
import { at, counterName, minutes, page } from "./now_page.js";
import { list } from "./now_visits.js";

const percent = (part, whole) => `${Math.round((100 * part) / whole)}${boot.language === "lv" ? "\u00a0" : ""}%`;

/** A figure that opens its list, if there is anybody in it. */
const figure = (name, value, lines, about) => html`<li data-figure=${name.id}>
  <span>${name.words}</span>
  <strong>${value}</strong>
  ${lines.filter(Boolean).map((line) => html`<span>${line}</span>`)}
  ${about && page.view.today.begun ? html`<button class="link-button" type="button" @click=${() => list(about)}>${t("Show the list")}</button>` : nothing}
</li>`;

export function figures() {
  const { today, counters, longest, waiting, parked } = page.view;
  const open = counters.filter(({ clerk }) => clerk);
  const paused = open.filter(({ state }) => state === "paused");
  const pause = ({ counter, until }) =>
    until ? t("{counter}: pause until {time}", { counter: counterName(counter), time: at(until) }) : t("{counter}: pause", { counter: counterName(counter) });
  return html`<ul class="tiles now-tiles" aria-label=${t("Figures")}>
    ${figure({ id: "waiting", words: t("Waiting now") }, waiting, [
      longest ? t("longest {n} min: {number}", { n: minutes(longest.since), number: longest.number || "–" }) : t("nobody waits"),
      parked ? tn("{n} visit is set aside", "{n} visits are set aside", parked) : null,
    ], { kind: "waiting" })}
    ${figure({ id: "counters", words: t("Counters at work") }, t("{n} of {all}", { n: open.length - paused.length, all: counters.length }), paused.slice(0, 3).map(pause), { kind: "counter" })}
    ${figure({ id: "today", words: t("Begun today") }, today.begun, [
      t("served {served}, waiting {waiting}, at counters {serving}", today),
      t("left {left}, did not come {no_show}", today),
    ], {})}
    ${figure({ id: "kept", words: t("Promise kept") }, today.told ? percent(today.kept, today.told) : "–", [
      today.told ? t("mean error {n} min", { n: Math.round(today.error_s / 60) }) : t("nobody with a promise was called yet"),
    ])}
    ${figure({ id: "wait", words: t("Wait of four in five, at most") }, today.p80 === null ? "–" : t("{n} min", { n: today.p80 }), [target(today.targets)])}
  </ul>`;
}

function target(targets) {
  if (!targets) return t("no target is set");
  const [least, most] = targets;
  return least === most ? t("target up to {n} min", { n: least }) : t("targets {least}–{most} min", { least, most });
}

/** "Nobody has come yet today", with the last day on which somebody did. */
export function nobody() {
  const { today } = page.view;
  if (today.begun) return nothing;
  const day = today.last && new Intl.DateTimeFormat(boot.language, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }).format(new Date(`${today.last}T12:00:00Z`));
  return html`<p class="notice">${t("Nobody has come yet today.")} ${day ? t("The last visit was on {day}.", { day }) : nothing}</p>`;
}

const HIGH = 110;

/** Bars: full is who came, hollow who was to be expected; the same as a table for who cannot see them. */
export function hours() {
  const { hours: rows, alike } = page.view;
  const note = alike ? tn("full = came, hollow = forecast ({n} such weekday)", "full = came, hollow = forecast ({n} such weekdays)", alike) : t("full = came; a forecast needs an earlier day of this weekday");
  return html`<section class="card" aria-labelledby="hours">
    <h2 id="hours">${t("Visitors by the hour")} <span class="small">${note}</span></h2>
    ${rows.length ? chart(rows) : html`<p>${t("The first visitor brings the first bar.")}</p>`}
  </section>`;
}

function chart(rows) {
  const most = Math.max(4, ...rows.flatMap(({ came, expected }) => [came, expected ?? 0]));
  const each = [1, 2, 5, 10, 20, 50, 100].find((one) => most / one <= 5) ?? 200;
  const top = each * Math.ceil(most / each);
  const y = (value) => HIGH - (value / top) * HIGH + 8;
  const step = Math.min(56, 560 / rows.length);
  const lines = Array.from({ length: Math.round(top / each) + 1 }, (_, i) => i * each);
  return html`<svg class="hours" viewBox="0 0 620 146" aria-hidden="true">
      ${lines.map((value) => svg`<path class="grid" d=${`M34 ${y(value)}H612`} /><text class="tick" x="26" y=${y(value) + 4} text-anchor="end">${value}</text>`)}
      ${rows.map((row, n) => {
        const x = 44 + n * step;
        return svg`<rect class="hour-came" x=${x} y=${y(row.came)} width=${step * 0.36} height=${HIGH + 8 - y(row.came)} rx="2" />
          ${row.expected ? svg`<rect class="hour-expected" x=${x + step * 0.42} y=${y(row.expected)} width=${step * 0.3} height=${HIGH + 8 - y(row.expected)} rx="2" />` : nothing}
          <text class="tick" x=${x + step * 0.36} y="138" text-anchor="middle">${row.hour}</text>`;
      })}
    </svg>
    <div class="visually-hidden"><table>
      <caption>${t("Visitors by the hour")}</caption>
      <thead><tr><th scope="col">${t("Hour")}</th><th scope="col">${t("Came")}</th><th scope="col">${t("Forecast")}</th></tr></thead>
      <tbody>${rows.map((row) => html`<tr><th scope="row">${row.hour}</th><td>${row.came}</td><td>${row.expected?.toLocaleString(document.documentElement.lang) ?? "–"}</td></tr>`)}</tbody>
    </table></div>`;
}

/** Who was passed over today, and what nobody's coming cost. */
export const order = () => html`<section class="card" aria-labelledby="order">
  <h2 id="order">${t("Order and lost time")}</h2>
  <ul class="sentences">
    ${passedOver(page.view.overtakes).map((sentence) => html`<li>${sentence}</li>`)}
    <li>${lost(page.view.today)}</li>
  </ul>
</section>`;

const lost = ({ lost: calls, lost_s }) =>
  calls
    ? t("Lost to who did not come: {min} min of counter time in {calls}.", { min: Math.round(lost_s / 60), calls: tn("{n} call", "{n} calls", calls) })
    : t("No counter time was lost to who did not come.");

function passedOver({ calls, overtaking, passed, most }) {
  if (!calls) return [t("Nobody has been called yet today.")];
  const whole = tn("{n} call", "{n} calls", calls);
  if (!overtaking) return [t("Today: {calls}, nobody was passed over.", { calls: whole })];
  const found = [
    t("Today: {calls}; {overtaking} of them passed over somebody who had come earlier, {passed} in all.", {
      calls: whole,
      overtaking,
      passed: tn("on {n} occasion", "on {n} occasions", passed),
    }),
  ];
  if (most) {
    const facts = { number: most.number, times: tn("on {n} occasion", "on {n} occasions", most.times) };
    found.push(
      most.waiting
        ? t("Passed over most: {number}, {times}; still waiting.", facts)
        : t("Passed over most: {number}, {times}; called since.", facts),
    );
  }
  return found;
}
