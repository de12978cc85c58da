/** What the visitor got: the delivered services as a table, and the form that adds one or corrects one. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { live } from "/static/vendor/lit/directives/live.js";
import { icon, pick, t } from "/static/page.js";
import { inFront, over, subject } from "./front.js";
import { refusal } from "./desk_actions.js";
import { amend, choose, discard, record, strike } from "./draft.js";
import { favourites, mark } from "./favourites.js";
import { finder, lastUsed } from "./finder.js";
import { keysOf } from "./keymap.js";
import { kindAsked } from "./kind_due.js";
import { institutionName, languageName, line, serviceName, word } from "./words.js";

const KIND_ICONS = {
  pieteikums: "file-check",
  konsultacija: "message",
  e_atbalsts: "device-laptop",
  informacija: "info-circle",
};

/** Of what is in front: the visit at the counter, the contact beside it, or one that is over and may be put right. */
export const delivered = (desk) => html`<section class="card delivered">
  <h3>${t("Delivered services")}</h3>
  ${subject(desk).delivered.length ? table(desk) : html`<p class="muted">${t("Nothing is recorded yet.")}</p>`}
  ${open(desk) ? form(desk) : nothing}
</section>`;

/** Whether anything can be put right; what stands at the counter keeps its buttons, dashed while there is nothing to do. */
const open = (desk) => !over(desk) || may(desk, "RecordService");

const table = (desk) => html`<table>
  <thead>
    <tr>
      <th scope="col">${t("Service")}</th>
      <th scope="col">${t("Kind")}</th>
      <th scope="col">${t("Channel")}</th>
      <th scope="col" class="figure">${t("Count")}</th>
      <th scope="col" class="figure">${t("Minutes")}</th>
      <th scope="col" ?hidden=${!open(desk)}><span class="visually-hidden">${t("Actions")}</span></th>
    </tr>
  </thead>
  <tbody>
    ${repeat(subject(desk).delivered, (one) => one.n, (one) => html`<tr data-correcting=${desk.ui.draft.n === one.n}>
      <td>${serviceName(desk, one.service)}<br /><span class="muted">${line(institutionName(desk, one.service), ...besides(one), one.note)}</span></td>
      <td><span class="tag" data-record=${one.kind}>${icon(KIND_ICONS[one.kind] ?? "dots")} ${word(desk, "kinds", one.kind)}</span></td>
      <td>${word(desk, "channels", one.channel)}${outcome(desk, one)}</td>
      <td class="figure">${one.quantity}</td>
      <td class="figure">${one.share}</td>
      <td ?hidden=${!open(desk)}>
        <button
          class="quiet needs-link"
          type="button"
          aria-label=${t("Correct: {service}", { service: serviceName(desk, one.service) })}
          ?disabled=${desk.link.state === "up" && !may(desk, "AmendService")}
          @click=${() => amend(desk, one)}
        >
          ${icon("pencil")}
        </button>
        <button
          class="quiet needs-link"
          type="button"
          title=${t("Take out")}
          aria-label=${t("Take out: {service}", { service: serviceName(desk, one.service) })}
          ?disabled=${desk.link.state === "up" && (desk.ui.draft.n !== null || !may(desk, "StrikeService"))}
          @click=${() => strike(desk, one)}
        >
          ${icon("x")}
        </button>
      </td>
    </tr>`)}
  </tbody>
</table>`;

const may = (desk, step) => (over(desk) ?? (inFront(desk) ? desk.view.contact : desk.view)).actions.includes(step);

const outcome = (desk, one) =>
  one.outcome
    ? html`<br /><span class="muted">${line(word(desk, "outcomes", one.outcome), placeOf(desk, one.redirected_to), one.why && word(desk, "unserved", one.why))}</span>`
    : nothing;

/** Where somebody was sent: an institution of the plan by its name, else as it was written. */
const placeOf = (desk, to) => pick(desk.catalogue?.institutions.find(({ institution }) => institution === to)?.short) || to;

