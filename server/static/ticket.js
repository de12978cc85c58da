/** Keeps the phone page true: each change is drawn from the server's own page; without a network the last truth stays, greyed. */
import { follow } from "./ticket_live.js";
import { ready, ring } from "./ticket_signal.js";

const SPOKEN_AHEAD = ["5", "3", "2", "1"];
const OVER = ["ended", "unknown", "away"];
const POLL_MS = 15_000;
const SPREAD_MS = 1500;
const { body } = document;

let asking = null;
let again = false;
let later = null;
let rung = body.dataset.state === "called" ? Number(body.dataset.calls) : 0;

/** Fetches the page as it is now and draws it; what comes while one is on its way is fetched once more after it. */
function renew() {
  again = asking !== null;
  asking ??= load(location.href).finally(() => {
    asking = null;
    if (again) renew();
  });
}

async function load(address, form) {
  const posted = form && { method: "POST", body: form };
  try {
    const answer = await fetch(address, { ...posted, headers: { Accept: "text/html" }, signal: AbortSignal.timeout(8000) });
    const text = await answer.text();
    if (answer.status >= 500 || answer.status === 429) throw new Error(`status ${answer.status}`);
    show(new DOMParser().parseFromString(text, "text/html"));
    delete body.dataset.link;
  } catch {
    body.dataset.link = "stale";
  }
}

function show(fresh) {
  const [before, now] = [{ ...body.dataset }, fresh.body.dataset];
  const held = document.activeElement?.id;
  const open = [...document.querySelectorAll("details[open]")].map(({ id }) => id);
  for (const name of ["main", "footer"]) document.querySelector(name).replaceWith(fresh.querySelector(name) ?? "");
  document.title = fresh.title;
  for (const name of ["state", "ahead", "calls", "position"]) body.dataset[name] = now[name] ?? "";
  if (now.state === before.state) {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
  } else {
    window.scrollTo(0, 0);
  }
  ready();
  const calls = Number(now.calls);
  if (now.state === "called" && calls > rung) {
    rung = calls;
    ring();
  }
  const told = now.state !== before.state || calls > Number(before.calls) || (now.ahead !== before.ahead && SPOKEN_AHEAD.includes(now.ahead));
  if (told) document.getElementById("spoken").textContent = fresh.title;
  if (OVER.includes(now.state)) stop();
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const { target, submitter } = event;
  const form = new URLSearchParams(new FormData(target, submitter));
  for (const button of target.querySelectorAll("button")) button.disabled = true;
  load(target.action, form).finally(() => {
    for (const button of target.querySelectorAll("button")) button.disabled = false;
  });
});

/** Who is called hears of it at once; the rest of a hall does not ask all in one moment. */
function news({ position, data }) {
  clearTimeout(later);
  const same = data.state === body.dataset.state && data.calls === Number(body.dataset.calls);
  if (same && position === Number(body.dataset.position) && !body.dataset.link) return;
  later = setTimeout(renew, same ? Math.random() * SPREAD_MS : 0);
}

/** What is on the page may be past already. */
function cut() {
  body.dataset.link = "stale";
  renew();
}

const link = follow(`ticket/${location.pathname.split("/").at(-1)}`, news, cut);
const timer = setInterval(() => link.up() || renew(), POLL_MS);
document.addEventListener("visibilitychange", () => document.hidden || renew());

function stop() {
  clearInterval(timer);
  link.close();
}
ready();
if (OVER.includes(body.dataset.state)) stop();
