/** Screens after the press: the number with its paper, and the refusal. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { clock, icon, pick, row, spoken, t, tn } from "/static/page.js";
import { institutionOf, rangeWords, serviceOf } from "./menu.js";
import { both, heading, notice } from "./parts.js";

const HEADS = {
  printing: { picture: "printer", title: "Printing your ticket …" },
  take: { picture: "arrow-down", title: "Take your ticket" },
  ask: { picture: "printer", title: "Did the ticket print?" },
  valid: { picture: "circle-check", title: "Your number is valid" },
  nopaper: { picture: "printer-off", title: "You have a number, but no paper" },
};

function lead(paper, printer) {
  if (paper === "printing") return t("Please wait a moment.");
  if (paper === "take") return t("It is printed below the screen.");
  if (paper === "ask") return t("We cannot tell for certain whether the paper came out.");
  if (paper === "valid") return t("The number is valid without paper too.");
  const cause = printer.reason === "paper_out" ? t("The printer is out of paper.") : t("The printer does not print now.");
  return `${cause} ${t("Your number is valid.")}`;
}

/** What a screen reader hears when the number is there and when its paper changes. */
export function ticketWords({ number, linked }, paper) {
  const others = linked.length ? `${t("Your other numbers")}: ${linked.map((one) => spoken(one.number)).join("; ")}. ` : "";
  return `${t("Your number")}: ${spoken(number)}. ${others}${t(HEADS[paper].title)}.`;
}

const numberCard = (menu, { ticket, paper }) => {
  const service = serviceOf(menu, ticket.service);
  const institution = service && institutionOf(menu, service.institution);
  return html`<section class="card number-card" aria-label=${t("Your number")}>
    <p class="card-label">${paper === "nopaper" ? t("Remember it or take a photo") : t("Your number")}</p>
    <p class="number" role="img" aria-label=${spoken(ticket.number)}>${ticket.number}</p>
    <p class="service">${pick(service?.name)}</p>
    <p class="institution">${pick(institution?.short)}</p>
  </section>`;
};

/** Further numbers of the same person, for services of other counters. */
const linkedCard = (menu, { linked }) =>
  linked.length
    ? html`<section class="card linked-card" aria-label=${t("Your other numbers")}>
        <p class="card-label">${t("Your other numbers")}</p>
        <ul>
          ${linked.map(({ number, service }) => html`<li>
            <strong role="img" aria-label=${spoken(number)}>${number}</strong>
            <span>${pick(institutionOf(menu, serviceOf(menu, service)?.institution)?.short)}</span>
          </li>`)}
        </ul>
      </section>`
    : nothing;

const waitCard = (menu, { ahead, promise, due }) => {
  const minutes = rangeWords(promise?.low, promise?.high);
  if (due && new Date(due) > new Date())
    return html`<section class="card wait-card" aria-label=${t("Waiting")}>
      <p>${t("Your appointment")} <strong>${clock(due, menu.timezone)}</strong></p>
      <p class="minutes">${t("You will be called at about this time.")}</p>
    </section>`;
  return html`<section class="card wait-card" aria-label=${t("Waiting")}>
    <p>${t("Ahead of you")} <strong>${tn("{n} person", "{n} people", ahead)}</strong></p>
    ${minutes ? html`<p class="minutes">${t("Approximate wait")} <strong>${minutes}</strong></p>` : nothing}
    <div class="row-frame">${row(ahead)}</div>
  </section>`;
};

const phoneCard = ({ token, url }, paper) =>
  url
    ? html`<section
        class="phone"
        data-size=${paper === "nopaper" ? "large" : "ordinary"}
        aria-label=${t("Follow the queue on your phone")}
      >
        <img src="/qr/${token}.svg" alt=${t("Code for your phone")} />
        <div>
          <h2>${paper === "nopaper" ? t("Your number on your phone") : t("Follow the queue on your phone")}</h2>
          <p>${t("Scan the code. Your phone tells when your turn is near. Nothing to install.")}</p>
        </div>
      </section>`
    : nothing;

/** What stands beside the number. Several numbers take the room of the phone's code, which is on each slip, or without paper of the wait. */
function beside(menu, ticket, paper) {
  const others = linkedCard(menu, ticket);
  const [wait, phone] = [waitCard(menu, ticket), phoneCard(ticket, paper)];
  if (others === nothing) return [wait, phone];
  return [others, paper === "nopaper" ? phone : wait];
}

