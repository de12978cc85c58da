/** The last resort against very long names: smaller type in steps, then fewer of the things that matter less, until nothing is cut. */

const STEPS = [1, 0.92, 0.85, 0.78, 0.72, 0.68];
const MOST_CROWDED = 6;

const overflows = (box) => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;

/**
 * Sets `--fit` on every group of tiles and on the number's screen to the largest step at which nothing in them overflows. What
 * overflows even then is `data-brief`: a tile's line leaves the institution out, or is in Latvian alone; and what overflows then is
 * `data-tight`: it says only its name, so that the others keep their line about the queue.
 */
function shrink(root) {
  for (const group of root.querySelectorAll(".tiles, .ticket")) {
    const parts = [...group.children];
    for (const part of [group, ...parts]) {
      delete part.dataset.tight;
      delete part.dataset.brief;
    }
    const fits = STEPS.some((step) => {
      group.style.setProperty("--fit", step);
      return ![group, ...parts].some(overflows);
    });
    group.dataset.tight = !fits;
    if (fits) continue;
    for (const mark of ["brief", "tight"]) {
      const wide = parts.filter(overflows);
      if (mark === "tight" && !wide.length && !overflows(group)) break;
      for (const part of wide.length ? wide : parts) part.dataset[mark] = true;
      if (overflows(group)) for (const part of parts) part.dataset[mark] = true;
    }
  }
}

/** Whether the last of the screen stands in the space that is kept between it and what can be pressed below. */
const spills = (main) => {
  const end = main.getBoundingClientRect().bottom - Number.parseFloat(getComputedStyle(main).paddingBlockEnd);
  return [...main.children].some((part) => part.getBoundingClientRect().bottom > end + 1);
};

/** Whether the head lost a line's height to what is below it: its letters reach a few pixels out of their lines by themselves. */
const pressed = (main) => [...main.querySelectorAll(":scope > .head")].some((head) => head.scrollHeight > head.clientHeight + 8);

const crowded = (main) => spills(main) || pressed(main) || [main, ...main.querySelectorAll(":scope > .tiles, .tiles > *, .aside, .number-card, :scope > .tile")].some(overflows);

/** Besides, `data-crowded` on the screen counts up until all of it has room; the style sheet says what is left out at which count. */
export function fit(root) {
  const main = root.querySelector("main");
  if (!main) return;
  for (let count = 0; count <= MOST_CROWDED; count += 1) {
    main.dataset.crowded = count;
    shrink(root);
    if (!crowded(main)) break;
  }
}
