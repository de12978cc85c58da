/** Choices that a page holds without scrolling, by layout. */
export const SIZES = {
  portrait: { institutions: 10, services: 6, quick: 4, situations: 8, choices: 5 },
  "portrait-low": { institutions: 6, services: 4, quick: 4, situations: 6, choices: 3 },
  "portrait-large": { institutions: 5, services: 4, quick: 3, situations: 4, choices: 3 },
  "portrait-large-low": { institutions: 3, services: 2, quick: 2, situations: 2, choices: 1 },
  landscape: { institutions: 9, services: 6, quick: 4, situations: 8, choices: 4 },
  "landscape-large": { institutions: 4, services: 4, quick: 2, situations: 4, choices: 2 },
};

const LONG = 70;

/** In larger type, or with a second language, a page with a long name holds half as many. */
export const crowdedIn = (layout, language) => (services) =>
  (layout.includes("large") || (language !== "lv" && layout.includes("low"))) &&
  services.some((one) => Math.max(...Object.values(one.name).map((name) => name.length)) > LONG);
