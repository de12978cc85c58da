/** What is cut, outside, covered, over each other or out of reach on the desk as it stands. */
() => {
  const faults = [];
  const sheet = document.querySelector("dialog[open]");
  const scope = sheet ?? document.querySelector(".desk");
  const name = (element) => `${element.tagName} ${(element.getAttribute("aria-label") ?? element.innerText ?? "").slice(0, 40)}`;
  const visible = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const hidden = (element) => element.closest(".visually-hidden") || getComputedStyle(element).clipPath !== "none";
  const seen = (selector) => [...scope.querySelectorAll(selector)].filter((element) => visible(element) && !hidden(element));
  const box = (element) => element.getBoundingClientRect();

  const width = document.documentElement.scrollWidth;
  if (width > innerWidth) faults.push(`scrolls sideways: ${width} in ${innerWidth}`);

  for (const element of seen("button, h1, h2, h3, p, li, td, th, label, summary, strong, .tag, .number, .queue-name")) {
    const { display, overflowX } = getComputedStyle(element);
    if (display === "inline") continue;
    if (element.scrollWidth > element.clientWidth + 1 && overflowX !== "visible") faults.push(`cut: ${name(element)}`);
    if (box(element).right > innerWidth + 1 || box(element).left < -1) faults.push(`outside: ${name(element)}`);
  }

  for (const element of seen("button, a, select, input:not([type=radio], [type=checkbox]), textarea, summary")) {
    element.scrollIntoView({ block: "center" });
    const { left, top, width, height } = box(element);
    for (const part of [0.03, 0.5, 0.97]) {
      const found = document.elementFromPoint(left + width * part, top + height / 2);
      if (!found) faults.push(`out of reach: ${name(element)}`);
      else if (!element.contains(found) && !found.contains(element) && !found.closest("[role=listbox], .menu-sheet"))
        faults.push(`covered: ${name(element)} by ${name(found)}`);
    }
  }

  const steps = seen(".steps .button, .sheet-steps .button");
  const apart = (a, b) => a.left >= b.right - 1 || b.left >= a.right - 1 || a.top >= b.bottom - 1 || b.top >= a.bottom - 1;
  for (const one of steps)
    for (const other of steps)
      if (one !== other && !apart(box(one), box(other))) faults.push(`over each other: ${name(one)}, ${name(other)}`);

  for (const one of seen(".button")) {
    const edge = box(one);
    for (const part of one.querySelectorAll(".button-label, kbd")) {
      const { left, right, bottom, width } = box(part);
      if (width && (right > edge.right + 1 || left < edge.left - 1 || bottom > edge.bottom + 1)) faults.push(`over its edge: ${name(one)}`);
    }
  }
  scrollTo(0, 0);
  sheet?.scrollTo(0, 0);
  return [...new Set(faults)];
}
