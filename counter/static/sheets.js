/** The sheets that a step opens: where to transfer, how long to park, why to pause, and which keys there are. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, icon, pick, t } from "/static/page.js";
import { callbackSheet, contactSheet, reachSheet } from "./beside.js";
import { STEPS, keyHint, refusal } from "./desk_actions.js";
import { faultOf, plain } from "./fields.js";
import { finishedSheet } from "./finished.js";
import { keySheet } from "./key_sheet.js";
import { personName } from "./lock.js";
import { messageSheet } from "./messages.js";
import { giveSheet, printSheet } from "./slips.js";
import { placeName, serviceName } from "./words.js";

const SHEETS = {
  transfer,
  park,
  pause,
  roll,
  chosen,
  finished: (desk) => finishedSheet(desk, head, close),
  keys: (desk) => keySheet(desk, head, whereAmI),
  print: (desk) => printSheet(desk, form),
  give: (desk) => giveSheet(desk, form),
  contact: (desk) => contactSheet(desk, form),
  callback: (desk) => callbackSheet(desk, form),
  reach: (desk) => reachSheet(desk, head, close),
  message: (desk) => messageSheet(desk, form),
};
const PAUSE_MINUTES = [10, 15, 30, 45, 60];

/** The open sheet as a native dialog, which holds the focus, closes on Esc and gives the focus back. */
export function sheet(desk) {
  const open = desk.ui.sheet;
  return html`<dialog class="sheet" aria-labelledby="sheet-title" @close=${({ target }) => closed(desk, target)}>
    ${open ? SHEETS[open.name](desk) : nothing}
  </dialog>`;
}

/** Opens or closes the dialog as the page says; called after each drawing. */
export function syncSheet(desk) {
  const dialog = document.querySelector("dialog.sheet");
  if (desk.ui.sheet && !dialog.open) dialog.showModal();
  if (!desk.ui.sheet && dialog.open) dialog.close();
}

/** The event comes late: by then another sheet may be open, which stays. */
function closed(desk, dialog) {
  if (!desk.ui.sheet || dialog.open) return;
  Object.assign(desk.ui, { sheet: null, refusal: null, rebinding: null });
  desk.draw();
}

const close = (desk) => document.querySelector("dialog.sheet").close();

const head = (desk, title) => html`<div class="sheet-head">
  <h2 id="sheet-title">${title}</h2>
  <button class="quiet" type="button" aria-label=${t("Close")} @click=${() => close(desk)}>${icon("x")}</button>
</div>`;

/**
 * A form that submits one command and closes when it is `done`, or says so (`stay`). Its button has the icon of `step`, or `name`.
 * While it is not `ready` its first search field has the focus instead.
 */
function form(desk, { title, act = title, command, step, name = STEPS[step].icon, data, fields, stay, done, ready = () => true }) {
  const submit = async (event) => {
    event.preventDefault();
    if (!ready()) {
      event.target.querySelector("[role=combobox]").focus();
      return desk.refuse("sheet", t("Choose a service from the list."));
    }
    const wrong = faultOf(event.target);
    if (wrong) return desk.refuse("sheet", wrong);
    if (!(await desk.run([[command, data(new FormData(event.target))]], "sheet"))) return null;
    if (stay) {
      event.target.reset();
      stay();
    } else desk.ui.sheet = null;
    desk.draw();
    return done?.();
  };
  return html`<form autocomplete="off" novalidate @submit=${submit} @keydown=${entered}>
    ${head(desk, title)} ${fields} ${refusal(desk, "sheet")}
    <div class="sheet-steps">
      <button class="button needs-link" type="submit" aria-busy=${desk.ui.busy === command ? "true" : nothing}>${icon(name)}<span class="button-label">${act}</span></button>
      <button class="button" type="button" @click=${() => close(desk)}>
        <span class="button-label">${t("Cancel")}</span>${keyHint("Esc")}
      </button>
    </div>
  </form>`;
}

/** Enter submits from a list of choices that is not unfolded, as it does from every other field. */
function entered(event) {
  if (event.key !== "Enter" || !event.target.matches("select")) return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}

const radios = (legend, name, options, first = false) => html`<fieldset class="options">
  <legend>${legend}</legend>
  ${options.map(
    ([value, text], index) => html`<label>
      <input type="radio" name=${name} value=${value} ?checked=${index === 0} ?autofocus=${first && index === 0} required /><span>${text}</span>
    </label>`,
  )}
</fieldset>`;

