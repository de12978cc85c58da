/** The kiosk page: joins the program's state with the visitor's session, draws the whole, and keeps the time. */
import { html, nothing, render } from "/static/vendor/lit/lit-html.js";
import { commandId } from "/static/command_id.js";
import { boot, clock, t } from "/static/page.js";
import { institutionsScreen, servicesScreen, startScreen } from "./choose.js";
import { LENGTH, codeScreen, codeWords, reader } from "./code.js";
import { fit } from "./fit.js";
import { listen, submit } from "./local.js";
import { accessBar, backAndHome, header, heading, notice } from "./parts.js";
import { searchCount, searchScreen } from "./search.js";
import { begun, fresh, paperOf } from "./session.js";
import { moreTime, refusalWords, refusedScreen, ticketScreen, ticketWords } from "./ticket.js";

const IDLE_MS = 60_000;
const MORE_MS = 30_000;
const DONE_MS = 20_000;
const SHIELD_MS = 600;

const app = document.getElementById("app");
const portrait = matchMedia("(orientation: portrait)");
let state = null;
let link = { state: "down", since: Date.now() };
let session = fresh();
let touchedAt = Date.now();
let shieldUntil = 0;
let shown = "";
let held = null;
let paperBefore = null;
const read = reader();

const line = listen({
  onState(next) {
    state = next;
    if (["queued", "printing"].includes(state.jobs[session.ticket?.visit])) Object.assign(session, { asked: false, said: null });
    draw();
  },
  onLink(next) {
    link = next;
    draw();
  },
});

const connected = () => link.state === "up" && state.link.up;
const languages = () => (state?.menu?.languages ?? ["lv"]).filter((code) => code in boot.messages);
const paper = () => paperOf(state, session, Date.now());
const secondsLeft = (from, length) => Math.max(0, Math.ceil((from + length - Date.now()) / 1000));

/** The slip of a visitor who goes must not come out for the next one: while it waits for the printer it is given up. */
function giveUpSlip() {
  const visit = session.ticket?.visit;
  if (visit && state?.jobs[visit] === "queued") submit(commandId(), "SlipWithdraw", { visit }, session.language);
}

function leave() {
  giveUpSlip();
  session = fresh();
  touchedAt = Date.now();
  draw();
}

/** Where "Back" leads from the next screen. */
function remember() {
  const { screen, institution, page, query } = session;
  if (screen !== "refused") session.trail.push({ screen, institution, page, query });
}

function go(screen, choice = {}) {
  remember();
  Object.assign(session, { screen, institution: null, page: 0, query: "" }, choice);
  draw();
}

function back() {
  Object.assign(session, session.trail.pop() ?? { screen: "start" });
  draw();
}

function home() {
  giveUpSlip();
  Object.assign(session, { screen: "start", trail: [], ticket: null, refusal: null, said: null });
  draw();
}

const take = (service) => issue(service, "TakeTicket", { service, language: session.language, needs: [] });
const checkIn = (code) => issue(code, "CheckIn", { code });

/** One number for one wish; the id stays with the wish until there is an answer, so two presses give one number. */
async function issue(wish, name, data) {
  if (session.pending || !connected()) return;
  const mine = session;
  mine.pending = wish;
  mine.ids[wish] ??= commandId();
  draw();
  const answer = await submit(mine.ids[wish], name, data, mine.language);
  if (!["no_answer", "no_link"].includes(answer.code)) delete mine.ids[wish];
  mine.pending = null;
  if (session !== mine) return;
  remember();
  if (answer.ok) {
    Object.assign(mine, { screen: "ticket", ticket: answer.result, code: "", issued: Date.now(), asked: false, said: null });
  } else {
    const again = () => issue(wish, name, data);
    Object.assign(mine, { screen: "refused", code: "", refusal: { ...answer, ofAppointment: name === "CheckIn", again } });
  }
  touchedAt = Date.now();
  draw();
}

/** The visitor's word about an unconfirmed slip; an answer that does not arrive leaves the number valid and asks no more. */
async function answer(said) {
  const mine = session;
  const { visit } = mine.ticket;
  Object.assign(mine, { said, saidAt: Date.now() });
  draw();
  const reply = await submit(commandId(), "SlipAnswer", { visit, printed: said === "yes" }, mine.language);
  if (!reply.ok && mine.said === said && mine.ticket?.visit === visit) mine.said = "silent";
  draw();
}

