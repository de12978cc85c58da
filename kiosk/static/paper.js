/** The paper page: fault switches, and a fresh page whenever another slip may have come out. */
const refused = document.getElementById("refused");

async function flip(button) {
  const on = button.getAttribute("aria-pressed") !== "true";
  const answer = await fetch("/paper/fault", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name: button.dataset.fault, on }),
  }).catch(() => null);
  refused.hidden = Boolean(answer?.ok);
  if (answer?.ok) button.setAttribute("aria-pressed", String((await answer.json())[button.dataset.fault]));
}

for (const button of document.querySelectorAll("[data-fault]")) button.addEventListener("click", () => flip(button));

let jobs = null;
new EventSource("/feed").addEventListener("state", (event) => {
  const now = JSON.stringify(JSON.parse(event.data).jobs);
  if (jobs !== null && jobs !== now) location.reload();
  jobs = now;
});
