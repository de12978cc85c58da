/** What is drawn, measured: `wrong` in words; `words` of the screen; `smallest` type in the content, in mm. Evaluated in the page. */
() => {
  const wrong = [];
  const app = document.getElementById("app");
  const name = (one) => (one.getAttribute("aria-label") || one.textContent.trim().replace(/\s+/g, " ")).slice(0, 60);
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".visually-hidden, [hidden], [inert]");
  const hidden = (one) => {
    for (let up = one; up && up !== app; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.clipPath !== "none" && style.position === "absolute") return true;
    }
    return false;
  };
  const inside = (a, b, slack) => a.left >= b.left - slack && a.right <= b.right + slack && a.top >= b.top - slack && a.bottom <= b.bottom + slack;
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const words = [];
  const walker = document.createTreeWalker(app, NodeFilter.SHOW_TEXT);
  const mm = Number.parseFloat(getComputedStyle(document.querySelector(".top .mark")).inlineSize) /
    (document.documentElement.dataset.low === "true" ? 48 : 31);
  let smallest = Infinity;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || !parent || parent.closest("svg") || !seen(parent) || hidden(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width && box.height);
    if (!boxes.length) continue;
    words.push({ text: node.data.trim().replace(/\s+/g, " "), second: Boolean(parent.closest(".second")), latvian: parent.closest("[lang]")?.lang === "lv", main: Boolean(parent.closest("main")) && !parent.closest(".sentence") });
    for (const { 0: word, index } of node.data.matchAll(/(?<![^\s])\p{L}-[^\s-]+|\d+[:\d]*–[\d:]+/gu)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const lines = new Set([...range.getClientRects()].filter((box) => box.width > 0.5).map((box) => Math.round(box.top)));
      if (lines.size > 1) wrong.push(`torn: ${word}`);
    }
    const size = Number.parseFloat(getComputedStyle(parent).fontSize) / mm;
    if (parent.closest("main") && size < smallest) smallest = size;
    const frame = parent.closest("button, .tile, .card, .notice, .digits span, main, nav, header, .access, .dialog") ?? app;
    const outer = parent.closest("main, nav, header, .access, .dialog") ?? app;
    for (const box of boxes) {
      const core = { left: box.left, right: box.right, top: box.top + box.height * 0.15, bottom: box.bottom - box.height * 0.15 };
      if (!inside(core, screen, 1)) wrong.push(`off the screen: ${node.data.trim().slice(0, 60)}`);
      else if (!inside(core, frame.getBoundingClientRect(), 1) || !inside(core, outer.getBoundingClientRect(), 1))
        wrong.push(`out of its frame: ${node.data.trim().slice(0, 60)}`);
    }
  }
  const controls = [...app.querySelectorAll("button, input, img")].filter((one) => seen(one) && !hidden(one));
  const boxes = controls.map((one) => one.getBoundingClientRect());
  controls.forEach((one, i) => {
    const box = boxes[i];
    if (!inside(box, screen, 1)) wrong.push(`off the screen: ${name(one)}`);
    const outer = one.closest("main, nav, .access, .dialog");
    if (outer && !inside(box, outer.getBoundingClientRect(), 1)) wrong.push(`out of its part: ${name(one)}`);
    const least = one.localName === "input" ? 0 : one.matches(".key") && innerWidth > innerHeight ? 15 : 20;
    if (one.localName !== "img" && (box.height < least * mm - 0.5 || box.width < least * mm - 0.5))
      wrong.push(`smaller than ${least} mm: ${name(one)} ${(box.width / mm).toFixed(1)} x ${(box.height / mm).toFixed(1)}`);
    if (one.localName === "img" && box.width < 22 * mm) wrong.push(`code of ${(box.width / mm).toFixed(1)} mm`);
    for (let j = 0; j < i; j += 1) {
      const other = boxes[j];
      const over = Math.min(box.right, other.right) - Math.max(box.left, other.left);
      const above = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
      if (one.contains(controls[j]) || controls[j].contains(one)) continue;
      if (over > 1 && above > 1) wrong.push(`${name(one)} over ${name(controls[j])}`);
      const apart = Math.max(-over, -above);
      if ([one, controls[j]].every((each) => each.matches("main button, nav button")) && apart < 2.9 * mm)
        wrong.push(`${(apart / mm).toFixed(1)} mm between ${name(one)} and ${name(controls[j])}`);
    }
  });
  const blocks = [...app.querySelectorAll("main > *, nav > *")].filter((one) => seen(one) && !hidden(one)).map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width > 1 && box.height > 1);
  blocks.forEach(([one, box], i) => {
    for (const [two, other] of blocks.slice(0, i)) {
      const over = Math.min(box.right, other.right) - Math.max(box.left, other.left);
      const above = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
      if (over > 1 && above > 1) wrong.push(`${name(one)} over ${name(two)} by ${above.toFixed(0)} px`);
    }
  });
  for (const second of app.querySelectorAll(".second")) {
    const first = second.parentElement.querySelector(":scope > .first");
    if (!first || !seen(second)) continue;
    if (!seen(first)) wrong.push(`no Latvian: ${name(second)}`);
    else if (Number.parseFloat(getComputedStyle(second).fontSize) > Number.parseFloat(getComputedStyle(first).fontSize) + 0.1) wrong.push(`Latvian smaller: ${name(second)}`);
    else if (second.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING) wrong.push(`Latvian after: ${name(second)}`);
  }
  const titles = app.querySelectorAll("h1").length;
  if (titles !== 1) wrong.push(`${titles} first headings`);
  if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push("the page scrolls sideways");
  if (document.documentElement.scrollHeight > innerHeight + 1) wrong.push("the page scrolls");
  if (document.documentElement.dataset.low === "true")
    for (const [i, one] of controls.entries())
      if (one.localName === "button" && boxes[i].top < innerHeight * 0.36 - 1) wrong.push(`above the low part: ${name(one)}`);
  return { wrong: [...new Set(wrong)], words, smallest };
}
