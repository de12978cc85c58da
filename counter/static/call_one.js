/** What can be done for one chosen visit, calling it out of turn or printing: behind a button, so that a slip of the hand does not call. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { icon, t } from "/static/page.js";
import { refusal } from "./desk_actions.js";
import { printLabel, printSlip } from "./slips.js";

/** The button with three dots for a waiting or parked visit, and under it, while open, the call and the slip. */
export function callOne(desk, waiting) {
  const { visit, number } = waiting;
  const open = desk.ui.menu === visit;
  return html`<span class="menu" @keydown=${(event) => event.key === "Escape" && toggle(desk, null, event)}>
    <button
      class="quiet needs-link"
      type="button"
      aria-expanded=${open}
      aria-label=${t("More about {number}", { number })}
      ?disabled=${desk.link.state === "up" && !desk.allows("CallVisit") && !desk.allows("PrintSlip")}
      @click=${() => toggle(desk, open ? null : visit)}
    >
      ${icon("dots")}
    </button>
    ${open
      ? html`<span class="menu-sheet">
          ${desk.allows("CallVisit")
            ? html`<button class="button needs-link" type="button" aria-haspopup="dialog" @click=${() => choose(desk, waiting)}>
                ${icon("speakerphone")}<span class="button-label">${t("Call {number} now", { number })}</span>
              </button>`
            : nothing}
          ${number && desk.allows("PrintSlip")
            ? html`<button class="button needs-link" type="button" @click=${() => printSlip(desk, waiting, visit)}>
                ${icon("printer")}<span class="button-label">${printLabel(waiting)}</span>
              </button>`
            : nothing}
          ${refusal(desk, visit)}
        </span>`
      : nothing}
  </span>`;
}

function choose(desk, { visit, number }) {
  Object.assign(desk.ui, { sheet: { name: "chosen", command: "CallVisit", visit, number }, menu: null, refusal: null });
  desk.draw();
}

function toggle(desk, visit, event) {
  desk.ui.menu = visit;
  desk.draw();
  event?.currentTarget.querySelector("button").focus();
}
