/**
 * An ear at the loudspeaker: `heard` are all sounds of the page as they were started and ended, on the clock of their context;
 * `loudness()` is how loud each side really was, a value per 1024 samples.
 */
window.heard = [];
const levels = [];
const ears = new WeakMap();
const connect = AudioNode.prototype.connect;

function ear(context) {
  if (ears.has(context)) return ears.get(context);
  const made = context.createScriptProcessor(1024, 2, 1);
  made.channelCountMode = "explicit";
  made.addEventListener("audioprocess", ({ inputBuffer, playbackTime }) => {
    const side = (n) => Math.hypot(...inputBuffer.getChannelData(n)) / 32;
    levels.push([playbackTime, side(0), side(1)]);
  });
  connect.call(made, context.destination);
  ears.set(context, made);
  console.debug("ear laid");
  return made;
}

AudioNode.prototype.connect = function (to, ...rest) {
  if (to === this.context.destination) connect.call(this, ear(this.context));
  return connect.call(this, to, ...rest);
};

for (const [kind, source] of [["clip", AudioBufferSourceNode], ["tone", OscillatorNode]]) {
  const start = source.prototype.start;
  source.prototype.start = function (at = 0, ...rest) {
    const sound = { kind, at, ms: Math.round((this.buffer?.duration ?? 0) * 1000), ended: null };
    window.heard.push(sound);
    this.addEventListener("ended", () => (sound.ended = this.context.currentTime));
    return start.call(this, at, ...rest);
  };
}

window.loudness = () => levels;