const question = (answer) => html`<div class="answers">
    <button class="button" data-kind="done" @click=${() => answer("yes")}>${icon("check")}${t("Yes")}</button>
    <button class="button" @click=${() => answer("no")}>${icon("x")}${t("No")}</button>
  </div>
  ${notice("info", t("The number is valid without paper too. If you choose “No”, we print a copy."))}`;

/** The number, how its paper is doing, the wait, and the phone's code. `left` are the seconds until the start screen. */
export function ticketScreen(menu, { ticket, paper, printer, left, controls }) {
  const head = HEADS[paper];
  return html`<main class="screen ticket" data-paper=${paper}>
    <div class="head" data-paper=${paper}>
      <span class="head-icon">${icon(head.picture)}</span>
      <div>${heading(head.title)}<p>${lead(paper, printer)}</p></div>
    </div>
    ${numberCard(menu, { ticket, paper })}
    <div class="aside">${paper === "ask" ? question(controls.answer) : beside(menu, ticket, paper)}</div>
    ${paper === "ask"
      ? nothing
      : html`<div class="ways">
          <button class="button" @click=${controls.again}>${icon("plus")}${t("Another service")}</button>
          <button class="button" data-kind="done" @click=${controls.done}>
            ${t("Done")}${left === null ? nothing : html`<span class="left" aria-hidden="true">${left} s</span>`}
          </button>
        </div>`}
  </main>`;
}

const REASONS = {
  no_answer: "No connection to the centre server. Please ask a member of staff.",
  no_link: "No connection to the centre server. Please ask a member of staff.",
};

const OF_APPOINTMENT = ["unknown_code", "too_early", "appointment_over", "checked_in"];

/** Refusals that stay the same however often one presses; their sentence says what else is possible. */
const FINAL = ["closed_now", "queue_closed", "none_left", "too_late", "day_full", ...OF_APPOINTMENT];

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
  const number = shut ? [] : [[t("Take a number"), "ticket", home]];
  if (code === "unknown_code") return [[t("Type the code again"), "pencil", () => go("code")], ...number];
  if (["too_early", "appointment_over"].includes(code)) return number;
  return FINAL.includes(code) ? [] : [[t("Try again"), "refresh", again]];
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
            <p class="card-label">${t("Your number")}</p>
            <p class="number" role="img" aria-label=${spoken(number)}>${number}</p>
          </section>
          <p class="sentence">${t("You will be called by this number.")}</p>`
      : html`<p class="sentence">${text}</p>`}
  </main>`;
}

/** The refusal in words, and what can be done; `shut` while no numbers are given. */
export const refusedScreen = ({ refusal, controls, shut }) =>
  refusal.code === "checked_in" ? checkedIn(refusal) : refused(refusal, controls, shut);

const refused = (refusal, controls, shut) => html`<main class="screen refused">
  <div class="head" data-paper="nopaper">
    <span class="head-icon">${icon("alert-triangle")}</span>
    <div>${heading(refusal.ofAppointment ? "You are not checked in" : "No number was issued")}</div>
  </div>
  <p class="sentence">${refusalWords(refusal, shut)}</p>
  ${ways(refusal, controls, shut).map(
    ([words, picture, press], n) => html`<button
      class="button"
      data-kind=${n === 0 ? "main" : nothing}
      aria-disabled=${controls.off ? "true" : "false"}
      @click=${press}
    >
      ${icon(picture)}${words}
    </button>`,
  )}
</main>`;

/** Over everything after a minute of silence; any touch or key keeps the visitor's place. */
export const moreTime = (left, { stay, done }) => html`<div class="veil">
  <div class="dialog" role="alertdialog" aria-modal="true" aria-labelledby="more-time">
    <h2 id="more-time">${both("Do you need more time?")}</h2>
    <p aria-hidden="true">${t("Back to the start in {n} s", { n: left })}</p>
    <div class="answers">
      <button class="button" id="stay" data-kind="done" @click=${stay}>${icon("check")}${t("Yes, more time")}</button>
      <button class="button" @click=${done}>${icon("x")}${t("No, finish")}</button>
    </div>
  </div>
</div>`;
