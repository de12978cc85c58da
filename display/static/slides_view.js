/** What is shown beside the calls while nobody is called: one slide at a time, by the clock, so that all screens agree. */
import { html } from "/static/vendor/lit/lit-html.js";
import { unsafeHTML } from "/static/vendor/lit/directives/unsafe-html.js";
import { keyed } from "/static/vendor/lit/directives/keyed.js";
import { ref } from "/static/vendor/lit/directives/ref.js";
import { pick, t } from "/static/page.js";

/** The slide whose turn it is now. */
export function slideAt(slides, now) {
  const round = slides.reduce((sum, each) => sum + each.seconds, 0);
  let left = (now / 1000) % round;
  return slides.find((each) => (left -= each.seconds) < 0) ?? slides[0];
}

const coded = (slide) => html`${words(slide)}<img class="code" src=${slide.file} alt=${pick(slide.text)} />`;

const DRAWN = {
  text: (slide) => words(slide),
  rule: (slide) => words(slide),
  phone: coded,
  feedback: coded,
  picture: (slide) => html`<img class="picture" src=${slide.file} alt=${pick(slide.text)} />`,
  video: (slide) => html`<video src=${slide.file} aria-label=${pick(slide.text)} autoplay loop playsinline .muted=${true}></video>`,
};

export const slideView = (slide) =>
  keyed(`${slide.code} ${slide.file} ${pick(slide.html)}`, html`<section class="slide" data-kind=${slide.kind} aria-label=${t("Information")}>${DRAWN[slide.kind](slide)}</section>`);

/** The server has made this HTML itself, of plain elements without attributes. */
const words = (slide) => html`<div class="words" ${ref(shrink)}><div>${unsafeHTML(pick(slide.html))}</div></div>`;

const SIZES = [72, 64, 56, 50, 44, 39, 34, 30, 26, 23, 20];

/** Type as large as lets the whole text stand in its place. */
function shrink(element) {
  if (!element) return;
  const choose = () => {
    const text = element.firstElementChild;
    for (const size of SIZES) {
      element.style.setProperty("--size", size);
      if (text.offsetHeight <= element.clientHeight && text.scrollWidth <= element.clientWidth) return;
    }
  };
  new ResizeObserver(choose).observe(element);
}
