/** What the parts of the page of the centre now share: the view, the open sheets, small words. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, clock, icon, pick, t } from "/static/page.js";

/** `view` is the latest; `sheet` the form that is open, `list` the list of visits, `done` what was done last; `paint` and `link` are set at start. */
export const page = { view: null, visits: null, services: {}, sheet: null, list: null, done: null, paint: () => {}, link: null };

export const tag = (kind, name, words) => html`<span class="tag" data-kind=${kind}>${icon(name)} ${words}</span>`;

export const at = (iso) => clock(new Date(iso), boot.timezone);

/** Whole minutes since a moment, by the server's clock. */
export const minutes = (since) => Math.max(0, Math.floor((page.link.now() - new Date(since)) / 60_000));

/** A duration since a moment as `m:ss`, or `h:mm` h from an hour on. */
export function lasting(since) {
  const s = Math.max(0, Math.floor((page.link.now() - new Date(since)) / 1000));
  if (s >= 3600) return t("{h} h {m} min", { h: Math.floor(s / 3600), m: Math.floor((s % 3600) / 60) });
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

export const counterName = (code) => pick(boot.place.noun).replace("{n}", code);

/** A clerk by name; the account where the name is not told. */
export const person = (account) => boot.names[account] ?? account;

export const may = (name) => page.view.acts.includes(name);

/** A button that opens something or does something at once; `of` is what it is about, said to those who do not see the row. */
export const act = (name, words, press, { of = "", kind = nothing, id = nothing } = {}) => html`<button
  class="button small-button" type="button" data-kind=${kind} data-act=${id} @click=${press}>
  ${name ? icon(name) : nothing} <span>${words}${of ? html`<span class="visually-hidden">: ${of}</span>` : nothing}</span>
</button>`;

/** Opens a form; the button that has the focus is the place that its dialog gives it back to. One that follows another begins in it. */
export function open(sheet) {
  page.sheet = { ...sheet, refused: null, busy: false };
  page.done = null;
  page.paint();
  document.querySelector("dialog[data-sheet][open] :is(input, select)")?.focus();
}

/** Closes the dialog that something stands in: the focus goes back, and the page hears of it by the event. */
export const leave = (within) => within.closest("dialog").close();
