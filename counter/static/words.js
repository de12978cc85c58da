/** Names and times in words: catalogue codes to texts, minutes of waiting, clock times with seconds. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, clock, icon, once, pick, range, spoken, t } from "/static/page.js";

/** What a visitor may ask for: icon and words. */
export const NEEDS = {
  accessible: ["wheelchair", () => t("accessible place")],
  more_time: ["walk", () => t("more time to come")],
  visible_call: ["eye", () => t("visible call")],
  staff_comes: ["user-check", () => t("staff comes to the visitor")],
  sign_language: ["hand-stop", () => t("sign language")],
  priority: ["star", () => t("priority")],
};

/** What a counter is called, `4. lodziņš`; and where a visitor goes, `pie 4. lodziņa`. */
export const placeName = (counter = boot.counter) => pick(boot.place.noun).replace("{n}", counter);
export const towards = () => pick(boot.place.towards).replace("{n}", boot.counter);

export const serviceOf = (desk, code) => desk.catalogue?.services.find((known) => known.service === code);

/** The service's name; its code while the catalogue is on its way or if it left the plan. */
export const serviceName = (desk, code) => pick(serviceOf(desk, code)?.name) || code;

export function institutionName(desk, serviceCode) {
  const code = serviceOf(desk, serviceCode)?.institution;
  return pick(desk.catalogue?.institutions.find((known) => known.institution === code)?.short) || code || "";
}

/** A word of a catalogue vocabulary: `kinds`, `channels`, `outcomes`, `pause_reasons`. */
export const word = (desk, vocabulary, code) => pick(desk.catalogue?.[vocabulary]?.[code]) || code;

export const time = (iso) => clock(new Date(iso), boot.timezone);

/** Clock time `H:mm:ss`, for proofs. */
export const exactTime = (iso) => seconds(boot.timezone).format(new Date(iso)).replace(/^0(\d)/, "$1");

const seconds = once(
  (timeZone) => new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone }),
);

/** Milliseconds from one ISO time to another, or to now. */
export const between = (desk, from, to) => (to ? new Date(to) : desk.now()) - new Date(from);

export const minutes = (ms) => t("{n} min", { n: Math.max(0, Math.floor(ms / 60000)) });

/** "promised 10–20 min", or nothing where nothing was promised. */
export function promise({ low, high }) {
  const told = range(low, high);
  return told ? t("promised {range}", { range: told }) : null;
}

/** "appointment 10:15", or nothing. */
export const booked = ({ due }) => due && t("appointment {time}", { time: time(due) });

/** Why this visitor and nobody else, in one line; nothing where there is no visitor. */
export const why = ({ view }) =>
  view.reason ? html`<p class="reason">${icon("arrows-up-down")} <span>${pick(view.reason)}</span></p>` : nothing;

/** The parts that are there, joined as one line: `VSAA · waits 22 min`. */
export const line = (...parts) => parts.filter(Boolean).join(" · ");

/** A number for the eye, with its spoken form for a screen reader. */
export const number = (value, size) => html`<p class="number desk-number" data-size=${size}>
  ${value
    ? html`<span aria-hidden="true">${value}</span><span class="visually-hidden">${spoken(value)}</span>`
    : t("Without a number")}
</p>`;

/** Tags for a promise that has passed, for a slip that never came out, for what the visitor asked for, and for a language other than Latvian. */
export const flags = ({ needs, language, late, slip }) => html`${late
  ? html`<span class="tag" data-kind="attention">${icon("clock")} ${t("later than promised")}</span> `
  : nothing}${["expired", "failed"].includes(slip)
  ? html`<span class="tag" data-kind="attention">${icon("printer-off")} ${t("the slip was not printed")}</span> `
  : nothing}${needs.map(
  (need) => html`<span class="tag" data-kind="info">${icon(NEEDS[need]?.[0] ?? "info-circle")} ${NEEDS[need]?.[1]() ?? need}</span> `,
)}${language && language !== "lv"
  ? html`<span class="tag">${icon("language")} ${t("{language} language", { language: languageName(language) })}</span>`
  : nothing}`;

export const languageName = (code) => languages(boot.language).of(code);

const languages = once((language) => new Intl.DisplayNames([language], { type: "language" }));
