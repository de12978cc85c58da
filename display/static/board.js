/** The waiting-room board: takes whole views, remembers what it has shown, announces, and confirms what it has painted. */
import { boot, deviceName, draw } from "/static/page.js";
import { connect } from "/static/link.js";
import { callMemory } from "/display/static/calls.js";
import { fileKeeper, lastTruth } from "/display/static/kept.js";
import { proof } from "/display/static/proof.js";
import { speaker } from "/display/static/speaker.js";
import { board } from "/display/static/board_view.js";
import { isCut, room, scene, screenOf } from "/display/static/scene.js";
import { tests } from "/display/static/sound_tests.js";
import { health } from "/display/static/health.js";

const PULSE_MS = 3200;
const ALONE_MS = 1500;

const place = `${boot.zone} ${boot.screen}`;
const truth = lastTruth(`board ${place}`);
const kept = truth.read();
const old = kept?.version === boot.version ? kept : null;
const files = fileKeeper(place);

let viewed = false;
let alone = false;
let data = { centre: boot.centre, timezone: boot.timezone, calls: [], queues: [] };
let link = { state: "down", at: Date.now() };
let shown = { block: [], recent: [], waiting: [], bright: false, fresh: [] };
const newUntil = new Map();
const memory = new Map(kept?.memory ?? []);
const update = callMemory(memory, kept !== null);

const server = connect({
  channel: boot.channel,
  device: deviceName(boot.device),
  protocol: boot.protocol,
  onView(view) {
    data = view.data;
    viewed = true;
    look();
  },
  onLink(state) {
    link = { ...state, at: viewed || !old ? state.since + server.offset() : old.at };
    if (link.state === "refused") import("/static/again.js");
    if (link.state === "up" || link.state === "refused") report.connected();
    render();
  },
});
const sound = speaker({
  onChange() {
    report.told();
    render();
  },
  onSpoken: (call) => proven.tell("ConfirmSpoken", call),
  onTested: (call, result) => trial.told(call, result),
});
const trial = tests({ server, sound, zone: boot.zone });
const proven = proof(server, boot.zone);
const report = health({ server, sound, version: boot.version, leave: () => location.reload() });

/** The server's clock in ms; before the first view as the last page knew it. */
const clock = () => (viewed ? server.now().getTime() : Date.now() + (old?.offset ?? 0));

/** A new view: what it says of sound and files counts at once. */
function look() {
  sound.set(screenOf(data, boot.screen), data.voice);
  files.files([data.voice?.clips && `/display/voice/${data.voice.clips}.pack`, ...(data.slides ?? []).map((slide) => slide.file)].filter(Boolean));
  tick();
  report.told();
}

function tick() {
  if (viewed && !isCut(link)) showCalls(clock());
  else render();
}

function showCalls(now) {
  shown = update(data.calls, now, room({ data, ...where() }));
  const calls = [...shown.block, ...shown.recent, ...shown.waiting];
  const called = data.calls.filter((call) => call.state === "called");
  const trials = trial.take(data.tests ?? [], boot.screen);
  sound.keep(new Set([...called.map((call) => `${call.visit}/${call.calls}@${call.at}`), ...trials]));
  for (const call of shown.fresh) {
    newUntil.set(call.key, now + PULSE_MS);
    if (call.state === "called") sound.announce(call);
  }
  sound.step();
  render();
  confirmPainted(calls);
  truth.write(() => ({ version: boot.version, at: now, offset: server.offset(), data, memory: [...memory] }));
}

/** Says once for each call, after the browser has painted it, that it is on the screen: where it stands and can be seen. */
function confirmPainted(calls) {
  proven.keep(new Set(calls.map((call) => call.id)));
  const due = calls.filter((call) => (call.state === "called" || newUntil.has(call.key)) && !proven.has("ConfirmShown", call));
  if (due.length) requestAnimationFrame(() => requestAnimationFrame(() => due.filter(isPainted).forEach(confirm)));
}

const confirm = (call) => proven.tell("ConfirmShown", call);

function isPainted({ key }) {
  const box = document.querySelector(`[data-call="${key}"]`)?.getBoundingClientRect();
  return box && box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
}

function render() {
  const now = clock();
  for (const [key, until] of newUntil) if (until < now) newUntil.delete(key);
  draw(board(scene({ data, viewed: viewed || alone, shown, link, now, sound: sound.state() || "on", fresh: newUntil, ...where() })));
}

/** Which screen of the zone this page is, and its window. */
const where = () => ({ code: boot.screen, width: innerWidth, height: innerHeight });

/** A screen that was started without a server shows what it knew last, as what it is. */
function standAlone() {
  if (viewed) return;
  alone = true;
  data = old.data;
  shown = callMemory()(data.calls, old.at);
  if (!isCut(link)) link = { ...link, state: "stale", at: old.at };
  render();
}

if (old) setTimeout(standAlone, ALONE_MS);
addEventListener("resize", render);
document.addEventListener("click", (event) => event.target.closest("[data-act=take-over]") && server.takeOver());
setInterval(() => {
  tick();
  report.step();
}, 1000);
tick();