function transfer(desk) {
  const waiting = Object.fromEntries(desk.view.queues.map(({ queue, waiting }) => [queue, waiting]));
  const queues = (desk.catalogue?.queues ?? []).filter(({ queue }) => queue !== desk.view.visit?.queue);
  const counters = (desk.catalogue?.counters ?? []).filter((code) => code !== boot.counter);
  const colleagues = (desk.view.colleagues ?? []).filter(({ counter }) => counter !== boot.counter);
  const counterText = (code) => {
    const open = colleagues.find(({ counter }) => counter === code);
    return open ? `${placeName(code)} · ${personName(open.clerk)} · ${t("waiting: {n}", { n: open.waiting })}` : placeName(code);
  };
  const queueText = ({ queue, name }) =>
    queue in waiting ? `${pick(name)} · ${t("waiting: {n}", { n: waiting[queue] })}` : pick(name);
  return form(desk, {
    title: t("Transfer"),
    command: "Transfer",
    step: "transfer",
    data: (form) => {
      const [kind, code] = form.get("to").split(":");
      const to = kind === "to_centre" ? plain(form.get("centre")) : code;
      return { [kind]: to, rank: form.get("rank"), note: plain(form.get("note")) };
    },
    fields: html`<label class="field">
        <span>${t("Where to")}</span>
        <select name="to" required autofocus @change=${(event) => elsewhere(desk, event.target.value)}>
          <option value="">${t("Choose …")}</option>
          <optgroup label=${t("Queues")}>
            ${queues.map((queue) => html`<option value="queue:${queue.queue}">${queueText(queue)}</option>`)}
          </optgroup>
          <optgroup label=${t("Counters")}>
            ${counters.map((code) => html`<option value="to_counter:${code}">${counterText(code)}</option>`)}
          </optgroup>
          ${colleagues.length
            ? html`<optgroup label=${t("Clerks")}>
                ${colleagues.map(({ clerk, counter }) => html`<option value="to_clerk:${clerk}">${personName(clerk)} · ${placeName(counter)}</option>`)}
              </optgroup>`
            : nothing}
          <option value="to_centre:">${t("Another centre or institution …")}</option>
        </select>
      </label>
      ${desk.ui.sheet.away
        ? html`<label class="field">
            <span>${t("Which one")}</span>
            <input name="centre" maxlength="80" required />
          </label>
          <p class="muted">${t("The visit ends here; the visitor is sent there.")}</p>`
        : nothing}
      ${radios(t("Place in the queue"), "rank", [
        ["arrival", t("by arrival")],
        ["first", t("first")],
        ["last", t("last")],
      ])}
      <label class="field">
        <span>${t("Note")}</span>
        <input name="note" maxlength="140" aria-describedby="note-how" />
      </label>
      <p class="muted" id="note-how">${t("No names, personal codes or account numbers.")}</p>`,
  });
}

function elsewhere(desk, value) {
  desk.ui.sheet.away = value === "to_centre:";
  desk.draw();
}

/** Calling somebody out of turn: the reason stands in the visit's history. */
function chosen(desk) {
  const { visit, number } = desk.ui.sheet;
  return form(desk, {
    title: t("Call {number} now", { number }),
    act: t("Call"),
    command: "CallVisit",
    name: "speakerphone",
    data: (found) => ({ visit, note: plain(found.get("note")) }),
    fields: html`<label class="field">
        <span>${t("Why out of turn")}</span>
        <input name="note" maxlength="140" autofocus aria-describedby="note-how" />
      </label>
      <p class="muted" id="note-how">${t("No names, personal codes or account numbers.")}</p>`,
  });
}

function park(desk) {
  const lengths = desk.catalogue?.park_minutes.length ? desk.catalogue.park_minutes : [10];
  return form(desk, {
    title: t("Park"),
    command: "Park",
    step: "park",
    data: (form) => ({ minutes: Number(form.get("minutes")), note: plain(form.get("note")) }),
    fields: html`<p>${t("The visit comes back by itself, ahead of the others.")}</p>
      ${radios(t("For how long"), "minutes", lengths.map((n) => [n, t("{n} min", { n })]), true)}
      <label class="field">
        <span>${t("Note")}</span>
        <input name="note" maxlength="140" aria-describedby="note-how" />
      </label>
      <p class="muted" id="note-how">${t("No names, personal codes or account numbers.")}</p>`,
  });
}

function pause(desk) {
  const reasons = Object.entries(desk.catalogue?.pause_reasons ?? {}).map(([code, name]) => [code, pick(name)]);
  return form(desk, {
    title: t("Pause"),
    command: "Pause",
    step: "pause",
    data: (form) => ({ reason: form.get("reason") ?? "pause", minutes: Number(form.get("minutes")) || null }),
    fields: html`${reasons.length ? radios(t("Reason"), "reason", reasons, true) : nothing}
      <label class="field">
        <span>${t("Back in (visitors see this)")}</span>
        <select name="minutes">
          <option value="">${t("not stated")}</option>
          ${PAUSE_MINUTES.map((n) => html`<option value=${n}>${t("{n} min", { n })}</option>`)}
        </select>
      </label>`,
  });
}

function roll(desk) {
  return form(desk, {
    title: t("Next number on the roll"),
    act: t("Set"),
    command: "SetRoll",
    step: "setRoll",
    data: (form) => ({ next: Number(form.get("next")) }),
    fields: html`<label class="field">
        <span>${t("Number")}</span>
        <input name="next" type="number" min="0" max="9999" required autofocus .value=${String(desk.view.roll)} aria-describedby="roll-how" />
      </label>
      <p class="muted" id="roll-how">${t("After a new roll was put in, or when numbers were torn off in vain.")}</p>`,
  });
}

/** Where the desk is, in one sentence, for somebody who cannot see the page. */
function whereAmI(desk) {
  const { state, visit, total } = desk.view;
  const states = {
    closed: () => t("The counter is closed."),
    idle: () => t("The counter is free."),
    called: () => t("Called {number}: {service}.", { number: visit.number, service: serviceName(desk, visit.service) }),
    serving: () => t("Serving {number}: {service}.", { number: visit.number, service: serviceName(desk, visit.service) }),
    paused: () => t("The counter is paused."),
  };
  return `${placeName()}. ${states[state]()} ${t("Waiting: {n}.", { n: total })}`;
}
