// What is not matter: forces, contacts, centre of mass, support polygon, points of balance.

import {
  BufferAttribute, BufferGeometry, CylinderGeometry, ConeGeometry, DoubleSide, Group, Line, LineBasicMaterial, LineDashedMaterial,
  LineLoop, Mesh, MeshBasicMaterial, Object3D, Quaternion, RingGeometry, SphereGeometry, Vector3, CircleGeometry,
} from "three";
import type { Flat } from "./hull";
import type { Look } from "./look";

const UP = new Vector3(0, 1, 0);
/** Drawn this much above the floor, so that they do not flicker with it [m]. */
const LIFT = 0.004;

export type Mark = "forces" | "contacts" | "com" | "polygon" | "capture" | "moment";

class Arrow extends Object3D {
  private readonly shaft: Mesh;
  private readonly tip: Mesh;

  constructor(material: MeshBasicMaterial) {
    super();
    this.shaft = new Mesh(new CylinderGeometry(0.009, 0.009, 1, 12).translate(0, 0.5, 0), material);
    this.tip = new Mesh(new ConeGeometry(0.026, 0.07, 16).translate(0, 0.035, 0), material);
    this.add(this.shaft, this.tip);
  }

  show(from: Vector3, along: Vector3): void {
    const length = along.length();
    this.visible = length > 0.01;
    if (!this.visible) return;
    this.position.copy(from);
    this.quaternion.copy(new Quaternion().setFromUnitVectors(UP, along.clone().divideScalar(length)));
    const tip = Math.min(0.07, length);
    this.shaft.scale.y = Math.max(1e-3, length - tip);
    this.tip.position.y = length - tip;
    this.tip.scale.setScalar(tip / 0.07);
  }
}

export class Marks {
  readonly group = new Group();
  readonly shown: Record<Mark, boolean> = { forces: true, contacts: true, com: true, polygon: true, capture: true, moment: true };
  private readonly paints: Record<string, (MeshBasicMaterial | LineBasicMaterial | LineDashedMaterial)[]> = {};
  private readonly arrows: Arrow[];
  private readonly com: Mesh;
  private readonly drop: Line;
  private readonly below: Mesh;
  private readonly capture: Mesh;
  private readonly moment: Mesh;
  private readonly area: Mesh;
  private readonly edge: LineLoop;
  private readonly spots: Mesh[];

  constructor(look: Look) {
    const solid = (name: keyof Look, opacity = 1): MeshBasicMaterial => {
      const m = new MeshBasicMaterial({ transparent: opacity < 1, opacity, side: DoubleSide, depthWrite: opacity === 1, toneMapped: false });
      (this.paints[name] ??= []).push(m);
      return m;
    };
    const line = <T extends LineBasicMaterial | LineDashedMaterial>(name: keyof Look, m: T): T => {
      (this.paints[name] ??= []).push(m);
      return m;
    };
    const force = solid("force");
    force.depthTest = false; // most of it is inside the leg that it pushes
    this.arrows = [new Arrow(force), new Arrow(force)];
    this.arrows.forEach((a) => a.children.forEach((c) => (c.renderOrder = 4)));
    const com = solid("com");
    this.com = new Mesh(new SphereGeometry(0.028, 24, 16), com);
    com.depthTest = false; // inside the trunk, and to be seen
    this.com.renderOrder = 5;
    this.below = new Mesh(new RingGeometry(0.016, 0.024, 32), com);
    this.drop = new Line(
      new BufferGeometry().setFromPoints([new Vector3(), new Vector3(0, 0, 1)]),
      line("com", new LineDashedMaterial({ dashSize: 0.02, gapSize: 0.02, depthTest: false })),
    );
    this.drop.computeLineDistances();
    this.drop.renderOrder = 5;
    this.capture = new Mesh(new RingGeometry(0.018, 0.032, 4), solid("capture"));
    this.moment = new Mesh(new CircleGeometry(0.016, 24), solid("moment"));
    this.area = new Mesh(new BufferGeometry(), solid("polygon", 0.22));
    this.edge = new LineLoop(new BufferGeometry(), line("polygon", new LineBasicMaterial()));
    for (const flat of [this.area, this.edge]) flat.frustumCulled = false;
    this.area.geometry.setAttribute("position", new BufferAttribute(new Float32Array(64 * 3), 3));
    this.edge.geometry.setAttribute("position", new BufferAttribute(new Float32Array(64 * 3), 3));
    this.area.geometry.setIndex(Array.from({ length: 62 }, (_, i) => [0, i + 1, i + 2]).flat());
    const [left, right] = [solid("left"), solid("right")];
    this.spots = [left, left, right, right].map((m) => new Mesh(new CircleGeometry(0.02, 24), m));
    this.group.add(...this.arrows, this.com, this.below, this.drop, this.capture, this.moment, this.area, this.edge, ...this.spots);
    this.group.children.forEach((c) => (c.visible = false));
    this.paint(look);
  }

  paint(look: Look): void {
    for (const [name, materials] of Object.entries(this.paints)) materials.forEach((m) => m.color.set(look[name as keyof Look]));
  }

  hideAll(): void {
    this.group.children.forEach((c) => (c.visible = false));
  }

  force(side: number, from: Vector3 | null, along: Vector3): void {
    const arrow = this.arrows[side];
    if (!arrow) return;
    arrow.visible = from !== null && this.shown.forces;
    if (from && this.shown.forces) arrow.show(from, along);
  }

  centre(at: Vector3, floor: number): void {
    for (const m of [this.com, this.below, this.drop]) m.visible = this.shown.com;
    this.com.position.copy(at);
    this.below.position.set(at.x, at.y, floor + 2 * LIFT);
    this.drop.position.set(at.x, at.y, floor);
    this.drop.scale.z = Math.max(1e-3, at.z - floor);
  }

  point(which: "capture" | "moment", at: Flat | null, floor: number): void {
    const mesh = this[which];
    mesh.visible = at !== null && this.shown[which];
    if (at) mesh.position.set(at[0], at[1], floor + 2.5 * LIFT);
  }

  contact(part: number, at: Vector3 | null): void {
    const spot = this.spots[part];
    if (!spot) return;
    spot.visible = at !== null && this.shown.contacts;
    if (at) spot.position.set(at.x, at.y, at.z + 1.5 * LIFT);
  }

  support(polygon: Flat[], floor: number): void {
    const visible = polygon.length >= 3 && this.shown.polygon;
    this.area.visible = this.edge.visible = visible;
    if (!visible) return;
    const points = polygon.slice(0, 64);
    for (const shape of [this.area, this.edge]) {
      const at = shape.geometry.getAttribute("position") as BufferAttribute;
      points.forEach((p, i) => at.setXYZ(i, p[0], p[1], floor + LIFT));
      at.needsUpdate = true;
    }
    this.area.geometry.setDrawRange(0, 3 * (points.length - 2));
    this.edge.geometry.setDrawRange(0, points.length);
  }
}
