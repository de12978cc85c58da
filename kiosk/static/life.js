/** Occasions in life, and the services of several institutions behind one of them, of which several may be taken at once. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { icon, pick, t, tn } from "/static/page.js";
import { serviceOf, truthLine } from "./menu.js";
import { both, heading, named, paged, pager, tile, twice, unknownTile } from "./parts.js";
import { SIZES } from "./sizes.js";

export function situationsScreen(menu, { alert, layout, page, controls }) {
  const place = paged(menu.situations, SIZES[layout].situations, page);
  return html`<main class="screen life">
    <div class="lead">${heading("What has happened?")}<p>${both("We will find the services that you need.")}</p></div>
    ${alert}
    <div class="tiles situations">
      ${repeat(
        place.shown,
        (one) => one.situation,
        (one) =>
          tile({
            gives: "step",
            picture: one.icon,
            title: () => pick(one.name),
            line: () => pick(one.line),
            off: controls.off,
            press: () => controls.go("situation", { situation: one.situation }),
          }),
      )}
    </div>
    <div class="last-row">
      ${pager(place, controls.turn)} ${unknownTile(menu, { title: () => t("I don't know") }, controls)}
    </div>
  </main>`;
}

/** A service that is picked or not; the numbers are taken with one press for all that are picked. */
const choice = (menu, one, picked, { pick: press }) => html`<button
  class="tile choice"
  aria-pressed=${picked}
  data-shut=${!one.open}
  @click=${() => press(one.service)}
>
  <span class="box">${picked ? icon("check") : nothing}</span>
  <span class="tile-text">
    <span class="tile-title">${named(one.name)}</span>
    <span class="tile-line">${twice(() => truthLine(menu, one))}</span>
  </span>
</button>`;

export function situationScreen(menu, { alert, layout, page, situation, picked, controls }) {
  const own = menu.situations.find((one) => one.situation === situation);
  const all = (own?.services ?? []).map((code) => serviceOf(menu, code)).filter(Boolean);
  const place = paged(all, SIZES[layout].choices, page);
  return html`<main class="screen services">
    <div class="lead"><p>${named(own?.name)}</p>${heading("Which services do you need?")}</div>
    ${alert}
    <div class="tiles rows">
      ${repeat(place.shown, (one) => one.service, (one) => choice(menu, one, picked.includes(one.service), controls))}
    </div>
    ${place.pages > 1 ? html`<div class="pages">${pager(place, controls.turn)}</div>` : nothing}
    ${tile({
      kind: "unknown",
      gives: picked.length ? "number" : "nothing",
      told: true,
      picture: "ticket",
      title: () =>
        picked.length
          ? tn("Take a number for {n} service", "Take a number for {n} services", picked.length)
          : t("Choose one or more services above"),
      off: controls.off || !picked.length,
      pressed: controls.pressed === picked.join(),
      press: () => controls.take(picked),
    })}
  </main>`;
}
