/** While no numbers are given: when they are again, the week, and what can be done meanwhile. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, icon, t } from "/static/page.js";
import { both, heading, tile, twice, unbroken } from "./parts.js";
import { againFrom, isClosed, weekRows } from "./when.js";

/** The week, Latvian first; the days are the same in every language. */
function weekOf(menu) {
  const own = weekRows(menu, "lv", t("closed", {}, "lv"));
  if (boot.language === "lv") return own;
  const other = weekRows(menu, boot.language, t("closed"));
  return own.map((row, i) => ({ ...row, second: other[i].name }));
}

export const closedWords = (menu, now) =>
  `${isClosed(menu, now) ? t("The centre is closed.") : t("No numbers are given now.")} ${againFrom(menu, now)}`;

export const portalCard = (portal, words) =>
  portal
    ? html`<section class="card alone">
        <img src="/portal.svg" alt=${t("Code for {site}", { site: new URL(portal).hostname })} />
        <div><h2>${both(words)}</h2><p>${icon("device-mobile")}${new URL(portal).hostname}</p></div>
      </section>`
    : nothing;

export const phoneLine = (phone) =>
  phone ? html`<p class="phone-line">${icon("phone")}<span>${twice(() => t("Call us: {phone}", { phone }))}</span></p>` : nothing;

export function closedScreen(menu, { now, controls }) {
  return html`<main class="screen closed">
    <div class="head" data-paper="closed">
      <span class="head-icon">${icon("moon")}</span>
      <div>
        ${heading(isClosed(menu, now) ? "The centre is closed" : "No numbers are given now")}
        <p>${twice(() => againFrom(menu, now))}</p>
      </div>
    </div>
    ${menu.week.length
      ? html`<table class="card week">
          <caption class="visually-hidden">${t("Opening hours of the coming days")}</caption>
          <tbody>
            ${weekOf(menu).map(
              ({ name, second, hours }) => html`<tr>
                <th scope="row">
                  <span lang="lv">${name}</span>${second ? html` <span class="second" lang=${boot.language}>${second}</span>` : nothing}
                </th>
                <td lang="lv">${unbroken(hours)}</td>
              </tr>`,
            )}
          </tbody>
        </table>`
      : nothing}
    ${portalCard(menu.portal, "E-services are open at any time")} ${phoneLine(menu.phone)}
    ${menu.booking
      ? tile({
          kind: "booked",
          gives: "step",
          picture: "calendar-check",
          title: () => t("I have an appointment"),
          off: controls.off || controls.alone,
          press: () => controls.go("code", { code: "", misread: false }),
        })
      : nothing}
  </main>`;
}
