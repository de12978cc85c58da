/** Before the number: what to have along, whether it can be done without a queue, and whether there is more to settle. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { icon, pick, t, tn } from "/static/page.js";
import { institutionOf, noticesAbout, queueOf, serviceLine, serviceOf, waitLine } from "./menu.js";
import { both, named, notice, tile, twice } from "./parts.js";
import { MOST_SERVICES } from "./wishes.js";

export function howScreen(menu, { alert, service: code, basket, controls }) {
  const service = serviceOf(menu, code);
  if (!service) return html`<main class="screen">${alert}</main>`;
  const wanted = [...basket.filter((one) => one !== code), code];
  const about = noticesAbout(menu, service)[0];
  const site = service.alone && new URL(service.alone).hostname;
  return html`<main class="screen how">
    <div class="lead">
      <p>${named(institutionOf(menu, service.institution)?.short)}</p>
      <h1 tabindex="-1" data-long=${pick(service.name, "lv").length > 50}>${named(service.name)}</h1>
    </div>
    ${alert !== nothing ? alert : about ? notice(about.kind, () => pick(about.text)) : nothing}
    ${service.bring?.lv
      ? html`<section class="card bring"><h2>${both("What to bring")}</h2><p>${named(service.bring)}</p></section>`
      : nothing}
    ${tile({
      kind: "unknown",
      gives: "number",
      picture: "user",
      title: () =>
        wanted.length > 1 ? tn("Take a number for {n} service", "Take a number for {n} services", wanted.length) : t("With a specialist"),
      line: () => serviceLine(service, [t("Take a number"), waitLine(queueOf(menu, service.queue))]),
      off: controls.off,
      shut: !service.open,
      pressed: controls.pressed === wanted.join(),
      press: () => controls.take(wanted),
    })}
    ${wanted.length < MOST_SERVICES
      ? tile({
          gives: "step",
          picture: "plus",
          title: () => t("Add another service"),
          line: () => t("One number for all where one counter serves them"),
          off: controls.off,
          press: () => controls.add(code),
        })
      : nothing}
    ${service.alone
      ? html`<section class="card alone">
          <img src="/portal.svg?service=${encodeURIComponent(code)}" alt=${t("Code for {site}", { site })} />
          <div><h2>${both("Do it yourself, without a queue")}</h2><p>${icon("device-mobile")}${site}</p></div>
        </section>`
      : nothing}
    ${basket.length
      ? html`<p class="basket">${twice(() => t("Chosen so far: {names}", { names: basket.map((one) => pick(serviceOf(menu, one)?.name)).join("; ") }))}</p>`
      : nothing}
  </main>`;
}
