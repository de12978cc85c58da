/** Help that a visitor asks for: a person to come to the kiosk, or something to be minded; nobody asks for the reason. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { icon, t } from "/static/page.js";
import { both, heading, notice, tile, twice } from "./parts.js";

export const NEEDS = [
  { need: "accessible", picture: "wheelchair", title: "An accessible counter", line: "low desk, wide way" },
  { need: "more_time", picture: "walk", title: "More time to come", line: "the specialist will wait for you" },
  { need: "visible_call", picture: "device-mobile-vibration", title: "A call that can be seen", line: "on the board and on your phone" },
  { need: "staff_comes", picture: "armchair", title: "The specialist comes to me", line: "sit down wherever you like" },
  { need: "sign_language", picture: "hand-finger", title: "Sign language interpreter", line: "by video; you may wait longer" },
];

/** What is said of a call from this kiosk; `session.called` is "sent", "failed" or null before the server's word. */
function callWords(help, called) {
  if (help?.coming) return t("A member of staff is on the way.");
  if (help) return t("We have called a member of staff. Please wait here.");
  if (called === "failed") return t("The call did not get through. Please call out to a member of staff.");
  return null;
}

export const helpWords = (menu, session) => callWords(menu?.help, session.called) ?? "";

const WIFI = {
  sent: () => t("The Wi-Fi slip is being printed. Take it below."),
  printed: () => t("The Wi-Fi slip is being printed. Take it below."),
  failed: () => t("The slip cannot be printed now. Please ask a member of staff."),
};

/** The slip of the visitors' network, where the plan has it offered here. */
const wifiTile = (menu, wifi, controls) =>
  menu.wifi
    ? html`<button class="tile choice" aria-pressed=${wifi === "printed"} ?disabled=${wifi === "sent"} @click=${controls.printWifi}>
        <span class="box">${icon(wifi === "printed" ? "check" : "wifi")}</span>
        <span class="tile-text">
          <span class="tile-title">${both("Wi-Fi for visitors")}</span>
          <span class="tile-line" role="status">${wifi ? twice(WIFI[wifi]) : both("a slip with the network's name")}</span>
        </span>
      </button>`
    : nothing;

/** What is to be minded goes with the next number: whoever has one on the screen is helped by a person. */
export function helpScreen(menu, { layout, called, needs, ticket, wifi, controls }) {
  const words = callWords(menu.help, called);
  const slim = layout.includes("large");
  return html`<main class="screen help">
    <div class="lead">${heading("What help do you need?")}<p>${both(ticket ? "You have a number already: a member of staff will help you." : "We do not ask why. Choose what you need.")}</p></div>
    ${words ? notice(called === "failed" ? "attention" : "info", () => callWords(menu.help, called)) : nothing}
    ${tile({
      kind: "unknown",
      gives: "nothing",
      picture: "hand-stop",
      title: () => t("Call a member of staff here"),
      off: controls.off || Boolean(menu.help),
      pressed: called === "sent",
      press: controls.callHelp,
    })}
    <div class="tiles rows needs">
      ${(ticket ? [] : NEEDS).map(
        ({ need, picture, title, line }) => html`<button class="tile choice" aria-pressed=${needs.includes(need)} @click=${() => controls.need(need)}>
          <span class="box">${needs.includes(need) ? icon("check") : icon(picture)}</span>
          <span class="tile-text">
            <span class="tile-title">${both(title)}</span>
            ${slim ? nothing : html`<span class="tile-line">${both(line)}</span>`}
          </span>
        </button>`,
      )}
      ${wifiTile(menu, wifi, controls)}
    </div>
    ${ticket ? nothing : html`<p class="privacy">${twice(() => t("We keep only the mark for the help that you need, never the reason."))}</p>`}
  </main>`;
}

/** One line about what the next number will say; nothing when nothing was chosen. */
export const needsLine = (needs) =>
  needs.length
    ? html`<p class="basket">${twice(() =>
        t("We will mind: {needs}", { needs: NEEDS.filter((one) => needs.includes(one.need)).map((one) => t(one.title)).join("; ") }),
      )}</p>`
    : nothing;
