// A robot to look at: the surface of each body, placed by a pose.

import {
  BufferGeometry, Color, Group, InterleavedBuffer, InterleavedBufferAttribute, Mesh,
  MeshStandardMaterial, Object3D, Uint32BufferAttribute, Vector3,
} from "three";
import { Pose } from "./kinematics";
import type { PartInfo, RobotInfo } from "./model";

/** The pieces of a surface as the graphics card takes them. */
function geometry(part: PartInfo, bytes: ArrayBuffer): BufferGeometry {
  const made = new BufferGeometry();
  const places = new InterleavedBuffer(new Int16Array(bytes, part.corners_at, part.corners * 6), 6);
  const normals = new InterleavedBuffer(new Int8Array(bytes, part.corners_at, part.corners * 12), 12);
  made.setAttribute("position", new InterleavedBufferAttribute(places, 3, 0, true));
  made.setAttribute("normal", new InterleavedBufferAttribute(normals, 3, 8, true));
  made.setIndex(new Uint32BufferAttribute(new Uint32Array(bytes, part.indices_at, part.indices), 1));
  return made;
}

/** Shared by all figures of one robot. */
export class Surface {
  readonly geometries: BufferGeometry[];

  constructor(
    readonly robot: RobotInfo,
    bytes: ArrayBuffer,
  ) {
    this.geometries = robot.parts.map((part) => geometry(part, bytes));
  }
}

export class Figure {
  readonly group = new Group();
  readonly pose: Pose;
  private readonly bodies: Object3D[];
  private readonly materials: MeshStandardMaterial[] = [];

  /** A figure in the robot's own colours, or all in one that lets things through. */
  constructor(surface: Surface, ghost: string | null) {
    this.pose = new Pose(surface.robot);
    this.bodies = surface.robot.bodies.map(() => new Object3D());
    this.bodies.forEach((b) => {
      b.matrixAutoUpdate = false;
      this.group.add(b);
    });
    surface.robot.parts.forEach((part, i) => {
      const [r, g, b, a] = part.rgba;
      const material = new MeshStandardMaterial({
        color: ghost ? new Color(ghost) : new Color(r, g, b).convertSRGBToLinear(),
        roughness: 0.62,
        metalness: 0.05,
        transparent: ghost !== null || a < 1,
        opacity: ghost ? 0.45 : a,
      });
      this.materials.push(material);
      const mesh = new Mesh(surface.geometries[i], material);
      mesh.castShadow = true;
      mesh.receiveShadow = ghost === null;
      mesh.position.set(...part.center);
      mesh.scale.setScalar(part.half);
      // The numbers are in a cube of one; three.js would look for them all to know the reach.
      mesh.frustumCulled = false;
      this.bodies[part.body]?.add(mesh);
    });
  }

  /** Shows the pose as it now is. */
  apply(): void {
    this.bodies.forEach((body, i) => {
      this.pose.matrix(i, body.matrix);
      body.matrixWorldNeedsUpdate = true;
    });
  }

  /** Where the base is. */
  base(): Vector3 {
    return this.pose.position[0]!;
  }

  paint(ghost: string): void {
    this.materials.forEach((m) => m.color.set(ghost));
  }
}
