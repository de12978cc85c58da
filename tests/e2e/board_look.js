/** What is wrong with the board as it stands, in words: cut, off the screen, over each other, broken numbers. Evaluated in the page. */
() => {
  const wrong = [];
  const app = document.getElementById("app");
  const name = (one) => `${one.className?.baseVal ?? one.className} ${one.textContent.trim().replace(/\s+/g, " ").slice(0, 40)}`;
  const box = (one) => one.getBoundingClientRect();
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && box(one).width > 0 && !one.closest(".visually-hidden");
  const all = (selector, root = app) => [...root.querySelectorAll(selector)].filter(seen);
  const inside = (a, b, slack) => a.left >= b.left - slack && a.right <= b.right + slack && a.top >= b.top - slack && a.bottom <= b.bottom + slack;
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const orbit = 7 * Math.min(innerWidth, innerHeight) / 1080;
  const FRAMES = "article, .tile, li, .slide, .pause, .cut, .notices, .sound, .next, header, main, footer";

  const ink = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter((one) => one.width && one.height);
  };
  const walker = document.createTreeWalker(app, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("svg") || !seen(parent)) continue;
    const text = node.data.trim().slice(0, 40);
    const boxes = ink(node);
    if (!boxes.length) wrong.push(`no room: ${text}`);
    const size = Number.parseFloat(getComputedStyle(parent).fontSize);
    for (const one of boxes) {
      const middle = (one.top + one.bottom) / 2;
      const core = { left: one.left, right: one.right, top: middle - size * 0.36, bottom: middle + size * 0.36 };
      if (!inside(core, screen, orbit)) wrong.push(`off the screen: ${text}`);
      for (let frame = parent.closest(FRAMES); frame; frame = frame.parentElement?.closest(FRAMES))
        if (!inside(core, box(frame), 2)) wrong.push(`out of ${name(frame)}: ${text}`);
    }
    if (parent.closest(".number, .counter, .clock, .truth") && new Set(boxes.map((one) => Math.round(one.top))).size > 1)
      wrong.push(`broken over lines: ${text}`);
  }

  const apart = (list) =>
    list.forEach((one, i) => {
      for (const two of list.slice(0, i)) {
        const [a, b] = [box(one), box(two)];
        const [over, above] = [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];
        if (over > 1 && above > 1) wrong.push(`${name(one)} over ${name(two)} by ${Math.min(over, above).toFixed(0)} px`);
      }
    });
  apart(all("header > *"));
  apart(all(".board > :not([role=status])"));
  for (const part of all("main, .calls, .tiles, .tile, ol, .recent li, footer, .pause, .slide")) apart(all(":scope > *", part));
  const capital = (one) => {
    const { left, right, top, bottom, height } = box(one);
    const size = Number.parseFloat(getComputedStyle(one).fontSize);
    const middle = top + height / 2;
    return one.matches(".number") ? { left, right, top: middle - size * 0.36, bottom: middle + size * 0.36 } : { left, right, top, bottom };
  };
  for (const call of all(".call, .band")) {
    const parts = all(":scope > *", call);
    parts.forEach((one, i) => {
      for (const two of parts.slice(0, i)) {
        const [a, b] = [capital(one), capital(two)];
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
          wrong.push(`${name(one)} over ${name(two)}`);
      }
    });
  }

  if (all(".calls [data-state=bright]").length > 3) wrong.push("more than three bands");
  if (document.querySelectorAll("[role=status]").length > 1) wrong.push("more than one live region");
  const { scrollWidth, scrollHeight } = document.documentElement;
  if (scrollWidth > innerWidth + orbit || scrollHeight > innerHeight + orbit) wrong.push("larger than the screen");
  return [...new Set(wrong)];
}
