/** The visit to the screen: what one visitor has chosen so far, and how their slip is doing. Values and rules, no drawing. */

const NO_JOB_MS = 20_000;
const COPY_MS = 30_000;

/** A new visitor: Latvian, ordinary size and colours, nothing chosen. */
export const fresh = () => ({
  screen: "start",
  institution: null,
  group: null,
  situation: null,
  service: null,
  picked: [],
  basket: [],
  called: null,
  wifi: null,
  needs: [],
  page: 0,
  trail: [],
  query: "",
  code: "",
  misread: false,
  language: "lv",
  large: false,
  contrast: false,
  low: false,
  sound: false,
  pending: null,
  ids: {},
  ticket: null,
  issued: 0,
  asked: false,
  said: null,
  saidAt: 0,
  refusal: null,
});

/** Whether somebody has begun: only then is there anything to lose by going back to the start. */
export const begun = (session) =>
  session.screen !== "start" || session.language !== "lv" || session.large || session.contrast || session.low || session.sound;

/** What of a session is a place that "Back" leads to. */
export const placeOf = ({ screen, institution, group, situation, service, page, query }) => ({
  screen, institution, group, situation, service, page, query,
});

/**
 * What the ticket screen says of the paper: "printing", "take", "ask" (nobody knows), "valid" (asked, no answer; or no slip
 * was made at all) or "nopaper". `said` is the visitor's answer to the question: "yes", "no", "silent" or null.
 */
export function paperOf({ jobs, printer }, { ticket, asked, said, saidAt, issued }, now) {
  const job = jobs[ticket.visit];
  if (job === "printed") return "take";
  if (job === "unconfirmed" || (job === "failed" && asked)) {
    if (said === "yes") return "take";
    if (said === "no" && now - saidAt < COPY_MS) return "printing";
    return said === "silent" || job === "failed" ? "valid" : "ask";
  }
  if (job === "expired" || job === "failed") return "nopaper";
  if (job !== "printing" && !printer.can_print) return "nopaper";
  return job || now - issued < NO_JOB_MS ? "printing" : "valid";
}
