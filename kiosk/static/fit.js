/** The last resort against very long names: makes type smaller in steps until nothing is cut off. */

const STEPS = ["1", "0.92", "0.85", "0.78", "0.72"];

const overflows = (box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;

/** Sets `--fit` on every group of tiles under `root` to the largest step at which no tile overflows. */
export function fit(root) {
  for (const group of root.querySelectorAll(".tiles")) {
    for (const step of STEPS) {
      group.style.setProperty("--fit", step);
      if (![...group.children].some(overflows)) break;
    }
  }
}
