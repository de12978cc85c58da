/** Screens after the press: the number with its paper, and the refusal. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { clock, icon, pick, row, spoken, t, tn } from "/static/page.js";
import { institutionOf, rangeWords, serviceOf, whereOf } from "./menu.js";
import { both, heading, named, notice, twice } from "./parts.js";

const HEADS = {
  printing: { picture: "printer", title: "Printing your ticket …" },
  take: { picture: "arrow-down", title: "Take your ticket" },
  ask: { picture: "printer", title: "Did the ticket print?" },
  valid: { picture: "circle-check", title: "Your number is valid" },
  nopaper: { picture: "printer-off", title: "You have a number, but no paper" },
};

const TRAY = {
  below: () => t("It is printed below the screen."),
  left: () => t("It is printed to the left of the screen."),
  right: () => t("It is printed to the right of the screen."),
};
const ARROW = { below: "arrow-down", left: "arrow-left", right: "arrow-right" };

function lead(paper, printer, tray) {
  if (paper === "printing") return t("Please wait a moment.");
  if (paper === "take") return TRAY[tray]();
  if (paper === "ask") return t("We cannot tell for certain whether the paper came out.");
  if (paper === "valid") return t("The number is valid without paper too.");
  const cause = printer.reason === "paper_out" ? t("The printer is out of paper.") : t("The printer does not print now.");
  return `${cause} ${t("Your number is valid.")}`;
}

/** What a screen reader hears when the number is there and when its paper changes. */
export function ticketWords({ number, linked }, paper, tray) {
  const others = linked.length ? `${t("Your other numbers")}: ${linked.map((one) => spoken(one.number)).join("; ")}. ` : "";
  const place = paper === "take" ? ` ${TRAY[tray ?? "below"]()}` : "";
  return `${t("Your number")}: ${spoken(number)}. ${others}${t(HEADS[paper].title)}.${place}`;
}

const numberCard = (menu, { ticket, paper }) => {
  const service = serviceOf(menu, ticket.service);
  const institution = service && institutionOf(menu, service.institution);
  return html`<section class="card number-card" aria-label=${t("Your number")}>
    <p class="card-label">${paper === "nopaper" ? both("Remember it or take a photo") : both("Your number")}</p>
    <p class="number" role="img" aria-label=${spoken(ticket.number)}>${ticket.number}</p>
    <p class="service">${named(service?.name)}</p>
    <p class="institution">${named(institution?.short)}</p>
  </section>`;
};

/** Further numbers of the same person, for services of other counters; they are called one after the other. */
const linkedCard = (menu, { number, linked }) =>
  linked.length
    ? html`<section class="card linked-card" aria-label=${t("Your other numbers")}>
        <p class="card-label">${twice(() => t("First {number}, then:", { number }))}</p>
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
      <p>${both("Your appointment")} <strong>${clock(due, menu.timezone)}</strong></p>
      <p class="minutes">${both("You will be called at about this time.")}</p>
    </section>`;
  return html`<section class="card wait-card" aria-label=${t("Waiting")}>
    <p>${both("Ahead of you")} <strong>${twice(() => tn("{n} person", "{n} people", ahead))}</strong></p>
    ${minutes
      ? html`<p class="minutes">
          ${both("Approximate wait")} <strong>${twice(() => rangeWords(promise?.low, promise?.high))}</strong>
        </p>`
      : nothing}
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
          <h2>${paper === "nopaper" ? both("Your number on your phone") : both("Follow the queue on your phone")}</h2>
          <p>${both("Scan the code. Your phone tells when your turn is near. Nothing to install.")}</p>
        </div>
      </section>`
    : nothing;

/** A number that was given without the server: valid, but nobody can say how long it takes. */
const reserveNotes = (menu, { number, linked }) => [
  notice("attention", () => t("Reserve numbers with {letter} are in use. Your number is valid.", { letter: number[0] })),
  notice("info", () => t("We cannot tell the waiting time now. You will be called by the time that you came. Please listen to the staff.")),
  linkedCard(menu, { number, linked }),
];

/** What stands beside the number. Several numbers take the room of the phone's code, which is on each slip, or without paper of the wait. */
function beside(menu, ticket, paper) {
  if (ticket.reserve) return reserveNotes(menu, ticket);
  const others = linkedCard(menu, ticket);
  const [wait, phone] = [waitCard(menu, ticket), phoneCard(ticket, paper)];
  if (others === nothing) return [wait, phone];
  return [others, paper === "nopaper" ? phone : wait];
}

const question = (answer) => html`<div class="answers">
    <button class="button" data-kind="done" @click=${() => answer("yes")}>${icon("check")}<span>${both("Yes")}</span></button>
    <button class="button" @click=${() => answer("no")}>${icon("x")}<span>${both("No")}</span></button>
  </div>
  ${notice("info", () => t("The number is valid without paper too. If you choose “No”, we print a copy."))}`;

const place = (menu, { service }) =>
  whereOf(menu, service)
    ? html`<p class="where">
        ${icon("map-pin")}<span>${twice(() => t("Please wait here: {where}", { where: whereOf(menu, service) }))}</span>
      </p>`
    : nothing;

/** What helps when there is no paper: the number read aloud, or written down by somebody. */
const withoutPaper = ({ read, writeDown }) => html`<div class="answers aids">
  <button class="button" @click=${writeDown}>${icon("pencil")}<span>${both("Staff will write it down")}</span></button>
  <button class="button" @click=${read}>${icon("volume")}<span>${both("Read the number aloud")}</span></button>
</div>`;

/** The number, how its paper is doing, the wait, and the phone's code. `left` are the seconds until the start screen. */
export function ticketScreen(menu, { ticket, paper, printer, left, controls }) {
  const head = HEADS[paper];
  const tray = menu.tray ?? "below";
  return html`<main class="screen ticket" data-paper=${paper} data-reserve=${Boolean(ticket.reserve)}>
    <div class="head" data-paper=${paper} data-tray=${tray}>
      <span class="head-icon">${icon(paper === "take" ? ARROW[tray] : head.picture)}</span>
      <div>${heading(head.title)}<p>${twice(() => lead(paper, printer, tray))}</p></div>
    </div>
    ${numberCard(menu, { ticket, paper })}
    <div class="aside">
      ${paper === "ask" ? question(controls.answer) : [place(menu, ticket), beside(menu, ticket, paper)]}
      ${paper === "nopaper" ? withoutPaper(controls) : nothing}
    </div>
    ${paper === "ask"
      ? nothing
      : html`<div class="ways">
          <button class="button" @click=${controls.again}>${icon("plus")}<span>${both("Another service")}</span></button>
          <button class="button" data-kind="done" @click=${controls.done}>
            <span>${both("Done")}</span>${left === null ? nothing : html`<span class="left" aria-hidden="true">${left} s</span>`}
          </button>
        </div>`}
  </main>`;
}

/** Over everything after a minute of silence; any touch or key keeps the visitor's place. */
export const moreTime = (left, { stay, done }) => html`<div class="veil">
  <div class="dialog" role="alertdialog" aria-modal="true" aria-labelledby="more-time">
    <h2 id="more-time">${both("Do you need more time?")}</h2>
    <p aria-hidden="true">${t("Back to the start in {n} s", { n: left })}</p>
    <div class="answers">
      <button class="button" id="stay" data-kind="done" @click=${stay}>${icon("check")}<span>${both("Yes, more time")}</span></button>
      <button class="button" @click=${done}>${icon("x")}<span>${both("No, finish")}</span></button>
    </div>
  </div>
</div>`;
