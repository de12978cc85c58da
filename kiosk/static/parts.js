/** Pieces that several kiosk screens are made of: headings, tiles, notices, the frame around a screen. */
import { html, nothing, svg } from "/static/vendor/lit/lit-html.js";
import { boot, clock, icon, mark, pick, t } from "/static/page.js";
import { serviceOf } from "./menu.js";

/** A text in Latvian and, when the visitor asked for another language, in that one under it. */
export const both = (source, params = {}) => html`<span class="first" lang="lv">${t(source, params, "lv")}</span>${
  boot.language === "lv" ? nothing : html` <span class="second" lang=${boot.language}>${t(source, params)}</span>`
}`;

/** A text without a break of a line within a range of numbers or after the one letter of "e-identitāte"; what is no text as it is. */
export const unbroken = (text) =>
  typeof text === "string" ? text.replace(/(?<=\d)–(?=\d)|(?<=(?<!\p{L})\p{L})-(?=\p{L})/gu, "$&\u2060") : text;

/** What `make` says, in Latvian and, when the visitor asked for another language, in that one under it. */
export function twice(make) {
  const asked = boot.language;
  const own = make();
  if (asked === "lv") return unbroken(own);
  boot.language = "lv";
  const first = make();
  boot.language = asked;
  if (!first) return unbroken(own);
  // A name that has no other is Latvian, and is read as such; figures and signs are the same in all languages.
  if (first === own) return /\p{Ll}{4}/u.test(own) ? html`<span lang="lv">${unbroken(own)}</span>` : unbroken(own);
  return html`<span class="first" lang="lv">${unbroken(first)}</span> <span class="second" lang=${asked}>${unbroken(own)}</span>`;
}

/** A text value of the plan, Latvian first. */
export const named = (text) => twice(() => pick(text));

const said = (words) => (typeof words === "function" ? twice(words) : words);

/** The screen's only h1; it takes the focus when the screen is new. */
export const heading = (source, params) => html`<h1 tabindex="-1">${both(source, params)}</h1>`;

const diamond = svg`<svg class="diamond" viewBox="0 0 24 24" aria-hidden="true">
  <path d="M12 1.5 22.5 12 12 22.5 1.5 12z" />
</svg>`;
const chevron = () => html`<span class="chevron">${icon("chevron-right")}</span>`;

const numberSign = (told) => html`${diamond}${told ? nothing : html`<span class="visually-hidden">, ${t("take a number")}</span>`}`;
const signOf = (gives, told) => (gives === "nothing" ? nothing : gives === "number" ? numberSign(told) : chevron());

/**
 * A choice. `title` and `line` may be functions, whose words then stand in Latvian first. `gives` says what a press does: "number"
 * issues one at once, which the name says too unless its words have `told` it, "step" leads to one more screen. A `shut` one gives
 * no number now, and a press tells why and what else is possible.
 */
export const tile = ({ kind = "plain", gives, told = false, picture, title, line, off, shut = false, pressed, press }) => html`<button
  class="tile"
  data-kind=${kind}
  data-state=${pressed ? "pressed" : "ready"}
  data-shut=${shut}
  aria-disabled=${off ? "true" : "false"}
  @click=${() => off || press()}
>
  ${picture ? icon(picture) : nothing}
  <span class="tile-text">
    <span class="tile-title">${said(title)}</span>
    ${line ? html` <span class="tile-line">${said(line)}</span>` : nothing}
  </span>
  ${signOf(gives, told)}
</button>`;

/** The most visible control: a number for whoever does not know which service. Nothing when this kiosk has none. */
export const unknownTile = (menu, { title, line }, { take, off, pressed }) =>
  menu.unknown
    ? tile({
        kind: "unknown",
        gives: "number",
        told: Boolean(line),
        picture: "help-circle",
        title,
        line,
        off,
        shut: !serviceOf(menu, menu.unknown)?.open,
        pressed: pressed === menu.unknown,
        press: () => take([menu.unknown]),
      })
    : nothing;

const NOTICE_ICONS = { info: "info-circle", attention: "alert-triangle", trouble: "square-x" };

export const notice = (kind, text, more = nothing) =>
  html`<p class="notice" data-kind=${kind}>${icon(NOTICE_ICONS[kind])}<span>${said(text)} ${more}</span></p>`;

