/** What every page shares: boot data, texts with plurals, icons, the mark, the row, clocks. */
import { html, svg, nothing, render } from "./vendor/lit/lit-html.js";
import { ref } from "./vendor/lit/directives/ref.js";

/** Boot data that the server put into the shell: {language, messages, channel, device, protocol, ...}. */
export const boot = JSON.parse(document.getElementById("boot").textContent);

/** Draws the whole page; the first time it takes the place of the shell's "Please wait". */
export function draw(template) {
  const app = document.getElementById("app");
  app.querySelector(":scope > .loading")?.remove();
  render(template, app);
}

/** The text for an English source text in `language` (default: the page's), with {names} filled in. */
export function t(source, params = {}, language = boot.language) {
  return fill(boot.messages[language]?.[source] ?? source, params);
}

/** What `make(key)` makes, made once for each key: the formatters of Intl take longer to make than a page to draw. */
export function once(make) {
  const made = new Map();
  return (key) => made.get(key) ?? made.set(key, make(key)).get(key);
}

const CATEGORIES = ["zero", "one", "two", "few", "many", "other"];

/** The rules of a language, and which of CATEGORIES it has. */
const plurals = once((language) => {
  const rules = new Intl.PluralRules(language);
  const used = new Set(rules.resolvedOptions().pluralCategories);
  return { rules, forms: CATEGORIES.filter((each) => used.has(each)) };
});

/** Plural text: the server sends the forms in the order of CATEGORIES, as far as the language has them. */
export function tn(one, other, n, params = {}, language = boot.language) {
  const { rules, forms } = plurals(language);
  const text = boot.messages[language]?.[one]?.[forms.indexOf(rules.select(n))] ?? (n === 1 ? one : other);
  return fill(text, { n, ...params });
}

const fill = (text, params) => text.replace(/\{(\w+)\}/g, (all, name) => (name in params ? params[name] : all));

/** A text value {lv, en, ...} in the page's language, else in Latvian. */
export const pick = (text, language = boot.language) => text?.[language] ?? text?.lv ?? "";

export const icon = (name) =>
  svg`<svg class="icon" aria-hidden="true" viewBox="0 0 24 24"><use href="${boot.static}/vendor/icons.svg#${name}"></use></svg>`;

/** The mark: two small diamonds and a large one, a row whose first is called. */
export const mark = () => html`<svg class="mark" viewBox="0 0 52 20" aria-hidden="true">
  <path class="mark-small" d="M6 4l6 6-6 6-6-6zM20 4l6 6-6 6-6-6z" />
  <path class="mark-large" d="M41 1l9 9-9 9-9-9z" />
</svg>`;

/** The row: a door, the people ahead as diamonds (at most 8), you as the large one. Decorative: the sentence says it. */
export function row(ahead) {
  const drawn = Math.min(ahead, 8);
  const width = 20 + drawn * 22 + (ahead > drawn ? 40 : 0) + 34;
  const xs = Array.from({ length: drawn }, (_, i) => 24 + i * 22);
  const me = 20 + drawn * 22 + (ahead > drawn ? 40 : 0) + 14;
  return svg`<svg class="row" viewBox="0 0 ${width} 36" aria-hidden="true">
    <path class="row-door" d="M4 2v32" />
    ${xs.map((x) => svg`<path class="row-other" d="M${x} 9l9 9-9 9-9-9z" />`)}
    ${ahead > drawn ? svg`<text class="row-more" x="${me - 34}" y="23" text-anchor="middle">+${ahead - drawn}</text>` : nothing}
    <path class="row-me" d="M${me} 3l15 15-15 15-15-15z" />
  </svg>`;
}

const clocks = once((timeZone) => new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", hourCycle: "h23", timeZone }));

/** Wall-clock time `H:mm` of a date or an ISO string, in the centre's zone. */
export const clock = (date, zone = "Europe/Riga") => clocks(zone).format(new Date(date)).replace(/^0(\d)/, "$1");

/** A duration in ms as `m:ss`. */
export const elapsed = (ms) => {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
};

/** A number as it is read aloud, letter and digits apart: "A, 0 1 2"; one of the paper roll as it is: "47". */
export const spoken = (number) => (/^\d+$/.test(number) ? number : `${number[0]}, ${[...number.slice(1)].join(" ")}`);

/** Minutes range in words: "10–20 min", "līdz 10 min", or nothing where there is no basis. */
export function range(low, high) {
  if (high === null || high === undefined) return null;
  if (!low) return t("up to {high} min", { high });
  return t("{low}–{high} min", { low, high });
}

/** This browser's own device name under `prefix`: kept over reloads, so that a reload takes its old place at the server. */
export function deviceName(prefix) {
  const fresh = `${prefix}-${Math.random().toString(36).slice(2, 10)}`;
  try {
    const kept = localStorage.getItem(`device/${prefix}`) ?? fresh;
    localStorage.setItem(`device/${prefix}`, kept);
    return kept;
  } catch {
    return fresh;
  }
}

const ruler = document.createElement("canvas").getContext("2d");

const KNOWN = 500;
const widths = new Map();
let family = "";
document.fonts.addEventListener("loadingdone", () => widths.clear());

/** The width of a text of this weight, in em. */
export function textEms(text, weight = 700) {
  const key = `${weight} ${text}`;
  if (!widths.has(key)) {
    if (widths.size >= KNOWN) widths.clear();
    family ||= getComputedStyle(document.documentElement).fontFamily;
    ruler.font = `${weight} 100px ${family}`;
    widths.set(key, Math.max(0.1, ruler.measureText(text).width / 100));
  }
  return widths.get(key);
}

/** The width of a text in two lines. */
function twoLines(words, weight) {
  const cuts = words.slice(1).map((_, i) => [words.slice(0, i + 1), words.slice(i + 1)]);
  return Math.min(...cuts.map((lines) => Math.max(...lines.map((line) => textEms(line.join(" "), weight)))), textEms(words.join(" "), weight));
}

/** Element directive: gives the style sheet the text's width in em as --em, in two lines as --half, its longest word's as --word. */
export const fit = (text, weight = 700) =>
  ref((element) => {
    if (!element) return;
    const words = text.split(" ");
    element.style.setProperty("--em", textEms(text, weight));
    element.style.setProperty("--half", twoLines(words, weight));
    element.style.setProperty("--word", Math.max(...words.map((word) => textEms(word, weight))));
  });
