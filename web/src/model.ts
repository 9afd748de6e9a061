// What the data say, word for word: docs/view.md describes each name.

export type Vec3 = [number, number, number];

/** A feature of a frame: its name and what each of its values is. */
export interface Stream {
  name: string;
  dims: string[];
}

/** Columns of a stream in an order of ours; null where a joint has none. */
export interface Bound {
  feature: number;
  columns: (number | null)[];
}

export interface Layout {
  joints: string[];
  state: Bound | null;
  action: Bound | null;
  velocity: Bound | null;
  effort: Bound | null;
  effort_measured: boolean;
  root: Bound | null;
  contact: Bound | null;
  com: Bound | null;
}

export interface BodyInfo {
  name: string;
  parent: number | null;
  position: Vec3;
  wxyz: [number, number, number, number];
  mass: number;
  com: Vec3;
  joints: number[];
}

export interface JointInfo {
  name: string;
  kind: "hinge" | "slide";
  axis: Vec3;
  anchor: Vec3;
  range: [number, number] | null;
  velocity_limit: number | null;
  effort_limit: number | null;
}

export interface SoleInfo {
  body: number;
  balls: [number, number, number, number][];
  heel: number[];
  toe: number[];
}

export interface PartInfo {
  body: number;
  rgba: [number, number, number, number];
  center: Vec3;
  half: number;
  corners: number;
  corners_at: number;
  indices: number;
  indices_at: number;
}

export interface RobotInfo {
  name: string;
  licence: string | null;
  source: string | null;
  mass: number;
  standing_height: number;
  bodies: BodyInfo[];
  joints: JointInfo[];
  rest: number[];
  poses: Record<string, number[]>;
  soles: SoleInfo[];
  parts: PartInfo[];
}

export interface Index {
  schema: string;
  kind: "dataset" | "clip" | "robot";
  name: string;
  version: string | null;
  robot_type?: string | null;
  rate_hz: number;
  episodes: number;
  frames: number;
  streams: Stream[];
  layout: Layout | null;
  cameras: string[];
  notes: string[];
  troubles: string[];
  findings: boolean;
  piece_frames: number;
  episodes_a_page: number;
  robot: RobotInfo | null;
}

export interface Row {
  index: number;
  length: number;
  task: string | null;
  kind: string | null;
  name: string | null;
}

export interface Segment {
  start: number;
  end: number;
  label: string;
}

export interface Video {
  camera: string | null;
  address: string | null;
  from_s: number;
  to_s: number | null;
}

export interface HumanInfo {
  joints: string[];
  parents: (number | null)[];
  floor: number;
  scale: number;
  length: number;
}

export interface Episode extends Row {
  segments: Segment[] | null;
  notes: { code: string; level: string; message: string }[] | null;
  source: { name: string | null; format: string | null; licence: string | null; rate_hz: number | null };
  videos: Video[];
  human: HumanInfo | null;
}

export interface Finding {
  code: string;
  word: string;
  severity: "defect" | "risk";
  from: number | null;
  to: number | null;
  what: string;
  measured: number | null;
  limit: number | null;
  unit: string;
  says: string;
  why: string;
  todo: string;
}

export interface Findings {
  findings: Finding[];
  not_checked: { code: string; why: string }[];
  more: number;
  error?: string;
}
