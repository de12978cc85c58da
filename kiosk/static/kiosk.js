/** The kiosk page: joins the program's state with the visitor's session, draws the whole, and keeps the time. */
import { html, nothing, render } from "/static/vendor/lit/lit-html.js";
import { boot, clock, pick, t, tn } from "/static/page.js";
import { attach } from "./access/access.js";
import { groupsScreen, institutionsScreen, servicesScreen, startScreen } from "./choose.js";
import { closedScreen, closedWords } from "./closed.js";
import { codeScreen, codeWords } from "./code.js";
import { fit } from "./fit.js";
import { helpScreen, helpWords } from "./help.js";
import { howScreen } from "./how.js";
import { situationScreen, situationsScreen } from "./life.js";
import { beat, listen } from "./local.js";
import { asKnown } from "./menu.js";
import { accessBar, backAndHome, header, heading, notice, twice } from "./parts.js";
import { refusalWords, refusedScreen } from "./refused.js";
import { searchCount, searchScreen } from "./search.js";
import { begun, paperOf } from "./session.js";
import { moreTime, ticketScreen, ticketWords } from "./ticket.js";
import { wishes } from "./wishes.js";

const IDLE_MS = 60_000;
const MORE_MS = 30_000;
const TAKEN_MS = 60_000;
const ANSWER_MS = 20_000;
const SHIELD_MS = 600;
const BEAT_MS = 5_000;
const MM_PER_INCH = 25.4;

const app = document.getElementById("app");
const portrait = matchMedia("(orientation: portrait)");
let state = null;
let link = { state: "down", since: Date.now() };
let shieldUntil = 0;
let shown = "";
let held = null;
let paperBefore = null;
let seen = 0;

const reached = () => link.state === "up" && Boolean(state?.menu);
const my = wishes({ state: () => state, ready: reached, draw, onLeave: () => access.reset() });
const access = attach({
  app,
  language: () => my.session.language,
  screen: placeKey,
  say: () => (state?.menu ? spokenNow() : ""),
  press: { home: my.home, back: () => hasWays() && my.back(), help: my.goHelp, stay: touched, hold: () => (my.touchedAt = Date.now() - IDLE_MS) },
  touched,
  onSpeech: (on) => {
    my.session.sound = on;
    draw();
  },
});

const line = listen({
  onState(next) {
    state = asKnown(next);
    seen += 1;
    if (["queued", "printing"].includes(state.jobs[my.session.ticket?.visit])) Object.assign(my.session, { asked: false, said: null });
    draw();
  },
  onLink(next) {
    link = next;
    draw();
  },
  onInput({ kind, value }) {
    if (kind === "scan") {
      touched();
      my.scanned(value);
    } else access.input({ kind, value });
  },
});

const languages = () => (state?.menu?.languages ?? ["lv"]).filter((code) => code in boot.messages);
const paper = () => paperOf(state, my.session, Date.now());
const secondsLeft = (from, length) => Math.max(0, Math.ceil((from + length - Date.now()) / 1000));
const isShut = () => Boolean(state?.menu?.opens);

/** Everything that is to be said about the moment, the gravest first, as `{kind, text, more}`. */
function alerts() {
  const { menu, printer, reserve } = state;
  const found = [];
  if (link.state !== "up") {
    const more = twice(() => t("Since {time}.", { time: clock(link.since, menu?.timezone) }));
    found.push({ kind: "trouble", text: () => t("This screen is out of order. Please ask a member of staff."), more });
  } else if (reserve.on) {
    const text = () => t("Reserve numbers with {letter} are in use. They are valid.", { letter: reserve.letter });
    found.push({ kind: "attention", text });
  }
  if (!printer.can_print)
    found.push({
      kind: "attention",
      text: () => t("The printer does not print now. You will see your number on the screen; it is valid."),
    });
  const about = (one) => {
    const owner = menu.institutions.find((each) => each.institution === one.about[0]);
    return owner && one.about.length === 1 ? `${pick(owner.short)}: ` : "";
  };
  const order = { attention: 0, info: 1 };
  const told = [...(menu?.notices ?? [])].sort((a, b) => order[a.kind] - order[b.kind]);
  return [...found, ...told.map((one) => ({ kind: one.kind, text: () => `${about(one)}${pick(one.text)}` }))];
}

