// Fetching: the index once, everything else in pieces around what is looked at.

import type { Episode, Findings, Index, Row } from "./model";

/** Pieces kept in memory; the one used longest ago goes first. */
const MOST_PIECES = 64;

async function json<T>(address: string): Promise<T> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(await reason(answer, address));
  return (await answer.json()) as T;
}

async function numbers(address: string): Promise<Float32Array> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(await reason(answer, address));
  return new Float32Array(await answer.arrayBuffer());
}

async function reason(answer: Response, address: string): Promise<string> {
  try {
    const said = (await answer.json()) as { error?: string };
    if (said.error) return said.error;
  } catch {
    // No words of ours: the status must do.
  }
  return `${address}: ${answer.status} ${answer.statusText}`;
}

/** Keeps promises by name, and what they gave. */
class Kept<T> {
  private readonly known = new Map<string, { value: T | null; failed: boolean }>();

  constructor(
    private readonly most: number,
    private readonly fetcher: (name: string) => Promise<T>,
    private readonly told: (failed: string | null) => void,
  ) {}

  /** What is there now; what is not is sent for. */
  get(name: string): T | null {
    const found = this.known.get(name);
    if (found) {
      this.known.delete(name);
      this.known.set(name, found);
      return found.value;
    }
    const entry: { value: T | null; failed: boolean } = { value: null, failed: false };
    this.known.set(name, entry);
    for (const old of this.known.keys()) {
      if (this.known.size <= this.most) break;
      this.known.delete(old);
    }
    this.fetcher(name).then(
      (value) => {
        entry.value = value;
        this.told(null);
      },
      (error: unknown) => {
        entry.failed = true;
        this.told(error instanceof Error ? error.message : String(error));
      },
    );
    return null;
  }

  /** What is there now, without sending for it. */
  peek(name: string): T | null {
    return this.known.get(name)?.value ?? null;
  }
}

/** Everything that can be asked for. */
export class Data {
  private readonly frames: Kept<Float32Array>;
  private readonly people: Kept<Float32Array>;
  private readonly pages: Kept<Row[]>;
  private readonly details: Kept<Episode>;
  private readonly checks: Kept<Findings>;
  /** First number of each stream in a frame, and all numbers of a frame behind them. */
  readonly offsets: number[];

  private constructor(
    readonly index: Index,
    told: (failed: string | null) => void,
  ) {
    this.frames = new Kept(MOST_PIECES, numbers, told);
    this.people = new Kept(MOST_PIECES, numbers, told);
    this.pages = new Kept(MOST_PIECES, (a) => json<Row[]>(a), told);
    this.details = new Kept(MOST_PIECES, (a) => json<Episode>(a), told);
    this.checks = new Kept(MOST_PIECES, (a) => json<Findings>(a), told);
    this.offsets = [0];
    for (const stream of index.streams) this.offsets.push((this.offsets.at(-1) ?? 0) + stream.dims.length);
  }

  /** Reads the index; `told` hears of everything that arrives, and of what fails. */
  static async open(told: (failed: string | null) => void): Promise<Data> {
    return new Data(await json<Index>("data/index.json"), told);
  }

  /** The robot's surface. */
  static async surface(): Promise<ArrayBuffer> {
    const answer = await fetch("data/robot.bin");
    if (!answer.ok) throw new Error(await reason(answer, "data/robot.bin"));
    return answer.arrayBuffer();
  }

  row(episode: number): Row | null {
    const size = this.index.episodes_a_page;
    return this.pages.get(`data/episodes/${Math.floor(episode / size)}.json`)?.[episode % size] ?? null;
  }

  episode(episode: number): Episode | null {
    return this.details.get(`data/episode/${episode}.json`);
  }

  findings(episode: number): Findings | null {
    return this.index.findings ? this.checks.get(`data/episode/${episode}/findings.json`) : null;
  }

  private address(episode: number, what: "frames" | "human", piece: number): string {
    return `data/episode/${episode}/${what}/${piece}.bin`;
  }

  /** Sends for the pieces around a frame: the one it is in, and the next in the direction of time. */
  want(episode: number, length: number, frame: number, human: boolean, ahead: number): void {
    const size = this.index.piece_frames;
    const first = Math.floor(frame / size);
    const reach = frame % size > size / 2 ? 1 : 0;
    for (const piece of [first, first + Math.sign(ahead || 1), first + (reach ? 1 : -1)]) {
      if (piece < 0 || piece * size >= length) continue;
      this.frames.get(this.address(episode, "frames", piece));
      if (human) this.people.get(this.address(episode, "human", piece));
    }
  }

  /** Whether a frame is there. */
  has(episode: number, frame: number): boolean {
    return this.frames.peek(this.address(episode, "frames", Math.floor(frame / this.index.piece_frames))) !== null;
  }

  /** The numbers of a stream at a frame, where they are there. The view is valid until the next call. */
  at(episode: number, length: number, stream: number, frame: number): Float32Array | null {
    const size = this.index.piece_frames;
    const piece = Math.floor(frame / size);
    const values = this.frames.peek(this.address(episode, "frames", piece));
    const width = this.index.streams[stream]?.dims.length;
    const offset = this.offsets[stream];
    if (!values || width === undefined || offset === undefined || frame >= length) return null;
    const count = Math.min(size, length - piece * size);
    const start = offset * count + (frame - piece * size) * width;
    return values.subarray(start, start + width);
  }

  /** The person's joints at a frame: x y z of each. */
  person(episode: number, joints: number, frame: number): Float32Array | null {
    const size = this.index.piece_frames;
    const piece = Math.floor(frame / size);
    const values = this.people.peek(this.address(episode, "human", piece));
    const start = (frame - piece * size) * joints * 3;
    return values && start + joints * 3 <= values.length ? values.subarray(start, start + joints * 3) : null;
  }
}
