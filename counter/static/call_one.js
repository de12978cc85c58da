/** Calling one chosen visit out of turn: behind a button of its own, so that a slip of the hand does not call. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { icon, t } from "/static/page.js";
import { refusal } from "./desk_actions.js";

/** The button with three dots for a waiting or parked visit, and under it, while open, the call. */
export function callOne(desk, { visit, number }) {
  const open = desk.ui.menu === visit;
  return html`<span class="menu" @keydown=${(event) => event.key === "Escape" && toggle(desk, null, event)}>
    <button
      class="quiet needs-link"
      type="button"
      aria-expanded=${open}
      aria-label=${t("More about {number}", { number })}
      ?disabled=${desk.link.state === "up" && !desk.allows("CallVisit")}
      @click=${() => toggle(desk, open ? null : visit)}
    >
      ${icon("dots")}
    </button>
    ${open
      ? html`<span class="menu-sheet">
          <button class="button needs-link" type="button" @click=${() => desk.run([["CallVisit", { visit }]], visit)}>
            ${icon("speakerphone")}<span class="button-label">${t("Call {number} now", { number })}</span>
          </button>
          ${refusal(desk, visit)}
        </span>`
      : nothing}
  </span>`;
}

function toggle(desk, visit, event) {
  desk.ui.menu = visit;
  desk.draw();
  event?.currentTarget.querySelector("button").focus();
}
