/** The texts and signs of the board whose colour has less than 7 : 1 (signs 3 : 1) against the ground they stand on, in words. */
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const channels = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).slice(0, 3).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    for (let up = one; up; up = up.parentElement) {
      const { backgroundColor } = getComputedStyle(up);
      if (channels(backgroundColor)[3] === 255) return backgroundColor;
    }
    return "white";
  };
  const ratio = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const found = new Set();
  const check = (what, colour, one, least) => {
    const is = ratio(colour, ground(one));
    if (is < least) found.add(`${what}: ${is.toFixed(2)} : 1`);
  };
  const app = document.getElementById("app");
  const walker = document.createTreeWalker(app, NodeFilter.SHOW_TEXT);
  let texts = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest(".visually-hidden, .people") || !parent.checkVisibility()) continue;
    texts += 1;
    check(node.data.trim().slice(0, 30), getComputedStyle(parent).color, parent, 7);
  }
  for (const icon of app.querySelectorAll(".icon")) if (icon.checkVisibility()) check("icon", getComputedStyle(icon).color, icon.parentElement, 3);
  for (const text of app.querySelectorAll(".people text")) if (text.checkVisibility()) check("people", getComputedStyle(text).fill, text.parentElement.parentElement, 7);
  return { texts, low: [...found] };
}
