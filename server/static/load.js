// Sorts the centres by distance, in this page alone: the position is asked for only on a press and is sent nowhere.

const line = document.querySelector(".near");
const list = document.querySelector(".centres");
const ORDER = ["open", "unknown", "closed"];

function distance(lat, lon, item) {
  const rad = Math.PI / 180;
  const [lat2, lon2] = [Number(item.dataset.lat), Number(item.dataset.lon)];
  const part =
    Math.sin(((lat2 - lat) * rad) / 2) ** 2 + Math.cos(lat * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon) * rad) / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.sqrt(part));
}

// The list has the first centres only; the nearest may be among the others, so all of them are taken, by the link that is there.
async function complete() {
  const link = document.querySelector("a.all");
  if (!link) return;
  const whole = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
  list.replaceChildren(...whole.querySelector(".centres").children);
  link.remove();
}

function sort({ latitude, longitude }, km) {
  const items = [...list.children].map((item) => {
    const far = item.dataset.lat ? distance(latitude, longitude, item) : Infinity;
    if (far < Infinity) item.querySelector(".km").textContent = ` · ${km.replace("{n}", Math.round(far))}`;
    return { item, far, rank: ORDER.indexOf(item.dataset.state) };
  });
  items.sort((a, b) => a.rank - b.rank || a.far - b.far);
  list.append(...items.map(({ item }) => item));
}

if (line && list && "geolocation" in navigator) {
  const said = line.querySelector("[role=status]");
  const refused = () => {
    said.textContent = said.dataset.refused;
  };
  line.hidden = false;
  line.querySelector("button").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      async ({ coords }) => {
        try {
          await complete();
        } catch {
          refused();
          return;
        }
        sort(coords, said.dataset.km);
        said.textContent = said.dataset.done;
      },
      refused,
      { maximumAge: 60_000, timeout: 20_000 },
    );
  });
}
