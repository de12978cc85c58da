/** Screens that lead to a number: start, institutions, services. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { pick, t, tn } from "/static/page.js";
import {
  institutionOf,
  institutionsOf,
  queueOf,
  quickOf,
  rangeWords,
  serviceLine,
  servicesOf,
  skipsInstitutions,
  truthLine,
  waitLine,
} from "./menu.js";
import { heading, notice, paged, pager, tile, unknownTile } from "./parts.js";

const LONG = 70;

/** Choices a page holds without scrolling, by layout. */
const SIZES = {
  portrait: { institutions: 10, services: 6, quick: 4 },
  "portrait-low": { institutions: 6, services: 4, quick: 4 },
  "portrait-large": { institutions: 5, services: 4, quick: 3 },
  "portrait-large-low": { institutions: 3, services: 2, quick: 2 },
  landscape: { institutions: 9, services: 6, quick: 4 },
  "landscape-large": { institutions: 4, services: 4, quick: 2 },
};

/** In larger type a page with a long name holds half as many. */
const crowdedIn = (layout) => (services) => layout.includes("large") && services.some((one) => pick(one.name).length > LONG);

const serviceTile = (service, line, { take, off, pressed }, picture) =>
  tile({
    gives: "number",
    picture,
    title: pick(service.name),
    line: off ? null : line,
    off,
    shut: !service.open,
    pressed: pressed === service.service,
    press: () => take(service.service),
  });

/** Start: numbers at once, ways to find, and the amber way for everybody else. */
export function startScreen(menu, { alert, layout, controls }) {
  const quick = paged(quickOf(menu), SIZES[layout].quick, 0, crowdedIn(layout)).shown;
  const few = skipsInstitutions(menu);
  const large = layout.includes("large");
  const lineOf = (one) => (large ? serviceLine(one, [null, waitLine(queueOf(menu, one.queue))]) : truthLine(menu, one));
  return html`<main class="screen start">
    <div class="lead">${heading(large ? "How can we help?" : "Hello! How can we help?")}<p>${t("Touch one choice.")}</p></div>
    ${alert}
    ${quick.length
      ? html`<h2 class="label quick-label">${t("Most asked today — number at once")}</h2>
          <div class="tiles quick">
            ${repeat(
              quick,
              (one) => one.service,
              (one) => serviceTile(one, lineOf(one), controls, institutionOf(menu, one.institution)?.icon ?? "ticket"),
            )}
          </div>`
      : nothing}
    <h2 class="label find-label">${t("Find in another way")}</h2>
    <div class="tiles ways-to-find">
      ${tile({
        gives: "step",
        picture: few ? "list" : "building-bank",
        title: few ? t("All services") : t("Institutions"),
        off: controls.off,
        press: () => controls.go(few ? "services" : "institutions"),
      })}
      ${tile({ gives: "step", picture: "search", title: t("Search"), off: controls.off, press: () => controls.go("search") })}
    </div>
    ${unknownTile(
      menu,
      { title: t("I don't know which service"), line: t("Take a number — a specialist will help to choose") },
      controls,
    )}
    ${menu.booking ? bookedTile(controls, large) : nothing}
  </main>`;
}

/** The way for whoever has an appointment; check-in is the server's word, so without it the tile only says so. */
const bookedTile = ({ off, go }, large) =>
  tile({
    kind: "booked",
    gives: "step",
    picture: "calendar-check",
    title: t("I have an appointment"),
    line: off && !large ? t("needs the connection to the server") : null,
    off,
    press: () => go("code", { code: "", misread: false }),
  });

/** Institutions in their fixed order. */
export function institutionsScreen(menu, { alert, layout, page, controls }) {
  const all = institutionsOf(menu);
  const place = paged(all, SIZES[layout].institutions, page);
  const left = all.length - place.shown.length;
  const more = () => html`<button class="button" @click=${() => controls.turn(1)}>
    ${tn("{n} more institution", "{n} more institutions", left)}<span class="chevron">›</span>
  </button>`;
  return html`<main class="screen">
    <div class="lead">${heading("Which institution?")}<p>${t("If it is not clear, choose “I don't know”.")}</p></div>
    ${alert}
    <div class="tiles institutions">
      ${repeat(
        place.shown,
        (one) => one.institution,
        (one) =>
          tile({
            kind: "institution",
            gives: "step",
            picture: one.icon,
            title: pick(one.short),
            line: pick(one.name) === pick(one.short) ? null : pick(one.name),
            off: controls.off,
            press: () => controls.go("services", { institution: one.institution }),
          }),
      )}
    </div>
    <div class="last-row">
      ${place.pages === 2 && place.page === 0 ? more() : pager(place, controls.turn)}
      ${unknownTile(menu, { title: t("I don't know") }, controls)}
    </div>
  </main>`;
}

/** The truth about the queue that all these services share; nothing when there are several queues. */
function queueNotice(menu, institution, services) {
  const queue = queueOf(menu, services[0]?.queue);
  if (!institution || !queue || services.some((one) => one.queue !== queue.queue)) return nothing;
  const name = pick(institution.short);
  if (!queue.waiting) return notice("info", t("{name}: no queue now", { name }));
  const people = tn("{name} queue: {n} person", "{name} queue: {n} people", queue.waiting, { name });
  const minutes = rangeWords(queue.low, queue.high);
  return notice("info", people, minutes ? html`· ${t("wait")} <strong>${minutes}</strong>` : nothing);
}

/** Services of one institution, or of all where there are few institutions. */
export function servicesScreen(menu, { alert, layout, page, institution, controls }) {
  const owner = institution && institutionOf(menu, institution);
  const all = servicesOf(menu, institution);
  const place = paged(all, SIZES[layout].services, page, crowdedIn(layout));
  const line = (one) =>
    owner ? serviceLine(one, [t("usually {n} min", { n: one.minutes })]) : truthLine(menu, one);
  return html`<main class="screen services">
    <div class="lead">
      ${owner ? html`<p>${pick(owner.short)}</p>` : nothing}${heading("Which service?")}
    </div>
    ${!controls.off && alert === nothing ? queueNotice(menu, owner, all) : alert}
    <div class="tiles rows">
      ${repeat(place.shown, (one) => one.service, (one) => serviceTile(one, line(one), controls))}
    </div>
    <div class="last-row">
      ${pager(place, controls.turn)} ${unknownTile(menu, { title: t("I don't know exactly") }, controls)}
    </div>
  </main>`;
}
