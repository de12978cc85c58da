/** Screens that lead to a number: start, institutions, services. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { icon, pick, t, tn } from "/static/page.js";
import { needsLine } from "./help.js";
import {
  groupsOf, hasMore, institutionOf, institutionsOf, onlyQueue, queueOf, quickOf, rangeWords, serviceLine, serviceOf, servicesOf,
  skipsInstitutions, truthLine, waitLine,
} from "./menu.js";
import { both, heading, named, notice, paged, pager, tile, twice, unknownTile } from "./parts.js";
import { SIZES, crowdedIn } from "./sizes.js";

const serviceTile = (service, line, { off, pressed }, press, { picture, gives = "number" } = {}) =>
  tile({
    gives,
    picture,
    title: () => pick(service.name),
    line: off ? null : line,
    off,
    shut: !service.open,
    pressed: pressed === service.service,
    press,
  });

/** What a press on a service in a list does: what there is to say before the number, else the number. */
const chosen = (menu, service, { take, go, basket }) =>
  basket.length || hasMore(menu, service)
    ? { press: () => go("how", { service: service.service }), gives: "step" }
    : { press: () => take([service.service]), gives: "number" };

const step = (picture, title, screen, { off, go }) =>
  tile({ gives: "step", picture, title, off, press: () => go(screen) });

/** The services asked for most: a number at once, unless one more is being added to others. */
function quickTile(menu, one, layout, controls) {
  const large = layout.includes("large");
  const state = twice(() => serviceLine(one, [null, waitLine(queueOf(menu, one.queue))]));
  const owner = !large && institutionOf(menu, one.institution)?.short;
  const line = owner ? html`<span class="owner">${named(owner)}${state ? " · " : nothing}</span>${state}` : state;
  const atOnce = { press: () => controls.take([one.service]), gives: "number" };
  const { press, gives } = controls.basket.length ? chosen(menu, one, controls) : atOnce;
  return serviceTile(one, line, controls, press, { gives, picture: institutionOf(menu, one.institution)?.icon ?? "ticket" });
}

/** Start: numbers at once, ways to find, and the amber way for everybody else. */
export function startScreen(menu, { alert, layout, language, needs, controls }) {
  const { basket } = controls;
  const only = onlyQueue(menu);
  const large = layout.includes("large");
  const quick = only ? [] : paged(quickOf(menu), SIZES[layout].quick, 0, crowdedIn(layout, language)).shown;
  const few = skipsInstitutions(menu);
  const more = basket.length > 0;
  return html`<main class="screen start" data-only=${only !== null}>
    <div class="lead">
      ${heading(more ? "Which other service?" : large ? "How can we help?" : "Hello! How can we help?")}
      <p>${both("Touch one choice.")}</p>
    </div>
    ${alert} ${needsLine(needs)} ${basketLine(menu, controls)} ${only && !more ? onePress(menu, only, controls) : nothing}
    ${quick.length
      ? html`<h2 class="label quick-label">${both("Most asked today — number at once")}</h2>
          <div class="tiles quick">
            ${repeat(quick, (one) => one.service, (one) => quickTile(menu, one, layout, controls))}
          </div>`
      : nothing}
    <h2 class="label find-label">${both("Find in another way")}</h2>
    <div class="tiles ways-to-find" data-three=${menu.situations.length > 0}>
      ${few
        ? step("list", () => t("All services"), "services", controls)
        : step("building-bank", () => t("Institutions"), "institutions", controls)}
      ${menu.situations.length ? step("users", () => t("Life situations"), "situations", controls) : nothing}
      ${step("search", () => t("Search"), "search", controls)}
    </div>
    ${only || more
      ? nothing
      : unknownTile(
          menu,
          { title: () => t("I don't know which service"), line: () => t("Take a number — a specialist will help to choose") },
          controls,
        )}
    ${menu.booking && !more ? bookedTile(controls, large) : nothing}
  </main>`;
}

/** Where there is one queue, nobody has to choose. */
const onePress = (menu, queue, { take, off, pressed }) => {
  const code = menu.unknown ?? menu.quick[0] ?? menu.services.find((one) => one.open)?.service ?? menu.services[0]?.service;
  return tile({
    kind: "unknown",
    gives: "number",
    told: true,
    picture: "ticket",
    title: () => t("Take a number"),
    line: () => waitLine(queue),
    off: off || !code,
    shut: !serviceOf(menu, code)?.open,
    pressed: pressed === code,
    press: () => take([code]),
  });
};

/** What was chosen so far, with the number for it and the way to give it up. */
const basketLine = (menu, { basket, take, drop, off }) =>
  basket.length
    ? html`<section class="picked" aria-label=${t("Chosen services")}>
        <p>${twice(() => t("Chosen so far: {names}", { names: basket.map((one) => pick(serviceOf(menu, one)?.name)).join("; ") }))}</p>
        <button class="button" data-kind="main" aria-disabled=${off ? "true" : "false"} @click=${() => off || take(basket)}>
          ${icon("ticket")}<span>${both("Take a number")}</span>
        </button>
        <button class="button" @click=${drop}>${icon("x")}<span>${both("Give up the choice")}</span></button>
      </section>`
    : nothing;