function toggle(mode) {
  session[mode] = !session[mode];
  draw();
}

function speak(language) {
  session.language = language;
  draw();
}

function type(query) {
  session.query = query.slice(0, 60);
  draw();
}

function write(digit) {
  Object.assign(session, { code: (session.code + digit).slice(0, LENGTH), misread: false });
  draw();
}

function wipe() {
  Object.assign(session, { code: session.code.slice(0, -1), misread: false });
  draw();
}

/** Keys that a reader or a keyboard types on the start and the check-in screen; true when Enter was meant for the code. */
function typedCode({ key, ctrlKey, altKey, metaKey, target }) {
  if (!["start", "code"].includes(session.screen) || !state?.menu?.booking || ctrlKey || altKey || metaKey) return false;
  const here = session.screen === "code";
  if (key.length === 1) {
    read.typed(key, Date.now());
    if (here && /\d/.test(key)) write(key);
    return false;
  }
  if (here && key === "Backspace") wipe();
  if (["Tab", "Backspace"].includes(key)) read.entered(Date.now());
  if (key !== "Enter") return false;
  const found = read.entered(Date.now());
  const whole = here && session.code.length === LENGTH && (found || !target.closest("button"));
  const code = found?.code ?? (whole && !found?.misread ? session.code : null);
  if (!code && !found?.misread) return false;
  if (!here) go("code");
  Object.assign(session, { code: code ?? "", misread: !code });
  if (code) checkIn(code);
  else draw();
  return true;
}

function turn(page) {
  session.page = page;
  draw();
}

const isShut = () => Boolean(state?.menu?.opens);

const ON_WEEKDAY = [
  () => t("on Sunday"), () => t("on Monday"), () => t("on Tuesday"), () => t("on Wednesday"), () => t("on Thursday"),
  () => t("on Friday"), () => t("on Saturday"),
];

/** When numbers are given again: today, tomorrow, or on which day. */
function againFrom({ opens, timezone }) {
  const iso = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: timezone });
  const noon = (moment) => new Date(`${iso.format(new Date(moment))}T12:00:00Z`);
  const [then, time] = [noon(opens), clock(opens, timezone)];
  const days = Math.round((then - noon(line.now())) / 86_400_000);
  if (days === 0) return t("Again today from {time}.", { time });
  if (days === 1) return t("Again tomorrow from {time}.", { time });
  const date = new Intl.DateTimeFormat("de", { day: "numeric", month: "numeric", timeZone: "UTC" }).format(then);
  return t("Again {weekday}, {date}, from {time}.", { weekday: ON_WEEKDAY[then.getUTCDay()](), date, time });
}

/** The one notice of this moment, the gravest, as `{kind, text, more}`. */
function alertOf() {
  if (!connected()) {
    const since = link.state === "up" ? state.link.since : link.since;
    const text = t("No connection to the centre server. Please ask a member of staff.");
    return { kind: "trouble", text, more: t("Since {time}.", { time: clock(since, state?.menu?.timezone) }) };
  }
  if (state.menu?.opens) return { kind: "attention", text: t("No numbers are given now."), more: againFrom(state.menu) };
  if (!state.printer.can_print) {
    const text = t("The printer does not print now. You will see your number on the screen; it is valid.");
    return { kind: "attention", text };
  }
  return null;
}

function layout() {
  if (!portrait.matches) return session.large ? "landscape-large" : "landscape";
  return ["portrait", session.large && "large", session.low && "low"].filter(Boolean).join("-");
}

function screenOf(alert) {
  const { menu, printer } = state;
  const { pending, page, institution, query, code, misread, language, ticket, refusal } = session;
  const controls = {
    off: !connected(), pressed: pending, take, checkIn, write, wipe, go, type, turn, answer, again: home, done: leave,
  };
  const common = { alert, layout: layout(), page, controls };
  switch (session.screen) {
    case "institutions":
      return institutionsScreen(menu, common);
    case "services":
      return servicesScreen(menu, { ...common, institution });
    case "search":
      return searchScreen(menu, { ...common, query, language });
    case "code":
      return codeScreen(menu, { ...common, code, misread });
    case "ticket":
      return ticketScreen(menu, {
        ticket,
        paper: paper(),
        printer,
        left: counting() ? secondsLeft(touchedAt, DONE_MS) : null,
        controls,
      });
    case "refused":
      return refusedScreen({ refusal, controls, shut: isShut() });
    default:
      return startScreen(menu, common);
  }
}

