/** The last resort against very long names: smaller type in steps, at last only the names, until nothing is cut off. */

const STEPS = [1, 0.92, 0.85, 0.78, 0.72, 0.68];

const overflows = (box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;

/** Sets `--fit` on every group of tiles and on the number's screen to the largest step at which nothing in them overflows. */
export function fit(root) {
  for (const group of root.querySelectorAll(".tiles, .ticket")) {
    for (const step of STEPS) {
      group.style.setProperty("--fit", step);
      group.dataset.tight = step === STEPS.at(-1);
      if (![group, ...group.children].some(overflows)) break;
    }
  }
}
