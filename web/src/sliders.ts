// A robot alone: a slider for each joint, from limit to limit.

import { Quaternion, Vector3 } from "three";
import type { Figure } from "./figure";
import type { RobotInfo } from "./model";
import { shown, words } from "./units";

export class Sliders {
  readonly joints: number[];
  private readonly inputs: { slider: HTMLInputElement; value: HTMLElement; room: HTMLElement }[] = [];

  constructor(
    room: HTMLElement,
    private readonly robot: RobotInfo,
    private readonly figure: Figure,
    private readonly changed: () => void,
  ) {
    this.joints = [...robot.rest];
    const tools = document.createElement("div");
    tools.className = "tools";
    const poses: [string, number[]][] = [["rest", robot.rest], ["zero", robot.rest.map(() => 0)]];
    for (const [name, pose] of Object.entries(robot.poses)) if (name !== "home") poses.push([name, pose]);
    for (const [name, pose] of poses) {
      const button = document.createElement("button");
      button.textContent = name;
      button.addEventListener("click", () => this.set(pose));
      tools.append(button);
    }
    const filter = document.createElement("input");
    filter.type = "search";
    filter.placeholder = "Filter by name";
    filter.setAttribute("aria-label", "Filter by name");
    filter.addEventListener("input", () => {
      const wanted = filter.value.trim().toLowerCase();
      this.inputs.forEach((i, j) => (i.room.hidden = !words(robot.joints[j]!.name).includes(wanted)));
    });
    tools.append(filter);
    const list = document.createElement("div");
    list.className = "sliders";
    robot.joints.forEach((joint, j) => {
      const label = document.createElement("label");
      const unit = joint.kind === "slide" ? "m" : "rad";
      const [low, high] = joint.range ?? (joint.kind === "slide" ? [-0.5, 0.5] : [-Math.PI, Math.PI]);
      const name = document.createElement("span");
      name.textContent = words(joint.name);
      const value = document.createElement("span");
      value.className = "value";
      const slider = document.createElement("input");
      slider.type = "range";
      slider.min = String(low);
      slider.max = String(high);
      slider.step = "0.001";
      slider.addEventListener("input", () => {
        this.joints[j] = Number(slider.value);
        this.show();
      });
      const ends = document.createElement("span");
      ends.className = "ends";
      ends.textContent = `${shown(low, 2)} to ${shown(high, 2)} ${unit}${joint.range ? "" : ", no limit known"}${
        joint.effort_limit ? `, ${shown(joint.effort_limit)} ${joint.kind === "slide" ? "N" : "N m"}` : ""
      }${joint.velocity_limit ? `, ${shown(joint.velocity_limit)} ${unit}/s` : ""}`;
      label.append(name, value, slider, ends);
      list.append(label);
      this.inputs.push({ slider, value, room: label });
    });
    room.append(tools, list);
    this.show();
  }

  private set(pose: number[]): void {
    this.joints.splice(0, this.joints.length, ...pose);
    this.show();
  }

  /** Stands the robot on its lowest sole. */
  private show(): void {
    this.inputs.forEach((input, j) => {
      input.slider.value = String(this.joints[j] ?? 0);
      input.value.textContent = `${shown(this.joints[j])} ${this.robot.joints[j]?.kind === "slide" ? "m" : "rad"}`;
    });
    const pose = this.figure.pose;
    const base = new Vector3();
    const level = new Quaternion();
    pose.update(base, level, this.joints);
    let low = Infinity;
    const at = new Vector3();
    for (const sole of this.robot.soles) {
      for (const ball of sole.balls) low = Math.min(low, pose.point(sole.body, ball, at).z - ball[3]);
    }
    base.z = Number.isFinite(low) ? -low : this.robot.standing_height;
    pose.update(base, level, this.joints);
    this.figure.apply();
    this.changed();
  }
}
