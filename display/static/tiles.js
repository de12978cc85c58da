/** The queue tiles of the board: which ones are on the screen now, and what each says about waiting. */
import { html, nothing, svg } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { fit, pick, range, t, tn } from "/static/page.js";

const PAGE_MS = 15_000;
const DIAMONDS = 8;

/**
 * The queues to draw: all in the plan's order where they fit; else pages in turn, those with people waiting first, and
 * during a call (`calling`) the first page only, so that nothing moves beside the number.
 */
export function tilePage(queues, perPage, now, calling) {
  if (queues.length <= perPage) return queues;
  const sorted = [...queues].sort((a, b) => (b.waiting > 0) - (a.waiting > 0));
  const pages = Math.ceil(queues.length / perPage);
  const size = Math.ceil(queues.length / pages);
  const page = calling ? 0 : Math.floor(now / PAGE_MS) % pages;
  return sorted.slice(page * size, (page + 1) * size);
}

/** What is true about waiting in one queue, in a few words. */
function waiting(queue) {
  if (queue.high === 0) return t("at once");
  return range(queue.low, queue.high) ?? (queue.waiting ? tn("{n} person", "{n} people", queue.waiting) : t("no queue"));
}

const people = (n) => html`<svg class="people" viewBox="0 0 ${Math.min(n, DIAMONDS) * 26 + 60} 20" aria-hidden="true">
  ${Array.from({ length: Math.min(n, DIAMONDS) }, (_, i) => svg`<path d="M${i * 26 + 10} 1l9 9-9 9-9-9z" />`)}
  ${n > DIAMONDS ? svg`<text x="${DIAMONDS * 26 + 2}" y="17">+${n - DIAMONDS}</text>` : nothing}
</svg>`;

const tile = (queue) => {
  const [name, truth] = [pick(queue.name), waiting(queue)];
  return html`<li class="tile">
    <span class="letter">${queue.letter}</span>
    <span class="name" ${fit(name, 500)}>${name}</span>
    <strong class="truth" ${fit(truth)}>${truth}</strong>
    ${people(queue.waiting)}
  </li>`;
};

export const tiles = (queues) => html`<ul class="tiles" data-count=${queues.length} aria-label=${t("Queues")}>
  ${repeat(queues, (queue) => queue.queue, tile)}
</ul>`;
