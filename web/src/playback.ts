// Which frame is shown, and how time goes on.

export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4] as const;

export class Playback {
  frame = 0;
  playing = false;
  speed = 1;
  loop = true;
  /** The direction of time last moved in: where to read ahead. */
  heading = 1;
  private rest = 0;

  constructor(
    readonly rate: number,
    public length: number,
  ) {}

  /** Goes to a frame, as near as there is one. */
  seek(frame: number): void {
    const to = Math.min(Math.max(0, Math.round(frame)), Math.max(0, this.length - 1));
    this.heading = to >= this.frame ? 1 : -1;
    this.frame = to;
    this.rest = 0;
  }

  /** Stops, and goes some frames on or back. */
  step(frames: number): void {
    this.playing = false;
    this.seek(this.frame + frames);
  }

  toggle(): void {
    this.playing = !this.playing;
    if (this.playing && !this.loop && this.frame >= this.length - 1) this.seek(0);
  }

  faster(by: number): void {
    const at = SPEEDS.findIndex((s) => s >= this.speed);
    this.speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + by))] ?? 1;
  }

  /** Time passes; frames that are not there yet are waited for. */
  pass(seconds: number, there: (frame: number) => boolean): void {
    if (!this.playing || this.length < 2) return;
    this.rest += seconds * this.speed * this.rate;
    const whole = Math.floor(this.rest);
    if (whole < 1) return;
    let to = this.frame + whole;
    if (to >= this.length) {
      if (!this.loop) {
        this.playing = false;
        to = this.length - 1;
      } else to %= this.length;
    }
    if (!there(to)) {
      this.rest = 0;
      return;
    }
    this.rest -= whole;
    this.heading = 1;
    this.frame = to;
  }
}
