/** The refusal in words, and what else can be done. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { icon, spoken, t } from "/static/page.js";
import { phoneLine, portalCard } from "./closed.js";
import { both, heading, tile } from "./parts.js";

const REASONS = {
  no_answer: "No connection to the centre server. Please ask a member of staff.",
  no_link: "No connection to the centre server. Please take a number or ask a member of staff.",
};

const OF_APPOINTMENT = ["unknown_code", "too_early", "appointment_over", "checked_in"];

/** Refusals that stay the same however often one presses; their sentence says what else is possible. */
const FINAL = ["closed_now", "queue_closed", "queue_stopped", "numbers_stopped", "none_left", "too_late", "day_full", ...OF_APPOINTMENT];

/** No number today, for this or for anything: nothing that pressing again could change. */
const LAST = ["none_left", "too_late", "day_full"];

/** While no numbers are given the server's sentences must not send anybody to take one. */
const SHUT = {
  unknown_code: "There is no appointment with this code. Check the code.",
  appointment_over: "This appointment has lapsed.",
};

/** The sentence for a refusal: our own where the cause is ours or no numbers are given, else the server's, with whom to turn to. */
export function refusalWords({ code, text }, shut) {
  if (REASONS[code]) return t(REASONS[code]);
  if (shut && SHUT[code]) return t(SHUT[code]);
  if (FINAL.includes(code)) return text;
  return `${text || t("This number cannot be issued now.")} ${t("If it does not work, please ask a member of staff.")}`;
}

/** What can be done after a refusal, as `[words, picture, press]`: the same once more if that can help, else another way. */
function ways({ code, again }, { go, again: home }, shut) {
  const number = shut ? [] : [["Take a number", "ticket", home]];
  if (code === "unknown_code") return [["Type the code again", "pencil", () => go("code")], ...number];
  if (["too_early", "appointment_over"].includes(code)) return number;
  return FINAL.includes(code) ? [] : [["Try again", "refresh", again]];
}

/** Who comes a second time with the same code has a number; the answer tells it in its sentence only. */
function checkedIn({ text }) {
  const number = /\b[A-Z]\d+\b/.exec(text)?.[0];
  return html`<main class="screen refused">
    <div class="head" data-paper="valid">
      <span class="head-icon">${icon("circle-check")}</span>
      <div>${heading("You are checked in already")}</div>
    </div>
    ${number
      ? html`<section class="card number-card" aria-label=${t("Your number")}>
            <p class="card-label">${both("Your number")}</p>
            <p class="number" role="img" aria-label=${spoken(number)}>${number}</p>
          </section>
          <p class="sentence">${both("You will be called by this number.")}</p>`
      : html`<p class="sentence">${text}</p>`}
  </main>`;
}

/** The refusal in words, and what can be done; `shut` while no numbers are given. */
export const refusedScreen = (menu, { refusal, controls, shut }) =>
  refusal.code === "checked_in" ? checkedIn(refusal) : refused(menu, refusal, controls, shut);

const titleOf = ({ code, ofAppointment }) => {
  if (ofAppointment) return "You are not checked in";
  return LAST.includes(code) ? "We cannot serve more today" : "No number was issued";
};

/** Who already has a number is reassured; who has none hears what else there is. */
const otherWays = (menu, { off, alone, go }) => html`<p class="sentence">${both("Everybody who has a number will be served.")}</p>
  <h2 class="label">${both("What you can do")}</h2>
  ${menu.booking
    ? tile({
        kind: "booked",
        gives: "step",
        picture: "calendar-check",
        title: () => t("I have an appointment"),
        off: off || alone,
        press: () => go("code", { code: "", misread: false }),
      })
    : nothing}
  ${portalCard(menu.portal, "Do it yourself, without a queue")} ${phoneLine(menu.phone)}
  ${tile({
    kind: "booked",
    gives: "step",
    picture: "hand-stop",
    title: () => t("Ask a member of staff"),
    off: false,
    press: () => go("help"),
  })}`;

const refused = (menu, refusal, controls, shut) => html`<main class="screen refused">
  <div class="head" data-paper="nopaper">
    <span class="head-icon">${icon("alert-triangle")}</span>
    <div>${heading(titleOf(refusal))}</div>
  </div>
  <p class="sentence">${refusalWords(refusal, shut)}</p>
  ${LAST.includes(refusal.code) ? otherWays(menu, controls) : nothing} ${ways(refusal, controls, shut).map(
    ([words, picture, press], n) => html`<button
      class="button"
      data-kind=${n === 0 ? "main" : nothing}
      aria-disabled=${controls.off ? "true" : "false"}
      @click=${press}
    >
      ${icon(picture)}<span>${both(words)}</span>
    </button>`,
  )}
</main>`;
