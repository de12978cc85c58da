/** What was finished here today: the list, and one visit of it with its record, which can be put right. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { boot, icon, t } from "/static/page.js";
import { keyHint } from "./desk_actions.js";
import { emptyDraft } from "./draft.js";
import { over } from "./front.js";
import { keysOf } from "./keymap.js";
import { personName } from "./lock.js";
import { delivered } from "./record.js";
import { line, serviceName, time, word } from "./words.js";

const ENDS = {
  left: () => t("left"),
  sent: () => t("sent elsewhere"),
  day_closed: () => t("closed with the day"),
};

/** Opens the list, which the server is asked for. */
export async function openFinished(desk) {
  const mine = { name: "finished", list: null, failed: false, over: null, corrected: false };
  Object.assign(desk.ui, { sheet: mine, refusal: null, menu: null });
  desk.draw();
  await reload(desk);
  rows()[0]?.focus();
}

/** Loads the list, and the visit that is open, anew. */
export async function reload(desk) {
  const mine = desk.ui.sheet;
  const before = mine.over;
  try {
    const answer = await fetch(`/api/v1/views/finished/${boot.counter}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`finished: ${answer.status}`);
    Object.assign(mine, { list: (await answer.json()).data.visits, failed: false });
    mine.over = mine.list.find(({ visit }) => visit === before?.visit) ?? null;
    mine.corrected = before !== null;
    if (before && before.delivered.length !== mine.over?.delivered.length && desk.ui.drafts.over.n !== null) desk.ui.drafts.over = emptyDraft(); // its number is another's now
    if (mine.corrected) desk.ui.said = t("The record was corrected.");
  } catch {
    mine.failed = true;
  }
  desk.draw();
}

/** The button in the foot that opens the list. */
export const finishedButton = (desk) => html`<button
  class="quiet finished-today"
  type="button"
  data-step="finished"
  aria-haspopup="dialog"
  aria-keyshortcuts=${keysOf("finished").join(" ")}
  @click=${() => openFinished(desk)}
>
  ${icon("history")} ${keyHint(keysOf("finished")[0])} <span>${t("finished today")}</span>
</button>`;

export function finishedSheet(desk, head, close) {
  const { list, failed } = desk.ui.sheet;
  const one = over(desk);
  return html`<div class="finished" @keydown=${(event) => escaped(desk, event)}>
    ${head(desk, one ? t("{number}: finished at {time}", { number: named(desk, one), time: time(one.ended) }) : t("Finished today"))}
    ${failed
      ? html`<div class="notice" data-kind="attention">
          ${icon("alert-triangle")}
          <p>${t("The finished visits could not be loaded.")}</p>
          <button class="button" type="button" @click=${() => reload(desk)}>${icon("refresh")}<span class="button-label">${t("Try again")}</span></button>
        </div>`
      : nothing}
    ${one ? record(desk, one) : list ? visits(desk, list) : failed ? nothing : html`<p role="status">${t("Please wait")}</p>`}
    <div class="sheet-steps">
      ${one
        ? html`<button class="button" type="button" data-step="back" @click=${() => back(desk)}>${icon("arrow-left")}<span class="button-label">${t("Back to the list")}</span>${keyHint("Esc")}</button>`
        : html`<button class="button" type="button" @click=${() => close(desk)}><span class="button-label">${t("Close")}</span>${keyHint("Esc")}</button>`}
    </div>
  </div>`;
}

const visits = (desk, list) =>
  list.length
    ? html`<p class="muted">${t("A record can be put right until the end of the day by who served the visit, later by a manager.")}</p>
        <ul @keydown=${walk}>
          ${repeat(list, ({ visit }) => visit, (one) => row(desk, one))}
        </ul>`
    : html`<p>${t("No visit has been finished here today.")}</p>`;

const row = (desk, one) => html`<li>
  <button type="button" data-visit=${one.visit} @click=${() => open(desk, one)}>
    <strong>${named(desk, one)}</strong>
    <time>${time(one.ended)}</time>
    <span class="finished-what">
      ${one.delivered.length
        ? one.delivered.map((service) => html`<span>${serviceName(desk, service.service)}<br /><span class="muted">${line(word(desk, "kinds", service.kind), service.outcome && word(desk, "outcomes", service.outcome))}</span></span>`)
        : html`<span>${serviceName(desk, one.service)}<br /><span class="muted">${t("Nothing is recorded yet.")}</span></span>`}
      ${one.actions.length && !ENDS[one.end]
        ? nothing
        : html`<span class="muted">${one.actions.length ? nothing : icon("lock")} ${line(ENDS[one.end]?.(), !one.actions.length && personName(one.clerk))}</span>`}
    </span>
  </button>
</li>`;

const record = (desk, one) => html`<p>${line(serviceName(desk, one.service), ENDS[one.end]?.())}</p>
  <p class="muted">${line(t("served {from}–{to}", { from: time(one.served), to: time(one.ended) }), personName(one.clerk), one.number && one.channel && word(desk, "channels", one.channel))}</p>
  ${one.actions.length
    ? desk.ui.sheet.corrected
      ? html`<p class="notice" data-kind="info" data-corrected>${icon("circle-check")}<span>${t("The record was corrected.")}</span></p>`
      : nothing
    : html`<p class="notice" data-kind="info">${icon("lock")}<span>${t("{clerk} served this visit: only this person, today, or a manager can put the record right.", { clerk: personName(one.clerk) })}</span></p>`}
  ${delivered(desk)}`;

/** Who has no number is called by the way in which the contact came. */
const named = (desk, { number, channel }) => number || (channel ? word(desk, "channels", channel) : t("Without a number"));

/** What was begun for a visit stays until another one is opened. */
function open(desk, one) {
  const { ui } = desk;
  if (ui.overOf !== one.visit) ui.drafts.over = emptyDraft();
  ui.overOf = one.visit;
  Object.assign(ui.sheet, { over: one, corrected: false });
  ui.refusal = null;
  desk.draw();
  document.querySelector(".finished .delivered tbody button, .finished [data-step=back]")?.focus();
}

function back(desk) {
  const { visit } = over(desk);
  Object.assign(desk.ui.sheet, { over: null, corrected: false });
  desk.ui.refusal = null;
  desk.draw();
  rows().find(({ dataset }) => dataset.visit === visit)?.focus();
}

/** Esc leaves the visit for the list; what it closed before, a list of services or a correction, stops it. */
function escaped(desk, event) {
  if (event.key !== "Escape" || event.defaultPrevented || !over(desk)) return;
  event.preventDefault();
  back(desk);
}

const rows = () => [...document.querySelectorAll(".finished li > button")];

/** The arrows go along the list; its first and last visit are where they end. */
function walk(event) {
  const all = rows();
  const at = all.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (next === undefined || at < 0) return;
  event.preventDefault();
  all[next]?.focus();
}
