/** The board when there is no call to show: nobody waits, a pause, closed, night, loading, no connection. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { ref } from "/static/vendor/lit/directives/ref.js";
import { clock, icon, mark, pick, t } from "/static/page.js";

const DAY_MS = 86_400_000;
const ON_WEEKDAY = [
  () => t("on Sunday"), () => t("on Monday"), () => t("on Tuesday"), () => t("on Wednesday"), () => t("on Thursday"),
  () => t("on Friday"), () => t("on Saturday"),
];

export const loading = () => html`<section class="empty">${mark()}<p>${t("Please wait")}</p></section>`;

export const instruction = () => html`<section class="empty"><p>${t("Please listen to the staff.")}</p></section>`;

export const empty = ({ idle, hours }) => html`<section class="empty">
  ${mark()}
  <p>${idle ? t("Please wait for the call") : t("Nobody is waiting")}</p>
  ${hours ? html`<p class="hours">${t("Today {hours}", { hours })}</p>` : nothing}
</section>`;

/** Every counter at work pauses. */
export const pause = ({ rest, now, timezone, open }) => html`<section class="pause">
  ${icon("coffee")}
  <div>
    <h2>${pick(rest.reason) || t("Break")}</h2>
    <p class="until">
      ${rest.until && Date.parse(rest.until) > now
        ? t("We continue at {time}", { time: clock(rest.until, timezone) })
        : t("We continue soon")}
    </p>
    <p>${open === false ? t("Your turn is not lost.") : t("Your turn is not lost. You can take a number now too.")}</p>
  </div>
</section>`;

export const closed = (scene) => html`<section class="pause">
  ${icon("door-enter")}
  <div>
    <h2>${t("Closed")}</h2>
    ${scene.opens ? html`<p class="until">${opening(scene)}</p>` : nothing}
    ${scene.idle && scene.opens && daysUntil(scene) === 0 ? html`<p>${t("Your turn is not lost.")}</p>` : nothing}
  </div>
</section>`;

const dateOf = (moment, timeZone) => {
  const format = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone });
  return new Date(`${format.format(new Date(moment))}T12:00:00Z`);
};

const daysUntil = ({ opens, now, timezone }) => Math.round((dateOf(opens, timezone) - dateOf(now, timezone)) / DAY_MS);

/** When visitors may come again: today, tomorrow, or on which day. */
export function opening({ opens, now, timezone }) {
  const then = dateOf(opens, timezone);
  const time = clock(opens, timezone);
  const days = daysUntil({ opens, now, timezone });
  if (days === 0) return t("We open today at {time}", { time });
  if (days === 1) return t("We open tomorrow at {time}", { time });
  const date = new Intl.DateTimeFormat("de", { day: "numeric", month: "numeric", timeZone: "UTC" }).format(then);
  return t("We open {weekday}, {date}, at {time}", { weekday: ON_WEEKDAY[then.getUTCDay()](), date, time });
}

const placed = ([x, y]) =>
  ref((element) => {
    element?.style.setProperty("--x", `${x}%`);
    element?.style.setProperty("--y", `${y}%`);
  });

/** Outside hours: the mark, dim, somewhere else every minute; for half an hour at night nothing at all. */
export const night = (scene) => html`<div class="night" data-how=${scene.night.how} ${placed(scene.night.place)}>
  <main><h1 class="visually-hidden">${pick(scene.centre)}</h1>${scene.night.how === "dim" ? mark() : nothing}</main>
</div>`;
