/** The waiting-room board: takes whole views, remembers what it has shown, rings, and confirms what it has painted. */
import { boot, deviceName, draw, t } from "/static/page.js";
import { connect } from "/static/link.js";
import { callMemory } from "/display/static/calls.js";
import { chime } from "/display/static/chime.js";
import { board, isCut } from "/display/static/board_view.js";
import { tilePage } from "/display/static/tiles.js";

const PULSE_MS = 3200;
const ORBIT_MS = 240_000;
const ORBIT = [[0, 0], [6, 0], [6, 6], [0, 6], [-6, 6], [-6, 0], [-6, -6], [0, -6], [6, -6]];
const portrait = matchMedia("(orientation: portrait)");

let viewed = false;
let data = { centre: boot.centre, timezone: boot.timezone, calls: [], queues: [] };
let link = { state: "down", at: Date.now() };
let shown = { block: [], recent: [], bright: false, fresh: [] };
const newUntil = new Map();
const confirmed = new Set();
const update = callMemory();
const bell = chime(render);

const server = connect({
  channel: boot.channel,
  device: deviceName(boot.device),
  protocol: boot.protocol,
  onView(view) {
    data = view.data;
    viewed = true;
    tick();
  },
  onLink(state) {
    link = { ...state, at: state.since + server.offset() };
    if (link.state === "refused") import("/static/again.js");
    render();
  },
});

function tick() {
  if (viewed && !isCut(link)) showCalls(server.now().getTime());
  else render();
}

function showCalls(now) {
  shown = update(data.calls, now);
  for (const call of shown.fresh) {
    newUntil.set(call.key, now + PULSE_MS);
    bell.ring();
  }
  render();
  confirmPainted();
}

/** Says once for each call, after the browser has painted it, that it is on the screen. */
function confirmPainted() {
  const painted = [...shown.block, ...shown.recent].filter((call) => call.state === "called" || newUntil.has(call.key));
  const due = painted.filter((call) => !confirmed.has(`${call.key}@${call.at}`));
  for (const call of due) confirmed.add(`${call.key}@${call.at}`);
  const tell = ({ visit, calls }) => server.submit("ConfirmShown", { visit, calls, zone: boot.zone });
  if (due.length) requestAnimationFrame(() => requestAnimationFrame(() => due.forEach(tell)));
}

function render() {
  const now = server.now().getTime();
  for (const [key, until] of newUntil) if (until < now) newUntil.delete(key);
  const queues = tilePage(data.queues, portrait.matches ? 6 : 7, now, shown.bright);
  const { centre, timezone } = data;
  draw(board({ ...shown, centre, timezone, link, now, sound: bell.state(), fresh: newUntil, queues, idle: idleText() }));
  orbit(now);
}

function idleText() {
  if (!viewed) return t("Please wait");
  return data.queues.some((queue) => queue.waiting) ? t("Please wait for the call") : t("Nobody is waiting");
}

/** Moves the whole layout a little every 4 minutes, so that nothing burns in. */
function orbit(now) {
  const [x, y] = ORBIT[Math.floor(now / ORBIT_MS) % ORBIT.length];
  document.documentElement.style.setProperty("--orbit-x", x);
  document.documentElement.style.setProperty("--orbit-y", y);
}

document.addEventListener("click", (event) => event.target.closest("[data-act=take-over]") && server.takeOver());
portrait.addEventListener("change", render);
setInterval(tick, 1000);
tick();
