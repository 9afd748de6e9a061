// Where a robot's bodies are. The rule is MuJoCo's: a body's frame is its parent's, moved by its
// rest placement and then by its joints in order, each about or along its axis through its anchor.

import { Matrix4, Quaternion, Vector3 } from "three";
import type { RobotInfo } from "./model";

const turn = new Quaternion();
const arm = new Vector3();

/** A robot in one configuration. */
export class Pose {
  readonly position: Vector3[];
  readonly rotation: Quaternion[];
  readonly com = new Vector3();

  private readonly rest: { p: Vector3; q: Quaternion }[];
  private readonly axes: Vector3[];
  private readonly anchors: Vector3[];
  private readonly coms: Vector3[];
  private readonly mass: number;

  constructor(readonly robot: RobotInfo) {
    this.position = robot.bodies.map(() => new Vector3());
    this.rotation = robot.bodies.map(() => new Quaternion());
    this.rest = robot.bodies.map((b) => ({
      p: new Vector3(...b.position),
      q: new Quaternion(b.wxyz[1], b.wxyz[2], b.wxyz[3], b.wxyz[0]),
    }));
    this.axes = robot.joints.map((j) => new Vector3(...j.axis));
    this.anchors = robot.joints.map((j) => new Vector3(...j.anchor));
    this.coms = robot.bodies.map((b) => new Vector3(...b.com));
    this.mass = robot.bodies.reduce((sum, b) => sum + b.mass, 0);
  }

  /** Places everything for the base here and the joints there; what is no number counts as zero. */
  update(base: Vector3, turned: Quaternion, joints: ArrayLike<number>): void {
    this.com.set(0, 0, 0);
    this.robot.bodies.forEach((body, b) => {
      const p = this.position[b]!;
      const q = this.rotation[b]!;
      if (body.parent === null) {
        p.copy(base);
        q.copy(turned);
      } else {
        const rest = this.rest[b]!;
        q.copy(this.rotation[body.parent]!);
        p.copy(rest.p).applyQuaternion(q).add(this.position[body.parent]!);
        q.multiply(rest.q);
      }
      for (const j of body.joints) {
        const value = joints[j] ?? 0;
        if (!Number.isFinite(value) || value === 0) continue;
        const axis = this.axes[j]!;
        if (this.robot.joints[j]!.kind === "slide") {
          p.add(arm.copy(axis).applyQuaternion(q).multiplyScalar(value));
          continue;
        }
        const anchor = this.anchors[j]!;
        p.add(arm.copy(anchor).applyQuaternion(q));
        q.multiply(turn.setFromAxisAngle(axis, value));
        p.sub(arm.copy(anchor).applyQuaternion(q));
      }
      this.com.addScaledVector(arm.copy(this.coms[b]!).applyQuaternion(q).add(p), body.mass);
    });
    if (this.mass > 0) this.com.divideScalar(this.mass);
  }

  /** A point of a body in the world. */
  point(body: number, local: ArrayLike<number>, out: Vector3): Vector3 {
    return out
      .set(local[0] ?? 0, local[1] ?? 0, local[2] ?? 0)
      .applyQuaternion(this.rotation[body]!)
      .add(this.position[body]!);
  }

  /** The placement of a body as a matrix. */
  matrix(body: number, out: Matrix4): Matrix4 {
    return out.makeRotationFromQuaternion(this.rotation[body]!).setPosition(this.position[body]!);
  }
}
