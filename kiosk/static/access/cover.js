/** What speech puts over the screen: the strip with the words that are spoken, and the curtain that keeps them private. */

const element = (name) => Object.assign(document.createElement("div"), { className: name, ariaHidden: "true", hidden: true });

/** The strip lies over the page's header, where nothing can be pressed; smaller type for longer sentences. */
export function caption(app) {
  const strip = element("spoken");
  const [line, note] = [document.createElement("p"), document.createElement("p")];
  note.className = "spoken-note";
  strip.append(line, note);
  document.body.append(strip);
  const fits = () => strip.scrollHeight <= strip.clientHeight;
  return {
    show(text) {
      strip.hidden = false;
      strip.style.blockSize = `${app.querySelector("header")?.offsetHeight ?? 0}px`;
      line.textContent = text;
      for (let size = 100; size >= 40; size -= 10) {
        strip.style.setProperty("--part", size / 100);
        if (fits()) break;
      }
    },
    silent(text) {
      note.textContent = text;
    },
    hide() {
      strip.hidden = true;
      line.textContent = "";
      note.textContent = "";
    },
  };
}

/** Black over everything; a touch lifts it and presses nothing. */
export function curtain() {
  const cloth = element("curtain");
  document.body.append(cloth);
  cloth.addEventListener("pointerup", () => (cloth.hidden = true));
  return {
    is: (one) => one === cloth,
    toggle() {
      cloth.hidden = !cloth.hidden;
      return !cloth.hidden;
    },
    lift: () => (cloth.hidden = true),
  };
}
