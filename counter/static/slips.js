/** Paper at the desk: what became of a visit's slip, printing it again, and giving a number to somebody at the counter. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { icon, spoken, t } from "/static/page.js";
import { kioskName, printerFault } from "/static/alerts.js";
import { refusal } from "./desk_actions.js";
import { emptyDraft } from "./draft.js";
import { picker } from "./finder.js";
import { NEEDS, languageName } from "./words.js";

const printerName = (code) => t("Kiosk {kiosk}", { kiosk: kioskName(code) });

/** How the slip of the visit at the counter is, where that is worth a word; that none came out is among its marks. */
function slipState({ slip }) {
  const words = {
    owed: () => t("the slip is not printed yet"),
    unknown: () => t("the slip was perhaps not printed"),
  }[slip];
  return words ? html`<span class="tag" data-kind="attention">${icon("printer-off")} ${words()}</span>` : nothing;
}

/** Prints the slip of a visit: at once where one kiosk prints, else after asking at which. */
export function printSlip(desk, { visit, number }, place) {
  const { printers } = desk.view;
  if (printers.length === 1 && !printerFault(desk.view.alerts, printers[0])) return desk.run([["PrintSlip", { visit, kiosk: printers[0] }]], place);
  Object.assign(desk.ui, { sheet: { name: "print", visit, number }, refusal: null, menu: null });
  return desk.draw();
}

/** The button for it, beside the visit at the counter. */
export const printButton = (desk, visit) =>
  visit?.number && desk.allows("PrintSlip")
    ? html`<p class="aside-link">
        <button class="quiet needs-link" type="button" data-step="print" @click=${() => printSlip(desk, visit, "print")}>
          ${icon("printer")} <span>${printLabel(visit)}</span>
        </button>
        ${slipState(visit)} ${refusal(desk, "print")}
      </p>`
    : nothing;

export const printLabel = ({ slip }) => (slip === null ? t("Print the slip") : t("Print the slip again"));

/** The button that opens the sheet for a new number. */
export const giveButton = (desk) =>
  desk.allows("TakeTicket")
    ? html`<p class="aside-link">
        <button class="quiet needs-link" type="button" data-step="give" aria-haspopup="dialog" @click=${() => openGive(desk)}>
          ${icon("ticket")} <span>${t("Give a number")}</span>
        </button>
      </p>`
    : nothing;

function openGive(desk) {
  Object.assign(desk.ui, { sheet: { name: "give", slot: emptyDraft() }, refusal: null, given: null });
  desk.draw();
}

const printers = (desk, none) => html`<label class="field">
  <span>${t("Print at")}</span>
  <select name="printer">
    ${able(desk).map((code) => html`<option value=${code}>${printerText(desk, code)}</option>`)}
    ${none ? html`<option value="">${t("do not print")}</option>` : nothing}
  </select>
</label>`;

/** The kiosks that print first: one that does not print now is said to be so, and is not the first choice. */
const able = ({ view }) => [...view.printers].sort((a, b) => Boolean(printerFault(view.alerts, a)) - Boolean(printerFault(view.alerts, b)));

function printerText({ view }, code) {
  const fault = printerFault(view.alerts, code);
  return fault ? t("{printer}: does not print, {why}", { printer: printerName(code), why: fault }) : printerName(code);
}

/** Choosing the kiosk for a slip that is printed again. */
export const printSheet = (desk, form) => {
  const { visit, number } = desk.ui.sheet;
  return form(desk, {
    title: t("Print the slip of {number}", { number }),
    act: t("Print"),
    command: "PrintSlip",
    name: "printer",
    data: (found) => ({ visit, kiosk: found.get("printer") }),
    fields: printers(desk, false),
  });
};

/** A number for somebody who stands at the desk: service, language, needs, and where it is printed. */
export const giveSheet = (desk, form) =>
  form(desk, {
    title: t("Give a number"),
    act: t("Give the number"),
    command: "TakeTicket",
    name: "ticket",
    stay: () => Object.assign(desk.ui, { given: desk.ui.result, sheet: { name: "give", slot: emptyDraft() } }),
    data: (found) => ({
      service: desk.ui.sheet.slot.service,
      language: found.get("language"),
      needs: found.getAll("needs"),
      prints: found.get("printer") || null,
    }),
    ready: () => Boolean(desk.ui.sheet.slot.service),
    fields: html`${given(desk)} ${picker(desk, desk.ui.sheet.slot, "give-service", ({ queue }) => queue)}
      <label class="field">
        <span>${t("Language of the visitor")}</span>
        <select name="language">
          ${(desk.catalogue?.languages ?? []).map((code) => html`<option value=${code}>${languageName(code)}</option>`)}
        </select>
      </label>
      <fieldset class="options">
        <legend>${t("What the visitor needs")}</legend>
        ${Object.entries(NEEDS).map(
          ([code, [, words]]) => html`<label><input type="checkbox" name="needs" value=${code} /><span>${words()}</span></label>`,
        )}
      </fieldset>
      ${printers(desk, true)}`,
  });

/** The number that was just given, with those linked to it. */
const given = ({ ui }) =>
  ui.given
    ? html`<div class="notice" data-kind="info" role="status">
        ${icon("circle-check")}
        <p>
          ${t("Number given:")}
          ${[ui.given, ...ui.given.linked].map(
            ({ number }) => html` <strong aria-hidden="true">${number}</strong><span class="visually-hidden">${spoken(number)}</span>`,
          )}
        </p>
      </div>`
    : nothing;
