// One episode on the stage: robot, person and marks at a frame, and the numbers that go with it.

import { Group, Quaternion, Vector3 } from "three";
import type { Data } from "./data";
import { Figure, type Surface } from "./figure";
import { type Flat, hull, margin } from "./hull";
import { Pose } from "./kinematics";
import type { Look } from "./look";
import { Marks } from "./marks";
import type { Bound, Episode } from "./model";
import { Person } from "./person";

const GRAVITY = 9.81;
/** Without contact flags, a point of a sole this near to the floor is taken to stand [m]. */
const STANDS = 0.015;
/** Where the person stands beside the robot [m]. */
const BESIDE = new Vector3(0.68, 0.55, 0);

export type HumanMode = "beside" | "over" | "off";

/** What is told in numbers at a frame. */
export interface Numbers {
  base: Vector3 | null;
  com: Vector3 | null;
  speed: number | null;
  margin: number | null;
  /** Whether the margin is the dataset's label, or computed here. */
  marginIs: "label" | "computed" | null;
  /** Upward force under each foot [N], where it is known. */
  load: (number | null)[];
  contacts: boolean[] | null;
  contactsBy: "flags" | "height" | null;
}

export class Actor {
  readonly group = new Group();
  readonly figure: Figure | null;
  readonly marks: Marks | null;
  person: Person | null = null;
  humanMode: HumanMode = "beside";
  detail: Episode | null = null;
  private readonly spare: Pose | null;
  private readonly streams: Map<string, number>;
  private readonly joints: Float64Array;
  private readonly scratch = new Vector3();

  constructor(
    private readonly data: Data,
    readonly episode: number,
    readonly length: number,
    surface: Surface | null,
    look: Look,
    ghost: boolean,
  ) {
    this.figure = surface && data.index.layout?.state ? new Figure(surface, ghost ? look.second : null) : null;
    this.spare = this.figure ? new Pose(this.figure.pose.robot) : null;
    this.marks = this.figure && !ghost ? new Marks(look) : null;
    this.streams = new Map(data.index.streams.map((s, i) => [s.name, i]));
    this.joints = new Float64Array(data.index.robot?.joints.length ?? 0);
    if (this.figure) this.group.add(this.figure.group);
    if (this.marks) this.group.add(this.marks.group);
  }

  /** What is known of the episode has arrived. */
  know(detail: Episode, look: Look): void {
    if (this.detail) return;
    this.detail = detail;
    if (detail.human) {
      this.person = new Person(detail.human, look.human);
      this.group.add(this.person.group);
    }
  }

  paint(look: Look, ghost: boolean): void {
    if (ghost) this.figure?.paint(look.second);
    this.marks?.paint(look);
    this.person?.paint(look.human);
  }

  private values(stream: number, frame: number): Float32Array | null {
    return this.data.at(this.episode, this.length, stream, frame);
  }

  private named(name: string, frame: number): Float32Array | null {
    const stream = this.streams.get(name);
    return stream === undefined ? null : this.values(stream, frame);
  }

  /** A joint-wise quantity at a frame, in the robot's order. */
  bound(bound: Bound | null | undefined, frame: number): (number | null)[] | null {
    const values = bound ? this.values(bound.feature, frame) : null;
    return values && bound ? bound.columns.map((c) => (c === null ? null : (values[c] ?? null))) : null;
  }

  /** One number of a stream at a frame, where it is here. */
  value(stream: number, column: number, frame: number): number | null {
    return this.values(stream, frame)?.[column] ?? null;
  }

  /** Left heel, left toe, right heel, right toe by the data's flags at a frame, where they are here. */
  contacts(frame: number): boolean[] | null {
    return this.bound(this.data.index.layout?.contact, frame)?.map((v) => (v ?? 0) > 0.5) ?? null;
  }

  private valid(group: string, frame: number): boolean {
    const stream = this.streams.get("label.valid");
    if (stream === undefined) return true;
    const at = this.data.index.streams[stream]!.dims.indexOf(group);
    return at < 0 || this.values(stream, frame)?.[at] === 1;
  }

  private place(pose: Pose, frame: number): boolean {
    const layout = this.data.index.layout;
    const state = this.bound(layout?.state, frame);
    if (!state || !layout) return false;
    const robot = pose.robot;
    for (let j = 0; j < this.joints.length; j++) this.joints[j] = state[j] ?? robot.rest[j] ?? 0;
    const root = this.bound(layout.root, frame);
    const base = this.scratch.set(0, 0, robot.standing_height);
    const turned = new Quaternion();
    if (root && root.every((v) => v !== null && Number.isFinite(v))) {
      const [x, y, z, w, i, j, k] = root as number[];
      base.set(x!, y!, z!);
      turned.set(i!, j!, k!, w!);
      if (turned.lengthSq() < 1e-6) turned.identity();
      turned.normalize();
    }
    pose.update(base, turned, this.joints);
    return true;
  }

