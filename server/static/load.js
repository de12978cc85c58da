// Sorts the list by distance, in this page alone: the position is asked for only on a press and is sent nowhere.

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

if (line && list && "geolocation" in navigator) {
  const said = line.querySelector("[role=status]");
  line.hidden = false;
  line.querySelector("button").addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const items = [...list.children].map((item) => {
          const km = item.dataset.lat ? distance(coords.latitude, coords.longitude, item) : Infinity;
          if (km < Infinity) item.querySelector(".km").textContent = ` · ${said.dataset.km.replace("{n}", Math.round(km))}`;
          return { item, km, rank: ORDER.indexOf(item.dataset.state) };
        });
        items.sort((a, b) => a.rank - b.rank || a.km - b.km);
        list.append(...items.map(({ item }) => item));
        said.textContent = said.dataset.done;
      },
      () => {
        said.textContent = said.dataset.refused;
      },
      { maximumAge: 60_000, timeout: 20_000 },
    );
  });
}
