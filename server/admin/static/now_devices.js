/** Devices at one look: kiosks and printers, screens and voice, booths, and what the server says of itself. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { icon, pick, t, tn } from "/static/page.js";
import { kioskName, printerFault } from "/static/alerts.js";
import { at, page, person, tag } from "./now_page.js";

const BOOTHS = {
  free: ["circle-check", "ok", () => t("booth free")],
  prepared: ["plug-connected", "info", () => t("line tested")],
  ready: ["user-check", "attention", () => t("booth ready")],
  busy: ["video", "info", () => t("talk going on")],
};

export const booths = () =>
  page.view.booths.length
    ? html`<section class="card" aria-labelledby="booths">
        <h2 id="booths">${t("Video booths")}</h2>
        <div class="scroll" tabindex="0" role="group" aria-labelledby="booths"><table>
          <thead><tr>
            <th scope="col">${t("Booth")}</th><th scope="col">${t("State")}</th><th scope="col">${t("Clerk")}</th>
            <th scope="col" class="n">${t("Next talk")}</th>
          </tr></thead>
          <tbody>${repeat(page.view.booths, ({ booth }) => booth, (one) => {
            const [name, kind, words] = BOOTHS[one.state];
            return html`<tr data-booth=${one.booth} data-state=${one.state}>
              <th scope="row">${pick(one.name)}</th>
              <td>
                ${tag(kind, name, one.state === "free" ? words() : t("{state} since {time}", { state: words(), time: at(one.since) }))}
                ${one.until ? html`<span class="small">${t("until {time}", { time: at(one.until) })}</span>` : nothing}
              </td>
              <td>${(one.state !== "free" && one.clerk && person(one.clerk)) || "–"}</td>
              <td class="n">${one.next ? at(one.next) : "–"}</td>
            </tr>`;
          })}</tbody>
        </table></div>
      </section>`
    : nothing;

export const devices = () => html`<section class="card" aria-labelledby="kiosks">
  <h2 id="kiosks">${t("Devices")} <span class="small">${summary()}</span></h2>
  <ul class="device-list">
    ${repeat(page.view.kiosks, ({ kiosk }) => `kiosk ${kiosk}`, (one) => row("device-desktop", t("Kiosk {kiosk}", { kiosk: kioskName(one.kiosk) }), zoneName(one.zone), kiosk(one)))}
    ${repeat(page.view.boards, ({ zone, device }) => `board ${zone} ${device}`, (one) => html`<li data-board=${one.zone}>
      ${icon("device-tv")} <span><strong>${pick(one.name)}</strong> <span class="small">${one.device}</span></span> <span class="device-state">${board(one)}</span></li>`)}
    ${repeat(page.view.devices.filter(({ channel }) => channel === "panels"), ({ device }) => device, (one) => row("layout-sidebar-right", t("Panels"), one.device.split("@").at(-1), plain(one)))}
    ${OWN.map(([name, sign, words, state]) => row(sign, words(), "", state(page.view.devices.find(({ device }) => device === name))))}
  </ul>
</section>`;

const zoneName = (code) => pick(page.view.boards.find(({ zone }) => zone === code)?.name ?? { lv: code });

const row = (sign, name, small, state) => html`<li>${icon(sign)} <span><strong>${name}</strong> <span class="small">${small}</span></span> <span class="device-state">${state}</span></li>`;

/** Of what stands in the rooms: pages in browsers and the server's own parts are no devices. */
function summary() {
  const all = [...page.view.kiosks, ...page.view.boards, ...page.view.devices.filter(({ channel }) => channel === "panels")];
  const here = all.filter(({ connected }) => connected).length;
  return `${tn("{n} connected", "{n} connected", here)}${here < all.length ? `, ${tn("{n} without connection", "{n} without connection", all.length - here)}` : ""}`;
}