/** What a screen tells of it: on all but the start only the gravest and only what is grave, for the rest stands at the service. */
const toldHere = () => (my.session.screen === "start" ? alerts() : alerts().filter((one) => one.kind !== "info").slice(0, 1));

/** The one notice of a screen. */
function alertOf() {
  const [first, ...others] = toldHere();
  if (!first) return nothing;
  const count = others.length
    ? twice(() => tn("{n} more notice", "{n} more notices", others.length))
    : nothing;
  return notice(first.kind, first.text, first.more ?? count);
}

function layout() {
  if (!portrait.matches) return my.session.large ? "landscape-large" : "landscape";
  return ["portrait", my.session.large && "large", my.session.low && "low"].filter(Boolean).join("-");
}

function screenOf(alert) {
  const { menu, printer } = state;
  const { session } = my;
  const controls = {
    ...my,
    off: !reached(),
    alone: !state.link.up,
    pressed: session.pending,
    basket: session.basket,
    done: my.leave,
    read: access.again,
  };
  const common = { ...session, alert, layout: layout(), controls };
  switch (session.screen) {
    case "institutions":
      return institutionsScreen(menu, common);
    case "groups":
      return groupsScreen(menu, common);
    case "services":
      return servicesScreen(menu, common);
    case "situations":
      return situationsScreen(menu, common);
    case "situation":
      return situationScreen(menu, common);
    case "search":
      return searchScreen(menu, common);
    case "how":
      return howScreen(menu, common);
    case "help":
      return helpScreen(menu, common);
    case "code":
      return codeScreen(menu, common);
    case "ticket": {
      const left = counting() ? secondsLeft(my.touchedAt, TAKEN_MS) : null;
      return ticketScreen(menu, { ticket: session.ticket, paper: paper(), printer, left, controls });
    }
    case "refused":
      return refusedScreen(menu, { refusal: session.refusal, controls, shut: isShut() });
    default:
      return isShut() ? closedScreen(menu, { now: line.now(), controls }) : startScreen(menu, common);
  }
}

const hasWays = () => !["start", "ticket"].includes(my.session.screen);

/** Whether the ticket screen ends by itself: only with the paper out, when nothing is lost, and nobody listening. */
const counting = () => my.session.screen === "ticket" && paper() === "take" && !access.speech;
const asking = () => begun(my.session) && !counting() && Date.now() - my.touchedAt >= IDLE_MS;

/** What a screen reader is told without moving its place. */
function spokenNow() {
  const { session } = my;
  const { menu } = state;
  if (session.screen === "ticket") return ticketWords(session.ticket, paper(), menu.tray);
  if (session.screen === "refused") return refusalWords(session.refusal, isShut());
  if (session.screen === "code") return codeWords(session);
  if (session.screen === "search") return searchCount(menu, session.query);
  if (session.screen === "help") return helpWords(menu, session);
  if (isShut()) return closedWords(menu, line.now());
  const [first] = toldHere();
  return first ? first.text() : "";
}

/** News of the paper gives the visitor the whole time again. */
function notePaper() {
  const news = my.session.screen === "ticket" ? paper() : null;
  if (news && news !== paperBefore) my.touchedAt = Date.now();
  if (news === "ask") my.session.asked = true;
  paperBefore = news;
}

/** What stays the same while only details change; a new one is shielded against the finger that is still there. */
function placeKey() {
  const { screen, institution, group, situation, service, page } = my.session;
  const shut = screen === "start" && isShut();
  return [screen, shut, institution, group, situation, service, page, screen === "ticket" && paper() === "ask"].join("/");
}