  /** Shows a frame; null while its numbers are on their way. */
  show(frame: number): Numbers | null {
    const numbers: Numbers = {
      base: null, com: null, speed: null, margin: null, marginIs: null, load: [null, null], contacts: null, contactsBy: null,
    };
    const arrived = this.data.has(this.episode, frame);
    if (this.figure && arrived && this.place(this.figure.pose, frame)) {
      this.figure.apply();
      numbers.base = this.figure.base().clone();
      this.balance(this.figure.pose, frame, numbers);
    }
    this.showPerson(frame);
    return arrived || this.person ? numbers : null;
  }

  private showPerson(frame: number): void {
    const person = this.person;
    if (!person) return;
    person.group.visible = this.humanMode !== "off" || !this.figure;
    const at = this.data.person(this.episode, person.info.joints.length, Math.min(frame, person.info.length - 1));
    if (!at) return;
    person.update(at);
    const scale = this.figure ? person.info.scale : 1;
    person.group.scale.setScalar(scale);
    person.group.position.set(0, 0, -person.info.floor * scale);
    if (this.figure && this.humanMode === "beside") person.group.position.add(BESIDE);
  }

  private balance(pose: Pose, frame: number, out: Numbers): void {
    const layout = this.data.index.layout;
    const flags = this.bound(layout?.contact, frame);
    out.com = pose.com.clone();
    out.contactsBy = flags ? "flags" : "height";
    const down = [false, false, false, false];
    const stands: Vector3[] = [];
    const middles: (Vector3 | null)[] = [null, null, null, null];
    pose.robot.soles.forEach((sole, side) => {
      const points = sole.balls.map((ball) => {
        const p = pose.point(sole.body, ball, new Vector3());
        p.z -= ball[3];
        return p;
      });
      [sole.heel, sole.toe].forEach((ends, end) => {
        const part = 2 * side + end;
        const own = ends.map((i) => points[i]!);
        down[part] = flags ? (flags[part] ?? 0) > 0.5 : own.some((p) => p.z < STANDS);
        if (!down[part]) return;
        stands.push(...own);
        const middle = new Vector3();
        own.forEach((p) => middle.add(p));
        middles[part] = own.length ? middle.divideScalar(own.length) : null;
      });
      if (down[2 * side] && down[2 * side + 1]) stands.push(...points);
    });
    out.contacts = down;
    const floor = stands.length ? Math.min(...stands.map((p) => p.z)) : 0;
    const polygon = hull(stands.map((p): Flat => [p.x, p.y]));
    const velocity = this.velocity(frame);
    let capture: Flat | null = null;
    if (velocity) {
      out.speed = Math.hypot(velocity.x, velocity.y);
      // Pratt et al. 2006: c + v sqrt(z / g).
      const time = Math.sqrt(Math.max(0.1, out.com.z - floor) / GRAVITY);
      capture = [out.com.x + velocity.x * time, out.com.y + velocity.y * time];
    }
    const label = this.named("label.balance", frame);
    if (label && this.valid("capture_margin", frame)) {
      out.margin = label[2] ?? null;
      out.marginIs = "label";
    } else if (!label && capture) {
      out.margin = margin(polygon, capture);
      out.marginIs = "computed";
    }
    const wrench = this.named("label.foot_wrench", frame);
    const known = wrench !== null && this.valid("foot_wrench", frame);
    if (known && wrench) out.load = [wrench[2] ?? null, wrench[8] ?? null];
    const marks = this.marks;
    if (!marks) return;
    marks.hideAll();
    const weight = Math.max(1, pose.robot.mass * GRAVITY);
    pose.robot.soles.forEach((sole, side) => {
      const force = known && wrench ? new Vector3(...wrench.subarray(6 * side, 6 * side + 3)) : null;
      const from = new Vector3();
      sole.balls.forEach((b) => from.add(pose.point(sole.body, b, new Vector3()).addScaledVector(new Vector3(0, 0, 1), -b[3])));
      from.divideScalar(Math.max(1, sole.balls.length));
      // The arrow of a force as large as the weight is one metre long.
      if (force && force.length() > 1) marks.force(side, from, force.divideScalar(weight));
    });
    marks.centre(out.com, floor);
    marks.support(polygon, floor);
    marks.point("capture", capture, floor);
    marks.point("moment", label && this.valid("zero_moment_point", frame) ? [label[0] ?? NaN, label[1] ?? NaN] : null, floor);
    middles.forEach((m, part) => marks.contact(part, m));
  }

  /** How fast the centre of mass moves: the label, or differences of neighbouring frames. */
  private velocity(frame: number): Vector3 | null {
    const label = this.named("label.center_of_mass_velocity", frame);
    if (label && this.valid("center_of_mass_velocity", frame)) return new Vector3(label[0], label[1], label[2]);
    if (!this.spare || this.data.index.layout?.root == null) return null;
    const [a, b] = [Math.max(0, frame - 1), Math.min(this.length - 1, frame + 1)];
    if (a === b || !this.place(this.spare, a)) return null;
    const before = this.spare.com.clone();
    if (!this.place(this.spare, b)) return null;
    return this.spare.com.clone().sub(before).multiplyScalar(this.data.index.rate_hz / (b - a));
  }
}