const connection = ({ connected, state: said, unsent }) => html`${connected
  ? tag("ok", "circle-check", t("works"))
  : tag(said ? "trouble" : "none", "plug-connected-x", said ? t("no connection") : t("not heard of"))}
${unsent ? html`<span class="small">${t("numbers not here yet: {n}", { n: unsent })}</span>` : nothing}`;

function kiosk(one) {
  if (!one.connected || !one.prints) return connection(one);
  const fault = printerFault(page.view.alerts, one.kiosk);
  const low = page.view.alerts.some((alert) => alert.kind === "paper_low" && alert.kiosk === one.kiosk);
  const slips = one.slips !== null ? html`<span class="small">${t("slips left: about {n}", { n: one.slips })}</span>` : nothing;
  if (fault) return tag("trouble", "printer-off", fault);
  return html`${low ? tag("attention", "printer", t("paper is running out")) : tag("ok", "printer", t("prints"))}
    ${one.unsent ? html`<span class="small">${t("numbers not here yet: {n}", { n: one.unsent })}</span>` : nothing} ${slips}`;
}

const SOUNDS = {
  on: () => tag("ok", "volume", t("sound on")),
  off: () => tag("none", "volume-off", t("sound off")),
  blocked: () => tag("trouble", "volume-off", t("sound blocked")),
};

const board = (one) => html`${connection(one)} ${(one.connected && SOUNDS[one.sound]?.()) || nothing}
  ${one.connected && one.clock_ms !== null && Math.abs(one.clock_ms) >= 1000
    ? html`<span class="small">${t("clock off by {n} s", { n: Math.round(one.clock_ms / 1000) })}</span>` : nothing}`;

const plain = ({ connected, state: said, detail }) =>
  !connected ? tag("trouble", "plug-connected-x", t("no connection")) : said === "ok" ? tag("ok", "circle-check", t("works")) : tag("attention", "alert-triangle", `${said} ${detail}`);

const PHASES = {
  new: () => t("not reached yet"), up: () => t("connected"), down: () => t("no connection"),
  behind: () => t("the node has records that this server lost: restore them"), busy: () => t("another server speaks for this centre"),
  refused: () => t("the network does not take this centre's papers"),
};

/** The line to the network: its phase, and what waits since when. */
const network = ({ state: phase, unsent, unsent_since: since }) => html`${tag(phase === "up" ? "ok" : "attention", phase === "up" ? "circle-check" : "alert-triangle", PHASES[phase]?.() ?? phase)}
  ${unsent ? html`<span class="small">${tn("{n} record waits", "{n} records wait", unsent)} ${since ? t("since {time}", { time: at(since) }) : nothing}</span>` : nothing}`;

const unknown = () => tag("none", "circle", t("not reported"));
const said = (bad, good) => (one) => (!one ? unknown() : bad[one.state] ? tag("trouble", "square-x", bad[one.state]()) : good(one));
const fine = () => tag("ok", "circle-check", t("works"));

/** Parts of the server itself: name, icon, words, state. */
const OWN = [
  ["voice", "volume", () => t("Voice"), said({ missing: () => t("not complete") }, fine)],
  ["uplink", "cloud-upload", () => t("National network"), (one) => (one ? network(one) : tag("none", "circle", t("not joined")))],
  ["disk", "database", () => t("Disk"), said({ low: () => t("nearly full") }, ({ detail }) => tag("ok", "circle-check", t("{free} free", { free: detail })))],
  ["clock", "clock", () => t("Clock of the server"), said({ doubted: () => t("not believed") }, fine)],
  ["backup", "device-floppy", () => t("Backup copy"), said({ failed: () => t("failed"), old: () => t("too old"), place: () => t("a place is missing") }, copy)],
];

function copy({ state, detail }) {
  if (state !== "ok") return unknown();
  const minutes = Math.max(0, Math.floor((page.link.now() - new Date(detail)) / 60_000));
  return tag("ok", "circle-check", minutes < 120 ? t("{n} min ago", { n: minutes }) : t("{n} h ago", { n: Math.floor(minutes / 60) }));
}