/** What was counted besides, in words. */
const besides = ({ scanned, printed, alone }) => [
  scanned ? t("scanned: {n}", { n: scanned }) : null,
  printed ? t("printed: {n}", { n: printed }) : null,
  alone ? ALONE[alone]() : null,
];

const ALONE = {
  yes: () => t("will do it alone next time"),
  no: () => t("will need help again"),
  helped: () => t("did it alone now, with help"),
};

function form(desk) {
  const { draft } = desk.ui;
  const correcting = draft.n !== null;
  return html`<form class="record" autocomplete="off" novalidate @submit=${(event) => submitted(desk, event)}>
    ${finder(desk, {
      id: "finder",
      key: keysOf("finder")[0],
      slot: draft,
      label: correcting ? t("Correct a service") : t("Add a service"),
      first: likely(desk),
      take: (service) => choose(desk, service),
      drop: (event) => {
      event.preventDefault(); // of a visit that is over the sheet stays
      discard(desk);
    },
    })}
    ${kindAsked(desk)}
    ${kinds(desk)}
    <div class="record-rest" ?hidden=${!draft.service}>
      ${choice(desk, "channel", "channels", t("Channel"))} ${choice(desk, "outcome", "outcomes", t("Outcome"), true)}
      <label class="field">
        <span>${t("Count")}</span>
        <input
          type="number"
          min="1"
          max="99"
          required
          name="quantity"
          .value=${live(String(draft.quantity))}
          @input=${(event) => (draft.quantity = event.target.value)}
        />
      </label>
      ${more(desk)}
      <button class="button needs-link" type="submit" aria-busy=${["RecordService", "AmendService"].includes(desk.ui.busy) ? "true" : nothing}>
        ${icon(correcting ? "check" : "plus")}<span class="button-label">${correcting ? t("Save the correction") : t("Add")}</span>
      </button>
      ${draft.service ? mark(desk, draft.service) : nothing}
      ${correcting
        ? html`<button class="button" type="button" @click=${() => discard(desk)}>${icon("x")}${t("Cancel")}</button>`
        : nothing}
    </div>
    ${refusal(desk, "finder")}
  </form>`;
}

/** The ticket's own services, the clerk's favourites, those that were recorded here last, and others of the institution. */
const likely = (desk) => (services) => {
  const { service, more: others = [] } = subject(desk);
  const own = [service, ...others].map((code) => services.find((one) => one.service === code)).filter(Boolean);
  const near = services.filter(({ institution }) => institution === own[0]?.institution);
  return [...new Set([...own, ...favourites(services), ...lastUsed(desk)(services).slice(0, 3), ...near])];
};

/** What is said of few services, or of all where the plan wants it, behind one button. */
function more(desk) {
  const { draft } = desk.ui;
  const wanted = desk.catalogue?.record ?? [];
  const count = (field, label) => html`<label class="field">
    <span>${label}</span>
    <input name=${field} type="number" min="0" max="999" .value=${live(String(draft[field]))} @input=${(event) => (draft[field] = event.target.value)} />
  </label>`;
  const select = (field, label, options) => html`<label class="field">
    <span>${label}</span>
    <select name=${field} @change=${(event) => said(desk, field, event.target.value)}>
      <option value="" .selected=${live(!draft[field])}>${t("not said")}</option>
      ${options.map(([code, text]) => html`<option value=${code} .selected=${live(draft[field] === code)}>${text}</option>`)}
    </select>
  </label>`;
  const text = (field, label, longest, how, list) => html`<label class="field wide">
    <span>${label}</span>
    <input name=${field} maxlength=${longest} list=${list ?? nothing} aria-describedby=${how ? `${field}-how` : nothing} .value=${live(draft[field])} @input=${(event) => said(desk, field, event.target.value)} />
    ${how ? html`<span class="muted" id="${field}-how">${how}</span>` : nothing}
  </label>`;
  return html`<details class="record-more" ?open=${live(draft.more || wanted.some((field) => !["service", "outcome"].includes(field)))} @toggle=${(event) => (draft.more = event.target.open)}>
    <summary>${t("More about it")}</summary>
    <div class="record-fields">
      ${count("scanned", t("Papers scanned"))} ${count("printed", t("Papers printed"))}
      <label class="field">
        <span>${t("Minutes (empty: by the clock)")}</span>
        <input name="minutes" type="number" min="0" max="480" .value=${live(String(draft.minutes))} @input=${(event) => (draft.minutes = event.target.value)} />
      </label>
      ${select("alone", t("Next time alone?"), Object.entries(ALONE).map(([code, words]) => [code, words()]))}
      ${select("language", t("Language used"), (desk.catalogue?.languages ?? []).map((code) => [code, languageName(code)]))}
      ${draft.outcome === "not_served" || draft.why
        ? select("why", t("Why not served"), Object.entries(desk.catalogue?.unserved ?? {}).map(([code, name]) => [code, pick(name)]))
        : nothing}
      ${draft.outcome === "redirected" || draft.redirected_to
        ? html`${text("redirected_to", t("Sent where"), 80, null, "institutions")}
            <datalist id="institutions">${(desk.catalogue?.institutions ?? []).map((one) => html`<option value=${pick(one.short)}></option>`)}</datalist>`
        : nothing}
      ${text("note", t("Note"), 140, t("No names, personal codes or account numbers."))}
    </div>
  </details>`;
}

