/** Screens after the press: the number with its paper, and the refusal. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { icon, pick, row, spoken, t, tn } from "/static/page.js";
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
export const ticketWords = (ticket, paper) => `${t("Your number")}: ${spoken(ticket.number)}. ${t(HEADS[paper].title)}.`;

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

const waitCard = ({ ahead, promise }) => {
  const minutes = rangeWords(promise?.low, promise?.high);
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
    <div class="aside">${paper === "ask" ? question(controls.answer) : [waitCard(ticket), phoneCard(ticket, paper)]}</div>
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

/** The sentence for a refusal: our own where the cause is ours, else the server's, with whom to turn to. */
export const refusalWords = ({ code, text }) =>
  REASONS[code]
    ? t(REASONS[code])
    : `${text || t("This number cannot be issued now.")} ${t("If it does not work, please ask a member of staff.")}`;

/** The refusal in words, the same press once more, and the ways back. */
export const refusedScreen = ({ refusal, controls }) => html`<main class="screen refused">
  <div class="head" data-paper="nopaper">
    <span class="head-icon">${icon("alert-triangle")}</span>
    <div>${heading("No number was issued")}</div>
  </div>
  <p class="sentence">${refusalWords(refusal)}</p>
  <button
    class="button"
    data-kind="main"
    aria-disabled=${controls.off ? "true" : "false"}
    @click=${() => controls.take(refusal.service)}
  >
    ${icon("refresh")}${t("Try again")}
  </button>
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
