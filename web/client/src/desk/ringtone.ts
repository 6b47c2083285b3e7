// The ringtone, synthesised: two soft tones, twice, every three seconds.

const LOUDEST = 0.17; // of a tone, at 100 percent

export class Ringtone {
  private context: AudioContext | null = null;
  private timer = 0;
  private knocks = false;

  /** `volume` is in percent; `device` names the loudspeaker, "" is the system's. */
  constructor(
    private volume: () => number,
    private device: () => string,
  ) {}

  /** Ring, or knock once softly every three seconds. */
  start(knocks = false): void {
    if (this.timer) return;
    this.knocks = knocks;
    this.context ??= new AudioContext();
    // Before the first click on a page the browser blocks sound; the desk shows the call anyhow.
    void this.context.resume();
    // Not in every browser: then the system's loudspeaker rings.
    const sink = this.context as AudioContext & { setSinkId?: (id: string) => Promise<void> };
    void sink.setSinkId?.(this.device()).catch(() => undefined);
    this.ring();
    this.timer = window.setInterval(() => this.ring(), 3000);
  }

  stop(): void {
    window.clearInterval(this.timer);
    this.timer = 0;
  }

  private ring(): void {
    const context = this.context;
    if (!context || context.state !== "running") return;
    const share = this.knocks ? 0.25 : 1;
    for (const [after, pitch] of [
      [0, 660],
      [0.22, 880],
      [0.6, 660],
      [0.82, 880],
    ] as const) {
      if (this.knocks && after > 0.22) return;
      const at = context.currentTime + after;
      const tone = context.createOscillator();
      const loudness = context.createGain();
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0, at);
      loudness.gain.linearRampToValueAtTime(Math.max(0.001, (LOUDEST * share * this.volume()) / 100), at + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
      tone.connect(loudness).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.22);
    }
  }
}
