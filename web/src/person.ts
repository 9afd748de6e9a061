// The human: a bone for each joint and the one it hangs by.

import { CapsuleGeometry, Group, InstancedMesh, Matrix4, MeshStandardMaterial, Quaternion, SphereGeometry, Vector3 } from "three";
import type { HumanInfo } from "./model";

const UP = new Vector3(0, 1, 0);

export class Person {
  readonly group = new Group();
  readonly middle = new Vector3();
  private readonly bones: InstancedMesh;
  private readonly joints: InstancedMesh;
  private readonly pairs: [number, number][];
  private readonly material: MeshStandardMaterial;

  constructor(
    readonly info: HumanInfo,
    colour: string,
  ) {
    this.pairs = info.parents.flatMap((p, j): [number, number][] => (p === null ? [] : [[p, j]]));
    this.material = new MeshStandardMaterial({ color: colour, roughness: 0.8 });
    // A stick of height one about its middle; stretched to each bone.
    this.bones = new InstancedMesh(new CapsuleGeometry(0.5, 1, 4, 12), this.material, Math.max(1, this.pairs.length));
    this.joints = new InstancedMesh(new SphereGeometry(1, 14, 10), this.material, Math.max(1, info.joints.length));
    for (const mesh of [this.bones, this.joints]) {
      mesh.castShadow = true;
      mesh.frustumCulled = false;
      this.group.add(mesh);
    }
  }

  paint(colour: string): void {
    this.material.color.set(colour);
  }

  /** Puts the joints where they are: x y z of each, in metres of the person. */
  update(at: Float32Array): void {
    const a = new Vector3();
    const b = new Vector3();
    const turned = new Quaternion();
    const matrix = new Matrix4();
    const size = new Vector3();
    this.pairs.forEach(([from, to], i) => {
      a.fromArray(at, from * 3);
      b.fromArray(at, to * 3);
      const along = b.clone().sub(a);
      const length = along.length();
      const thick = Math.min(0.052, Math.max(0.014, length * 0.16));
      turned.setFromUnitVectors(UP, length > 1e-6 ? along.divideScalar(length) : UP);
      matrix.compose(a.add(b).multiplyScalar(0.5), turned, size.set(thick, Math.max(length, 1e-3) / 2, thick));
      this.bones.setMatrixAt(i, matrix);
    });
    turned.identity();
    this.middle.set(0, 0, 0);
    this.info.joints.forEach((_, j) => {
      a.fromArray(at, j * 3);
      if (j === 0) this.middle.copy(a);
      this.joints.setMatrixAt(j, matrix.compose(a, turned, size.setScalar(0.024)));
    });
    this.bones.instanceMatrix.needsUpdate = true;
    this.joints.instanceMatrix.needsUpdate = true;
  }
}