/** The way for whoever has an appointment; check-in is the server's word, so without it the tile only says so. */
const bookedTile = ({ off, alone, go }, large) =>
  tile({
    kind: "booked",
    gives: "step",
    picture: "calendar-check",
    title: () => t("I have an appointment"),
    line: alone && !large ? () => t("needs the connection to the server") : null,
    off: off || alone,
    press: () => go("code", { code: "", misread: false }),
  });

/** Institutions in their fixed order. */
export function institutionsScreen(menu, { alert, layout, page, controls }) {
  const all = institutionsOf(menu);
  const place = paged(all, SIZES[layout].institutions, page);
  const left = all.length - place.shown.length;
  const more = () => html`<button class="button" @click=${() => controls.turn(1)}>
    <span>${twice(() => tn("{n} more institution", "{n} more institutions", left))}</span><span class="chevron">›</span>
  </button>`;
  return html`<main class="screen">
    <div class="lead">${heading("Which institution?")}<p>${both("If it is not clear, choose “I don't know”.")}</p></div>
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
            title: () => pick(one.short),
            line: pick(one.name) === pick(one.short) ? null : () => pick(one.name),
            off: controls.off,
            press: () =>
              controls.go(groupsOf(menu, one.institution).length ? "groups" : "services", { institution: one.institution }),
          }),
      )}
    </div>
    <div class="last-row">
      ${place.pages === 2 && place.page === 0 ? more() : pager(place, controls.turn)}
      ${unknownTile(menu, { title: () => t("I don't know") }, controls)}
    </div>
  </main>`;
}

/** The headings of a long list, which nobody reads to its end. */
export function groupsScreen(menu, { alert, layout, page, institution, controls }) {
  const of = servicesOf(menu, institution);
  const place = paged(groupsOf(menu, institution), SIZES[layout].services, page);
  return html`<main class="screen services groups">
    <div class="lead"><p>${named(institutionOf(menu, institution)?.short)}</p>${heading("What is it about?")}</div>
    ${alert === nothing ? noticeOf(menu, institution, of) : alert}
    <div class="tiles rows">
      ${place.shown.map((group) => {
        const count = of.filter((one) => one.group.lv === group.lv).length;
        return tile({
          gives: "step",
          title: () => pick(group),
          line: () => tn("{n} service", "{n} services", count),
          off: controls.off,
          press: () => controls.go("services", { institution, group: group.lv }),
        });
      })}
    </div>
    <div class="last-row">
      ${pager(place, controls.turn)} ${unknownTile(menu, { title: () => t("I don't know exactly") }, controls)}
    </div>
  </main>`;
}

/** What is to be said of an institution: a notice about it, else the truth about the queue that all its services share. */
function noticeOf(menu, institution, services) {
  const about = menu.notices.find((one) => one.about.includes(institution));
  return about ? notice(about.kind, () => pick(about.text)) : queueNotice(menu, institution, services);
}

function queueNotice(menu, institution, services) {
  const queue = queueOf(menu, services[0]?.queue);
  if (!institution || !queue || queue.waiting === null || services.some((one) => one.queue !== queue.queue)) return nothing;
  return notice("info", () => {
    const name = pick(institutionOf(menu, institution)?.short);
    if (!queue.waiting) return t("{name}: no queue now", { name });
    const people = tn("{name} queue: {n} person", "{name} queue: {n} people", queue.waiting, { name });
    const minutes = rangeWords(queue.low, queue.high);
    return minutes ? `${people} · ${t("wait")} ${minutes}` : people;
  });
}

/** Services of one institution, of one of its groups, or of all where there are few institutions. */
export function servicesScreen(menu, { alert, layout, page, institution, group, language, controls }) {
  const owner = institution && institutionOf(menu, institution);
  const all = servicesOf(menu, institution).filter((one) => !group || one.group.lv === group);
  const place = paged(all, SIZES[layout].services, page, crowdedIn(layout, language));
  const line = (one) => () =>
    owner ? serviceLine(one, [t("usually {n} min", { n: one.minutes })]) : truthLine(menu, one);
  const over = owner && html`<p>${named(owner.short)}${group ? html` · ${named(all[0]?.group)}` : nothing}</p>`;
  return html`<main class="screen services">
    <div class="lead">${over ?? nothing}${heading("Which service?")}</div>
    ${!controls.off && alert === nothing ? noticeOf(menu, institution, all) : alert}
    <div class="tiles rows">
      ${repeat(
        place.shown,
        (one) => one.service,
        (one) => {
          const { press, gives } = chosen(menu, one, controls);
          return serviceTile(one, line(one), controls, press, { gives });
        },
      )}
    </div>
    <div class="last-row">
      ${pager(place, controls.turn)} ${unknownTile(menu, { title: () => t("I don't know exactly") }, controls)}
    </div>
  </main>`;
}