function said(desk, field, value) {
  desk.ui.draft[field] = value;
  desk.draw();
}

/** The kinds as one group of radios; while it has the focus the digit that each shows chooses it and Enter records. */
function kinds(desk) {
  const { draft } = desk.ui;
  return html`<fieldset class="kinds" ?disabled=${!draft.service} @keydown=${(event) => kindKey(desk, event)}>
    <legend class="visually-hidden">${t("Kind")}</legend>
    ${Object.entries(desk.catalogue?.kinds ?? {}).map(
      ([code, name], index) => html`<label>
        <input
          type="radio"
          name="kind"
          .checked=${live(draft.kind === code)}
          @change=${() => setKind(desk, code)}
        />
        <kbd aria-hidden="true">${index + 1}</kbd><span>${pick(name)}</span>
      </label>`,
    )}
  </fieldset>`;
}

function kindKey(desk, event) {
  if (event.key === "Escape") {
    event.preventDefault(); // a sheet stays open
    return discard(desk);
  }
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const radio = event.currentTarget.querySelectorAll("input")[Number(event.key) - 1];
  if (radio) {
    setKind(desk, Object.keys(desk.catalogue.kinds)[event.key - 1]);
    radio.focus();
  } else if (event.key === "Enter" && !event.repeat) record(desk);
  else return;
  event.preventDefault();
}

/** Another kind of a recorded service has another usual outcome: the former one is not carried over. */
function setKind(desk, code) {
  const { draft } = desk.ui;
  if (draft.n !== null && draft.kind !== code) draft.outcome = "";
  draft.kind = code;
  if (desk.ui.refusal?.place === "kinds") desk.ui.refusal = null;
  desk.draw();
}

function choice(desk, field, vocabulary, label, optional = false) {
  const { draft } = desk.ui;
  const words = Object.entries(desk.catalogue?.[vocabulary] ?? {});
  return html`<label class="field">
    <span>${label}</span>
    <select name=${field} @change=${(event) => changed(desk, field, event.target.value)}>
      ${optional ? html`<option value="" .selected=${live(!draft[field])}>${t("by the kind")}</option>` : nothing}
      ${words.map(([code, name]) => html`<option value=${code} .selected=${live(draft[field] === code)}>${pick(name)}</option>`)}
    </select>
  </label>`;
}

/** Another outcome has other questions: where to, or why not; those are shown, and what was said for the former goes. */
function changed(desk, field, value) {
  const { draft } = desk.ui;
  draft[field] = value;
  if (field === "outcome") {
    if (value !== "redirected") draft.redirected_to = "";
    if (value !== "not_served") draft.why = "";
    draft.more ||= ["redirected", "not_served"].includes(value);
  }
  desk.draw();
}

function submitted(desk, event) {
  event.preventDefault();
  record(desk);
}