/** Header: centre, clock and date, always in Latvian; in low mode it is the sign over the controls. */
export function header(menu, now) {
  const zone = menu?.timezone;
  const date = new Intl.DateTimeFormat("lv", { weekday: "long", day: "numeric", month: "long", timeZone: zone });
  return html`<header class="top" lang="lv">
    ${mark()}
    <p class="centre">${pick(menu?.centre, "lv")}</p>
    <p class="time"><span class="clock">${clock(now, zone)}</span> <span class="date">${date.format(now)}</span></p>
    <p class="sign">${icon("arrow-down")}${t("All you need is below. There are no buttons up here.", {}, "lv")}</p>
  </header>`;
}

export const backAndHome = ({ back, home }) => html`<nav class="ways" aria-label=${t("Way back")}>
  <button class="button" @click=${back}>${icon("arrow-left")}<span>${both("Back")}</span></button>
  <button class="button" @click=${home}>${icon("home")}<span>${both("Start")}</span></button>
</nav>`;

/** With the place where the longest may be broken; beside it what the others are called in short. */
const LANGUAGE_NAMES = { lv: "Latviski", en: "English", ru: "Русский", uk: "Україн\u00adська" };
const LANGUAGE_SIGNS = { lv: "Lat", en: "Eng", ru: "Рус", uk: "Укр" };

/** Access bar: six controls of equal size at the same place on every screen, the lowest and easiest to reach. */
export function accessBar(session, languages, { toggle, speak, sound, help }) {
  const control = (on, picture, word, press) => html`<button aria-pressed=${on} @click=${press}>
    ${icon(picture)}<span>${word}</span>
  </button>`;
  const after = (n) => languages[(languages.indexOf(session.language) + n) % languages.length];
  const [next, ...later] = languages.slice(1).map((_, n) => after(n + 1));
  return html`<section class="access" aria-label=${t("Adjust the screen")}>
    ${control(session.large, "text-size", both("Larger text"), () => toggle("large"))}
    ${control(session.contrast, "contrast-2", both("Contrast"), () => toggle("contrast"))}
    ${control(session.low, "arrow-bar-to-down", both("Lower"), () => toggle("low"))}
    ${control(session.sound, "volume", both("Sound"), sound)}
    ${languages.length > 1
      ? html`<button lang=${next} @click=${() => speak(next)}>
          ${icon("language")}<span>${LANGUAGE_NAMES[next]}${later.length
            ? html`<span class="later" aria-hidden="true">${later.map((code) => html`<span lang=${code}>${LANGUAGE_SIGNS[code]}</span> `)}</span>`
            : nothing}</span>
        </button>`
      : nothing}
    <button data-kind="help" aria-current=${session.screen === "help" ? "page" : "false"} @click=${help}>
      ${icon("hand-stop")}<span>${both("Help")}</span>
    </button>
  </section>`;
}

/** One page of a list: `{shown, page, pages}`. A crowded page holds half as many; a number beyond the end is the last page. */
export function paged(list, size, wanted, crowded = () => false) {
  const all = [];
  for (let rest = list; rest.length; rest = rest.slice(all.at(-1).length)) {
    const full = rest.slice(0, size);
    all.push(crowded(full) ? full.slice(0, Math.ceil(size / 2)) : full);
  }
  const page = Math.max(0, Math.min(wanted, all.length - 1));
  return { shown: all[page] ?? [], page, pages: all.length };
}

/** Steps through the pages of a list; nothing for a single page. */
export function pager({ page, pages }, turn) {
  if (pages <= 1) return nothing;
  const step = (to, picture, name) => html`<button
    class="button"
    aria-label=${name}
    aria-disabled=${to < 0 || to >= pages ? "true" : "false"}
    @click=${() => to >= 0 && to < pages && turn(to)}
  >
    ${icon(picture)}
  </button>`;
  return html`<div class="pager" role="group" aria-label=${t("Pages")}>
    ${step(page - 1, "chevron-left", t("Previous page"))}
    <span class="pager-place">${twice(() => t("Page {page} of {pages}", { page: page + 1, pages }))}</span>
    ${step(page + 1, "chevron-right", t("Next page"))}
  </div>`;
}
