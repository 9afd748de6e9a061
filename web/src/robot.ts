// A robot alone: its surface, a slider for each joint, its centre of mass.

import type { Data } from "./data";
import { Figure, type Surface } from "./figure";
import { hull } from "./hull";
import { type Key, listen } from "./keys";
import { Legend } from "./legend";
import { look } from "./look";
import { Marks } from "./marks";
import type { Rooms, Shown } from "./rooms";
import { Sliders } from "./sliders";
import { shown } from "./units";
import { Vector3 } from "three";

export class Robot implements Shown {
  private readonly figure: Figure;
  private readonly marks: Marks;

  constructor(
    data: Data,
    surface: Surface,
    private readonly rooms: Rooms,
  ) {
    const { robot } = surface;
    this.figure = new Figure(surface, null);
    this.marks = new Marks(look());
    rooms.stage.scene.add(this.figure.group, this.marks.group);
    rooms.byId("facts").textContent =
      `${robot.joints.length} joints, ${robot.bodies.length} bodies, ${shown(robot.mass)} kg${robot.licence ? `, ${robot.licence}` : ""}`;
    new Sliders(rooms.byId("numbers"), robot, this.figure, () => this.changed());
    rooms.stage.attend(this.figure.base(), robot.standing_height * 0.95, true);
    const legend = new Legend(rooms.byId("legend"));
    const mark = (name: "com" | "polygon") => ({
      on: () => this.marks.shown[name],
      toggle: () => {
        this.marks.shown[name] = !this.marks.shown[name];
        this.changed();
      },
    });
    legend.fill([
      { name: "Centre of mass", colour: "com", shape: "dot", says: "Of the whole body, and below it on the floor", ...mark("com") },
      { name: "Support polygon", colour: "polygon", shape: "square", says: "The hull of both soles, seen from above", ...mark("polygon") },
    ]);
    const help = rooms.byId("help") as HTMLDialogElement;
    const keys: Key[] = [
      { keys: ["1"], shown: "1", does: "look from the front", act: () => rooms.stage.view(0, 0.12, 3.2) },
      { keys: ["2"], shown: "2", does: "from the side", act: () => rooms.stage.view(-Math.PI / 2, 0.12, 3.2) },
      { keys: ["3"], shown: "3", does: "from above", act: () => rooms.stage.view(0, 1.5, 3.4) },
      { keys: ["r"], shown: "r", does: "from where it was first", act: () => rooms.stage.view(-0.9, 0.24, 3.4) },
      { keys: ["?"], shown: "?", does: "these keys", act: () => (help.open ? help.close() : help.showModal()) },
    ];
    listen(keys, help);
    document.documentElement.dataset["ready"] = data.index.kind;
  }

  private changed(): void {
    const pose = this.figure.pose;
    this.marks.hideAll();
    this.marks.centre(pose.com, 0);
    const points = pose.robot.soles.flatMap((s) => s.balls.map((b) => pose.point(s.body, b, new Vector3())));
    this.marks.support(hull(points.map((p) => [p.x, p.y])), 0);
    this.rooms.stage.touch();
  }

  pass(): void {
    // Nothing moves by itself.
  }

  arrived(): void {
    // Nothing more is read.
  }

  paint(): void {
    this.marks.paint(look());
  }
}