/** The page in the visitor's language, type and colours; millimetres where the size of the screen is known. */
function dress() {
  const page = document.documentElement;
  const { session } = my;
  boot.language = page.lang = session.language;
  page.dataset.theme = session.contrast ? "kontrasts" : "lins";
  page.dataset.text = session.large ? "large" : "ordinary";
  page.dataset.low = session.low;
  page.dataset.second = session.language !== "lv";
  const inches = state?.menu?.inches;
  const physical = inches ? Math.hypot(innerWidth, innerHeight) / (inches * MM_PER_INCH) : 1000;
  page.style.setProperty("--physical", `${physical}px`);
}

const waiting = () => html`<main class="screen">
  ${heading("Please wait")}
  ${link.state === "up" && !state?.link.up
    ? notice("attention", () => t("This kiosk has not yet heard from the centre server. Please ask a member of staff."))
    : nothing}
</main>`;

function draw() {
  if (!state && link.state !== "stale") return;
  if (!shown) app.replaceChildren();
  if (state) notePaper();
  dress();
  const place = placeKey();
  const isNew = place !== shown;
  if (isNew && shown) {
    shieldUntil = Date.now() + SHIELD_MS;
    setTimeout(draw, SHIELD_MS);
  }
  const { session } = my;
  const veiled = asking();
  if (veiled) held ??= document.activeElement;
  const bar = { toggle: my.toggle, speak: my.speak, sound: access.toggleSpeech, help: my.goHelp };
  render(
    html`<div class="stage" data-screen=${session.screen} ?inert=${veiled} aria-busy=${session.pending !== null}>
        ${header(state?.menu, line.now())} ${state?.menu ? screenOf(alertOf()) : waiting()}
        ${hasWays() ? backAndHome(my) : nothing}
        ${accessBar(session, languages(), bar)}
      </div>
      ${Date.now() < shieldUntil ? html`<div class="shield" @mousedown=${(event) => event.preventDefault()}></div>` : nothing}
      ${veiled ? moreTime(secondsLeft(my.touchedAt, IDLE_MS + MORE_MS), { stay: touched, done: my.leave }) : nothing}
      <p class="visually-hidden" role="status">${state?.menu ? spokenNow() : ""}</p>`,
    app,
  );
  fit(app);
  if (veiled || held || (isNew && shown)) settle(veiled);
  shown = place;
  access.redrawn(isNew);
}

/** Puts the focus where it belongs: into the question, back to where it was, or on the heading of a new screen. */
function settle(veiled) {
  const nowhere = !document.activeElement || document.activeElement === document.body;
  if (veiled && !document.activeElement?.closest(".dialog")) document.getElementById("stay").focus();
  else if (!veiled && nowhere) {
    const first = app.querySelector(".field input") ?? app.querySelector("h1");
    (held?.isConnected && held !== document.body ? held : first)?.focus({ preventScroll: true });
  }
  if (!veiled) held = null;
}

function tick() {
  if (!state) return draw();
  const silence = Date.now() - my.touchedAt;
  if (counting() && silence >= TAKEN_MS) return my.leave();
  if (begun(my.session) && silence >= IDLE_MS + MORE_MS) return my.leave();
  const asked = my.session.screen === "ticket" && paper() === "ask";
  if (asked && silence >= ANSWER_MS && !access.speech) {
    my.session.said = "silent";
    my.touchedAt = Date.now();
  }
  return draw();
}

function touched() {
  const veiled = asking();
  my.touchedAt = Date.now();
  if (veiled) draw();
}

/** A touch keeps the visitor's place; one on an answer to the question is that answer and no other. */
function pointed(event) {
  if (!event.target.closest?.(".dialog")) touched();
}

function keyed(event) {
  if (!event.target.closest?.(".dialog")) touched();
  if (my.typedCode(event)) event.preventDefault();
  if (Date.now() < shieldUntil && ["Enter", " "].includes(event.key)) event.preventDefault();
}

setInterval(tick, 500);
setInterval(() => beat(seen), BEAT_MS);
beat(seen);
addEventListener("pointerdown", pointed, true);
addEventListener("keydown", keyed, true);
portrait.addEventListener("change", () => draw());