/** Whether the ticket screen ends by itself: only once nothing is awaited of printer or visitor. */
const counting = () => session.screen === "ticket" && ["take", "valid"].includes(paper());
const asking = () => begun(session) && !counting() && Date.now() - touchedAt >= IDLE_MS;

/** What a screen reader is told without moving its place. */
function spokenNow(alert) {
  if (session.screen === "ticket") return ticketWords(session.ticket, paper());
  if (session.screen === "refused") return refusalWords(session.refusal, isShut());
  if (session.screen === "code") return codeWords(session);
  if (session.screen === "search" && state?.menu) return searchCount(state.menu, session.query);
  return alert?.text ?? "";
}

/** News of the paper gives the visitor the whole time again. */
function notePaper() {
  const news = session.screen === "ticket" ? paper() : null;
  if (news && news !== paperBefore) touchedAt = Date.now();
  if (news === "ask") session.asked = true;
  paperBefore = news;
}

/** What stays the same while only details change; a new one is shielded against the finger that is still there. */
const placeKey = () =>
  [session.screen, session.institution, session.page, session.screen === "ticket" && paper() === "ask"].join("/");

function draw() {
  if (!state && link.state !== "stale") return;
  if (!shown) app.replaceChildren();
  notePaper();
  const page = document.documentElement;
  boot.language = page.lang = session.language;
  page.dataset.theme = session.contrast ? "kontrasts" : "lins";
  page.dataset.text = session.large ? "large" : "ordinary";
  page.dataset.low = session.low;
  const place = placeKey();
  const isNew = place !== shown;
  if (isNew && shown) {
    shieldUntil = Date.now() + SHIELD_MS;
    setTimeout(draw, SHIELD_MS);
  }
  const alert = alertOf();
  const notices = alert ? notice(alert.kind, alert.text, alert.more) : nothing;
  const veiled = asking();
  if (veiled) held ??= document.activeElement;
  const withWays = ["institutions", "services", "search", "code", "refused"].includes(session.screen);
  render(
    html`<div
        class="stage"
        data-screen=${session.screen}
        ?inert=${veiled}
        aria-busy=${session.pending !== null}
      >
        ${header(state?.menu, line.now())}
        ${state?.menu ? screenOf(notices) : html`<main class="screen">${heading("Please wait")}${notices}</main>`}
        ${withWays ? backAndHome({ back, home }) : nothing}
        ${accessBar(session, languages(), { toggle, speak })}
      </div>
      ${Date.now() < shieldUntil ? html`<div class="shield" @mousedown=${(event) => event.preventDefault()}></div>` : nothing}
      ${veiled ? moreTime(secondsLeft(touchedAt, IDLE_MS + MORE_MS), { stay: touched, done: leave }) : nothing}
      <p class="visually-hidden" role="status">${spokenNow(alert)}</p>`,
    app,
  );
  fit(app);
  if (veiled || held || (isNew && shown)) settle(veiled);
  shown = place;
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
  const silence = Date.now() - touchedAt;
  if (counting() && silence >= DONE_MS) return leave();
  if (begun(session) && silence >= IDLE_MS + MORE_MS) return leave();
  const asked = session.screen === "ticket" && paper() === "ask";
  if (asked && silence >= DONE_MS) {
    session.said = "silent";
    touchedAt = Date.now();
  }
  return draw();
}

function touched() {
  const veiled = asking();
  touchedAt = Date.now();
  if (veiled) draw();
}

function keyed(event) {
  touched();
  if (typedCode(event)) event.preventDefault();
  if (Date.now() < shieldUntil && ["Enter", " "].includes(event.key)) event.preventDefault();
}

setInterval(tick, 500);
addEventListener("pointerdown", touched, true);
addEventListener("keydown", keyed, true);
portrait.addEventListener("change", () => draw());
