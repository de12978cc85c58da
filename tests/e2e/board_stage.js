/** A board without a link: the test plays views to the page's own memory of calls, its scene and its templates. */
import { boot, draw } from "/static/page.js";
import { board } from "/display/static/board_view.js";
import { callMemory } from "/display/static/calls.js";
import { legible } from "/display/static/legible.js";
import { room, scene } from "/display/static/scene.js";

let steps = [];
const nothing = { centre: boot.centre, timezone: boot.timezone, calls: [], queues: [] };

/** Shows views one after the other, each {data, now, link, sound, code, fresh} on top of the one before, and stays at the last. */
window.play = async (given) => {
  steps = given;
  await Promise.all([400, 500, 600, 700].map((weight) => document.fonts.load(`${weight} 100px "IBM Plex Sans"`, "Aā")));
  show();
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
};
window.legible = legible;

function show() {
  const where = { width: innerWidth, height: innerHeight };
  const update = callMemory();
  let shown = { block: [], recent: [], waiting: [], bright: false, fresh: [] };
  let last = { viewed: false, now: Date.now(), data: nothing, link: { state: "up" }, sound: "on", code: "" };
  for (const step of steps) {
    const isView = step.data !== undefined;
    last = { ...last, ...step, viewed: last.viewed || isView };
    const place = { ...where, code: last.code };
    if (isView) shown = update(last.data.calls, last.now, room({ data: last.data, ...place }));
  }
  const fresh = new Set(last.fresh ? shown.fresh.map((call) => call.key) : []);
  draw(board(scene({ ...last, shown, fresh, ...where })));
}

addEventListener("resize", show);
