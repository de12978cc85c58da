"""The signs over counters: what they show, how it is said in bytes, and the serial line that carries them."""
