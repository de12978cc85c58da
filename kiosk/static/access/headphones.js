/** Headphones as the browser sees them, for a machine whose plug the kiosk program cannot read. */

const outputs = async () => (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "audiooutput").length;

/** Calls `onPlug(plugged)` when a sound output comes or goes. */
export function headphones(onPlug) {
  if (!navigator.mediaDevices) return;
  let before = outputs();
  navigator.mediaDevices.addEventListener("devicechange", async () => {
    const [was, is] = [await before, await outputs()];
    before = Promise.resolve(is);
    if (is !== was) onPlug(is > was);
  });
}
