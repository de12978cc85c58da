/** What the visitor got: the delivered services as a table, and the form that adds one or corrects one. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { live } from "/static/vendor/lit/directives/live.js";
import { icon, pick, t } from "/static/page.js";
import { refusal } from "./desk_actions.js";
import { amend, choose, discard, record } from "./draft.js";
import { finder } from "./finder.js";
import { institutionName, line, serviceName, serviceOf, word } from "./words.js";

const KIND_ICONS = {
  pieteikums: "file-check",
  konsultacija: "message",
  e_atbalsts: "device-laptop",
  informacija: "info-circle",
};

export const delivered = (desk) => html`<section class="card delivered">
  <h3>${t("Delivered services")}</h3>
  ${desk.view.visit.delivered.length
    ? table(desk)
    : html`<p class="muted">${t("Nothing is recorded yet.")}</p>`}
  ${form(desk)}
</section>`;

const table = (desk) => html`<table>
  <thead>
    <tr>
      <th scope="col">${t("Service")}</th>
      <th scope="col">${t("Kind")}</th>
      <th scope="col">${t("Channel")}</th>
      <th scope="col" class="figure">${t("Count")}</th>
      <th scope="col"><span class="visually-hidden">${t("Actions")}</span></th>
    </tr>
  </thead>
  <tbody>
    ${repeat(desk.view.visit.delivered, (one) => one.n, (one) => html`<tr data-correcting=${desk.ui.draft.n === one.n}>
      <td>${serviceName(desk, one.service)}<br /><span class="muted">${institutionName(desk, one.service)}</span></td>
      <td><span class="tag" data-record=${one.kind}>${icon(KIND_ICONS[one.kind] ?? "dots")} ${word(desk, "kinds", one.kind)}</span></td>
      <td>${word(desk, "channels", one.channel)}${outcome(desk, one)}</td>
      <td class="figure">${one.quantity}</td>
      <td>
        <button
          class="quiet needs-link"
          type="button"
          aria-label=${t("Correct: {service}", { service: serviceName(desk, one.service) })}
          ?disabled=${desk.link.state === "up" && !desk.allows("AmendService")}
          @click=${() => amend(desk, one)}
        >
          ${icon("pencil")}
        </button>
      </td>
    </tr>`)}
  </tbody>
</table>`;

const outcome = (desk, one) =>
  one.outcome ? html`<br /><span class="muted">${word(desk, "outcomes", one.outcome)}</span>` : nothing;

function form(desk) {
  const { draft } = desk.ui;
  const correcting = draft.n !== null;
  return html`<form
    class="record"
    autocomplete="off"
    @submit=${(event) => submitted(desk, event)}
  >
    ${finder(desk, {
      label: correcting ? t("Correct a service") : t("Add a service"),
      first: likely(desk),
      take: (service) => choose(desk, service),
      drop: () => discard(desk),
    })}
    ${draft.then.length ? html`<p class="ask">${t("Which kind of service was it? Enter records it and finishes.")}</p>` : nothing}
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
          .value=${live(String(draft.quantity))}
          @input=${(event) => (draft.quantity = event.target.valueAsNumber || 1)}
        />
      </label>
      <button class="button needs-link" type="submit">
        ${icon(correcting ? "check" : "plus")}<span class="button-label">${correcting ? t("Save the correction") : t("Add")}</span>
      </button>
      ${correcting
        ? html`<button class="button" type="button" @click=${() => discard(desk)}>${icon("x")}${t("Cancel")}</button>`
        : nothing}
    </div>
    ${refusal(desk, "finder")}
  </form>`;
}

/** The ticket's own service and others of its institution. */
function likely(desk) {
  const own = serviceOf(desk, desk.view.visit.service);
  return own ? [own, ...desk.catalogue.services.filter((s) => s !== own && s.institution === own.institution)] : [];
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
  if (event.key === "Escape") return discard(desk);
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
  desk.draw();
}

function choice(desk, field, vocabulary, label, optional = false) {
  const { draft } = desk.ui;
  const words = Object.entries(desk.catalogue?.[vocabulary] ?? {});
  return html`<label class="field">
    <span>${label}</span>
    <select @change=${(event) => (draft[field] = event.target.value)}>
      ${optional ? html`<option value="" .selected=${live(!draft[field])}>${t("by the kind")}</option>` : nothing}
      ${words.map(([code, name]) => html`<option value=${code} .selected=${live(draft[field] === code)}>${pick(name)}</option>`)}
    </select>
  </label>`;
}

function submitted(desk, event) {
  event.preventDefault();
  record(desk);
}
