/** The list of open visits behind each figure, live, with what may be done with each. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { ref } from "/static/vendor/lit/directives/ref.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { boot, deviceName, pick, range, t, tn } from "/static/page.js";
import { connect } from "/static/link.js";
import { end, move, reprint } from "./now_acts.js";
import { act, at, counterName, lasting, leave, page, person, tag } from "./now_page.js";

/** Opens the dialog as soon as it stands in the page. */
const modal = (element) => element && queueMicrotask(() => element.isConnected && !element.open && element.showModal());

let line = null;

/** Opens the list: of one queue, or of one kind of state ("waiting", "counter"), or of all. */
export function list(about) {
  page.list = about;
  page.visits = null;
  line ??= connect({
    channel: "visits",
    device: deviceName(`${boot.device}-visits`),
    protocol: boot.protocol,
    onView: ({ data }) => {
      page.visits = data.visits;
      page.services = data.services;
      page.paint();
    },
    onLink: () => {},
  });
  page.paint();
}

function close() {
  line?.close();
  line = null;
  page.list = null;
  page.paint();
}

const CHOICES = {
  waiting: ({ state }) => ["waiting", "parked"].includes(state),
  counter: ({ state }) => ["called", "serving"].includes(state),
};

const chosen = ({ queue, kind }) => (visit) => (!queue || visit.queue === queue) && (!kind || CHOICES[kind](visit));

export function visits() {
  if (!page.list) return nothing;
  const found = page.visits?.filter(chosen(page.list));
  return html`<dialog class="sheet wide-sheet" aria-labelledby="visits-title" ${ref(modal)} @close=${close}>
    <h2 id="visits-title">${title()}</h2>
    ${found === undefined ? html`<p role="status">${t("Please wait")}</p>` : found.length ? table(found) : html`<p>${t("Nobody.")}</p>`}
    <p class="sheet-foot"><button class="button" type="button" @click=${({ currentTarget }) => leave(currentTarget)}>${t("Close the list")}</button></p>
  </dialog>`;
}

function title() {
  const { queue, kind } = page.list;
  const found = page.view.queues.find((one) => one.queue === queue);
  if (found) return t("Open visits: {what}", { what: `${found.letter} ${pick(found.name)}` });
  if (kind === "waiting") return t("Who waits");
  return kind === "counter" ? t("Who is at a counter") : t("All open visits");
}

const STATES = {
  waiting: ({ line: place }) => tag("none", "clock", place.includes(":") ? t("waits for {who}", { who: whom(place) }) : t("waits")),
  parked: ({ until }) => tag("none", "player-pause", until ? t("set aside until {time}", { time: at(until) }) : t("set aside")),
  called: ({ counter }) => tag("attention", "speakerphone", t("called: {counter}", { counter: counterName(counter) })),
  serving: ({ counter }) => tag("info", "user", t("served: {counter}", { counter: counterName(counter) })),
};

function whom(place) {
  const [kind, name] = place.split(":");
  return kind === "counter" ? counterName(name) : person(name);
}

const ACTS = {
  MoveVisit: (one) => act("arrows-up-down", t("Move"), () => move(one), { of: one.number, id: "move" }),
  EndVisit: (one) => act("door-exit", t("End"), () => end(one), { of: one.number, id: "end" }),
  PrintSlip: (one) => act("printer", t("Print"), () => reprint(one), { of: one.number, id: "print" }),
};

const NEEDS = {
  accessible: () => t("accessible counter"), more_time: () => t("more time"), visible_call: () => t("visible call"),
  staff_comes: () => t("staff comes"), sign_language: () => t("sign language"), priority: () => t("first in line"),
};

function table(found) {
  const acts = found.some((one) => one.acts.length);
  return html`<p class="small">${tn("{n} visit", "{n} visits", found.length)}</p>
    <div class="scroll" tabindex="0" role="group" aria-labelledby="visits-title"><table>
      <thead><tr>
        <th scope="col">${t("Number")}</th><th scope="col">${t("Service")}</th><th scope="col">${t("State")}</th>
        <th scope="col" class="n">${t("Since")}</th><th scope="col" class="n">${t("Here for")}</th><th scope="col">${t("Promised")}</th>
        <th scope="col">${t("Needs")}</th>${acts ? html`<th scope="col">${t("Acts")}</th>` : nothing}
      </tr></thead>
      <tbody>${repeat(found, ({ visit }) => visit, (one) => html`<tr data-visit=${one.number}>
        <th scope="row">${one.number || "–"}</th>
        <td>${pick(page.services[one.service]) || one.service}</td>
        <td>${STATES[one.state](one)} ${one.first && one.state === "waiting" ? tag("info", "arrow-up", t("put first")) : nothing}</td>
        <td class="n">${at(one.issued)}</td>
        <td class="n">${lasting(one.issued)}</td>
        <td>${range(one.low, one.high) ?? "–"}</td>
        <td>${one.needs.map((need) => NEEDS[need]()).join(", ") || "–"}</td>
        ${acts ? html`<td><span class="acts">${one.acts.map((each) => ACTS[each](one))}</span></td>` : nothing}
      </tr>`)}</tbody>
    </table></div>`;
}
