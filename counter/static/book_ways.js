/** How an appointment is had: at a counter, or by video from a booth of the centre. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { icon, pick, t } from "/static/page.js";

/** In which ways a service can be booked. */
export const ways = (catalogue, service) => ({
  counter: catalogue.bookable.includes(service),
  video: catalogue.booths.some(({ services }) => services.includes(service)),
});

/** Whether it can be booked at all. */
export const booked = (catalogue, service) => Object.values(ways(catalogue, service)).some(Boolean);

/** The channel of the catalogue that the form is about. */
export const channelOf = ({ video }) => (video ? "video" : "klatiene");

export const byVideo = () => html`<p>${icon("video")} ${t("By video, from a booth in the centre")}</p>`;

/** The choice where there is one; else the one way, if it is not the usual one. */
export function wayChoice(book) {
  const { service, video, moving } = book.form;
  const { counter, video: able } = ways(book.catalogue, service);
  if (moving || !counter || !able) return video ? byVideo() : nothing;
  const way = (wanted, name, words) => html`<button
    class="button"
    type="button"
    aria-pressed=${video === wanted}
    @click=${() => video !== wanted && book.choose(service, wanted)}
  >
    ${icon(name)}<span class="button-label">${words}</span>
  </button>`;
  return html`<div class="both" role="group" aria-label=${t("How")}>
    ${way(false, "user", t("At a counter"))} ${way(true, "video", t("By video"))}
  </div>`;
}

/** The booth of an appointment in the list of a day. */
export const boothTag = (book, { booth }) =>
  booth
    ? html`<span class="tag">${icon("video")} ${pick(book.catalogue.booths.find((one) => one.booth === booth)?.name) || booth}</span>`
    : nothing;
