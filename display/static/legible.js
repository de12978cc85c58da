/**
 * How large things are on a screen, so that the farthest seat can read a call: pure arithmetic in design units. One unit is a
 * pixel of the 1920 x 1080 (upright: 1080 x 1920) design; board.css calls it `--u`.
 */

/** Height of a capital or digit of IBM Plex Sans, in em. */
export const CAP = 0.698;

/** Width of the widest ordinary number (M120, bold), in em. */
const WIDE = 2.65;

const GAP = 40;
const SIDE = 60;
const HEADING = 60;
const NOTICE = 96;
const WAITING = 96;
const BETWEEN = 24;
const LYING = { width: 1920, height: 1080, header: 108, tiles: 260, page: 7 };
const UPRIGHT = { width: 1080, height: 1920, header: 150, tiles: 456, page: 6 };

/** What a block of one call has beside its number: label, sentence and counter, and the space around them. */
const AROUND = 360;
const AROUND_FLAT = 216;

/** Queues are shown where the seats are near enough to read them: on 43 to 55 inches up to 4 m, on more in proportion. */
const nearEnough = (inches, metres) => inches > 32 && metres <= Math.max(4, inches / 13.75) + 0.01;

/** Metres to the farthest seat, of the height in mm that a capital must have to be seen at 0.7 degrees. */
const metresOf = (capMm) => capMm / (2000 * Math.tan((0.35 * Math.PI) / 180));

/** The least type size, in units, whose capitals are `capMm` high on a screen of this many pixels and inches. */
export function least({ width, height, inches, capMm }) {
  const pxPerMm = Math.hypot(width, height) / (inches * 25.4);
  return (capMm * pxPerMm) / unit(width, height) / CAP;
}

const isUpright = (width, height) => height > width;

/** Pixels of one design unit. */
export function unit(width, height) {
  const design = isUpright(width, height) ? UPRIGHT : LYING;
  return Math.min(width / design.width, height / design.height);
}

/**
 * The layout of a board in a window of `width` x `height` pixels. `screen` is one of the view's, or nothing: then the queues are
 * shown and nothing is enlarged. `wide` is the width of the widest number in em, `notice` whether there is a line of
 * notices, `waiting` whether there is one of calls that wait for their place.
 *
 * Answers {upright, tiles, page (queues at once), beside (block and list side by side), recents, recent (type size of the
 * list), columns, aside (width of the list), call (tallest size of a single number), bands (calls at once), band (tallest size
 * of a number in each number of bands), fits}; sizes in units.
 */
export function legible({ width, height, screen, wide = 0, notice = false, waiting = false }) {
  const upright = isUpright(width, height);
  const design = upright ? UPRIGHT : LYING;
  const u = unit(width, height);
  const room = { upright, w: width / u - 2 * SIDE, h: height / u - design.header - (notice ? NOTICE : 0), wide: Math.max(WIDE, wide) };
  const need = screen ? { size: least({ width, height, inches: screen.inches, capMm: screen.cap_mm }) } : { size: 0 };
  const wanted = wantsTiles(screen);
  const fixed = screen && screen.layout !== "auto";
  const arrangements = upright ? standing : lying;
  const options = (fixed || !wanted ? [wanted] : [true, false]).flatMap((tiles) =>
    arrangements({ ...room, h: room.h - (tiles ? design.tiles : GAP) - (waiting ? WAITING : 0) }, need.size, tiles),
  );
  const chosen = options.find((one) => one.fits) ?? options.at(-1);
  return { ...chosen, ...bandsOf(room, need.size), upright, page: design.page };
}

function wantsTiles(screen) {
  if (!screen || screen.layout === "full") return true;
  return screen.layout === "auto" && nearEnough(screen.inches, metresOf(screen.cap_mm));
}

/** Size of the list's type: as designed, or half of what a call needs. */
const listSize = (tiles, size) => Math.max(tiles ? 104 : 128, size / 2);

/** Width of a row of the list, in its own em: number, arrow, counter and the gaps between. */
const rowEms = (wide) => wide + 2.1;

/** On a screen that lies: the list beside the block; where the call needs the whole width, under it in two rows or one or not at all. */
function lying({ w, h, wide }, size, tiles) {
  const recent = listSize(tiles, size);
  const aside = Math.max(580, recent * rowEms(wide));
  const rows = Math.min(tiles ? 4 : 6, Math.floor((h - HEADING) / (recent * 1.08)));
  const width = w - GAP - aside;
  const beside = { beside: true, tiles, recent, aside, columns: 1, recents: rows, call: (h - AROUND) / 0.86 };
  const under = [2, 1, 0].map((lines) => {
    const columns = Math.max(1, Math.floor((w + SIDE) / (recent * rowEms(wide) + SIDE)));
    const call = (h - (lines && 30 + HEADING + lines * recent * 1.08) - AROUND_FLAT) / 0.78;
    return { beside: false, tiles, recent, aside: 0, columns, recents: Math.min(6, lines * columns), call };
  });
  return [
    { ...beside, fits: rows >= 3 && Math.min(beside.call, (width - 120) / wide) >= size },
    ...under.map((one) => ({ ...one, fits: Math.min(one.call, (w - 120 - SIDE) / (wide + 0.72)) >= size })),
  ];
}

/** On a screen that stands: block above list, as many rows as leave the number as wide as the screen. */
function standing({ w, h, wide }, size, tiles) {
  const recent = Math.min(listSize(tiles, size), w / rowEms(wide));
  const widest = (w - 50) / wide;
  const most = tiles ? 4 : 6;
  return Array.from({ length: most }, (_, i) => most - i).map((recents) => {
    const call = (h - 30 - HEADING - recents * recent * 1.17 - AROUND) / 0.86;
    const number = Math.min(call, widest);
    return { beside: false, tiles, recent, aside: 0, columns: 1, recents, call, fits: number >= Math.min(Math.max(size, 340), widest) };
  });
}

/** Calls at once: as many as stay legible, three at most. They have the place of the queues, and a line under them. */
function bandsOf({ upright, w, h, wide }, size) {
  const band = [1, 2, 3].map((n) => {
    const height = (h - WAITING - GAP - (n - 1) * BETWEEN) / n;
    return upright ? (height - 260) / 0.86 : height * 0.95;
  });
  const widest = upright ? (w - 80) / wide : (w - 774) / wide;
  const fits = [3, 2].find((n) => Math.min(band[n - 1], widest) >= size);
  return { bands: fits ?? 1, band };
}
