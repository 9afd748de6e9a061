// Episodes that play: the list, the stage, the timeline, the plots and the keys, tied together.

import { Vector3 } from "three";
import { Actor, type HumanMode } from "./actor";
import type { Data } from "./data";
import { Episodes } from "./episodes";
import { Film } from "./film";
import { Found } from "./found";
import { type Key, listen } from "./keys";
import { type Entry, Legend } from "./legend";
import { look } from "./look";
import type { Mark } from "./marks";
import type { Finding } from "./model";
import { Playback, SPEEDS } from "./playback";
import { Plots } from "./plots";
import { Readout } from "./readout";
import type { Rooms, Shown } from "./rooms";
import { Timeline } from "./timeline";
import { clock, words } from "./units";

const MARKS: { mark: Mark; name: string; colour: string; shape: Entry["shape"]; says: string }[] = [
  { mark: "forces", name: "Forces", colour: "force", shape: "bar", says: "An arrow as long as a metre is the robot's weight" },
  { mark: "contacts", name: "Contacts", colour: "left", shape: "two", says: "Heels and toes that stand, left and right" },
  { mark: "com", name: "Centre of mass", colour: "com", shape: "dot", says: "Of the whole body, and below it on the floor" },
  { mark: "polygon", name: "Support", colour: "polygon", shape: "square", says: "The hull of what stands, seen from above" },
  { mark: "capture", name: "Capture point", colour: "capture", shape: "diamond", says: "Where the robot would have to step to come to rest" },
  { mark: "moment", name: "Zero-moment point", colour: "moment", shape: "dot", says: "Where the ground's push acts (label.balance)" },
];

export class Player implements Shown {
  private readonly playback: Playback;
  private readonly timeline: Timeline;
  private readonly plots: Plots;
  private readonly list: Episodes;
  private readonly films: Film;
  private readonly found: Found;
  private readonly legend: Legend;
  private readonly readout: Readout;
  private actor: Actor | null = null;
  private ghost: Actor | null = null;
  private episode = -1;
  private compared: number | null = null;
  private human: HumanMode = "beside";
  private findings: Finding[] = [];
  private stale = true;
  private settled = false;
  private last = -1;

  constructor(
    private readonly data: Data,
    private readonly rooms: Rooms,
    private readonly trouble: (message: string | null) => void,
  ) {
    const { byId } = rooms;
    const { index } = data;
    this.playback = new Playback(index.rate_hz, 0);
    const seek = (frame: number): void => this.seek(frame);
    this.timeline = new Timeline(byId("timeline"), seek, (f) => this.pick(f));
    this.plots = new Plots(byId("numbers"), data, seek);
    this.list = new Episodes(byId("episodes"), data, (e) => this.open(e), (e) => this.compare(e));
    this.films = new Film(byId("films"));
    this.found = new Found(byId("found"), index.rate_hz, seek);
    this.legend = new Legend(byId("legend"));
    this.readout = new Readout(byId("readout"));
    const hours = index.frames / index.rate_hz;
    const long = hours >= 3600 ? `${(hours / 3600).toFixed(1)} h` : hours >= 60 ? `${Math.round(hours / 60)} min` : `${hours.toFixed(1)} s`;
    byId("facts").textContent = [
      index.robot?.name ?? index.robot_type ?? "", index.episodes > 1 ? `${index.episodes} episodes` : "", long, `${index.rate_hz} Hz`,
      index.version ?? "",
    ].filter(Boolean).join(" · ");
    this.transport();
    new ResizeObserver(() => (this.stale = true)).observe(document.body);
    const help = byId("help") as HTMLDialogElement;
    listen(this.keys(help), help);
    const at = new URLSearchParams(location.hash.slice(1));
    const wanted = Number(at.get("episode") ?? 0);
    if (index.episodes > 0) this.open(Number.isInteger(wanted) && wanted >= 0 && wanted < index.episodes ? wanted : 0, Number(at.get("frame") ?? 0));
    else this.trouble("no episode is listed, and no file holds one");
  }

  private transport(): void {
    const { byId } = this.rooms;
    byId("play").addEventListener("click", () => this.playback.toggle());
    byId("back").addEventListener("click", () => this.step(-1));
    byId("on").addEventListener("click", () => this.step(1));
    const speed = byId("speed") as HTMLSelectElement;
    SPEEDS.forEach((s) => speed.add(new Option(`${s}×`, String(s), s === 1, s === 1)));
    speed.addEventListener("change", () => (this.playback.speed = Number(speed.value)));
  }

  private keys(help: HTMLDialogElement): Key[] {
    const { stage } = this.rooms;
    const second = Math.round(this.data.index.rate_hz);
    const key = (keys: string[], shown: string, does: string, act: Key["act"]): Key => ({ keys, shown, does, act });
    return [
      key([" ", "k"], "space", "play or pause", () => this.playback.toggle()),
      key(["ArrowLeft", "ArrowRight"], "← →", "a frame back or on; with shift, a second", (e) =>
        this.step((e.key === "ArrowLeft" ? -1 : 1) * (e.shiftKey ? second : 1))),
      key(["Home", "End"], "home end", "to the first or the last frame", (e) => this.seek(e.key === "Home" ? 0 : Infinity)),
      key(["[", "]"], "[ ]", "slower or faster", (e) => this.playback.faster(e.key === "[" ? -1 : 1)),
      key(["ArrowUp", "ArrowDown"], "↑ ↓", "the episode before or the next", (e) => this.go(e.key === "ArrowUp" ? -1 : 1)),
      key(["n", "p"], "n p", "the next finding, or the one before", (e) => this.nextFinding(e.key === "n" ? 1 : -1)),
      key(["c"], "c", "compare with the next episode; again: no more", () => this.compare(this.compared === null ? this.episode + 1 : null)),
      key(["f"], "f", "the camera follows, or stays", () => {
        stage.follow = !stage.follow;
        this.legend.show();
      }),
      key(["h"], "h", "the human beside, over the robot, or not", () => this.nextHuman()),
      key(["1", "2", "3"], "1 2 3", "look from the front, the side, above", (e) =>
        e.key === "1" ? stage.view(0, 0.12, 3.6) : e.key === "2" ? stage.view(-Math.PI / 2, 0.12, 3.6) : stage.view(0, 1.5, 4)),
      key(["r"], "r", "look as at first", () => stage.view(-0.9, 0.24, 3.4)),
      key(["l"], "l", "begin again at the end, or stop", () => (this.playback.loop = !this.playback.loop)),
      key(["?"], "?", "these keys", () => (help.open ? help.close() : help.showModal())),
    ];
  }

  private fillLegend(): void {
    const { stage } = this.rooms;
    const entries: Entry[] = [];
    const marks = this.actor?.marks;
    if (marks) {
      const has = (name: string): boolean => this.data.index.streams.some((s) => s.name === name);
      const there: Record<Mark, boolean> = {
        forces: has("label.foot_wrench"), contacts: true, com: true, polygon: true, capture: true, moment: has("label.balance"),
      };
      for (const { mark, ...entry } of MARKS.filter((m) => there[m.mark])) {
        entries.push({
          ...entry,
          on: () => marks.shown[mark],
          toggle: () => {
            marks.shown[mark] = !marks.shown[mark];
            this.stale = true;
          },
        });
      }
    }
    if (this.actor?.person && this.actor.figure) {
      entries.push({
        name: "Human", colour: "human", shape: "dot", says: "The person it was made from, in the robot's size (h)",
        on: () => this.human !== "off", toggle: () => this.nextHuman(), state: () => this.human,
      });
    }
    if (this.ghost) {
      entries.push({
        name: `Episode ${this.compared}`, colour: "second", shape: "square", says: "Compared from its first frame on (c)",
        on: () => true, toggle: () => this.compare(null),
      });
    }
    entries.push({
      name: "Follow", colour: "accent", shape: "dot", says: "The camera keeps the body in the middle (f)",
      on: () => stage.follow, toggle: () => (stage.follow = !stage.follow),
    });
    this.legend.fill(entries);
  }

  private open(episode: number, frame = 0): void {
    const row = this.data.row(episode);
    this.episode = episode;
    this.actor?.group.removeFromParent();
    this.actor = null;
    this.settled = false;
    this.findings = [];
    this.playback.length = row?.length ?? 0;
    this.playback.frame = Number.isFinite(frame) ? Math.max(0, Math.floor(frame)) : 0;
    this.playback.playing = false;
    this.films.open([]);
    this.found.open(null);
    if (this.compared === episode) this.compare(null);
    this.list.mark(episode, this.compared);
    if (row) this.begin(row.length);
    this.arrived();
  }

  /** The list says how long it is: everything else can begin. */
  private begin(length: number): void {
    const { stage, surface } = this.rooms;
    this.playback.length = length;
    this.playback.seek(this.playback.frame);
    this.actor = new Actor(this.data, this.episode, length, surface, look(), false);
    this.actor.humanMode = this.human;
    stage.scene.add(this.actor.group);
    this.timeline.open(this.actor, length, this.data.index.rate_hz);
    this.plots.open([this.actor, this.ghost], length);
    this.fillLegend();
    this.last = -1;
  }

  private compare(episode: number | null): void {
    this.ghost?.group.removeFromParent();
    this.ghost = null;
    const there = episode !== null && episode !== this.episode && episode >= 0 && episode < this.data.index.episodes;
    this.compared = there ? episode : null;
    this.list.mark(this.episode, this.compared);
    this.plots.open([this.actor, null], this.playback.length);
    this.fillLegend();
    this.stale = true;
    this.arrived();
  }

  private go(by: number): void {
    const to = this.episode + by;
    if (to >= 0 && to < this.data.index.episodes) this.open(to);
  }

  private seek(frame: number): void {
    this.playback.seek(Math.min(frame, this.playback.length - 1));
  }

  private step(frames: number): void {
    this.playback.step(frames);
  }

  private pick(finding: Finding): void {
    if (finding.from !== null) this.seek(finding.from);
    this.found.pick(finding);
  }

  private nextFinding(by: number): void {
    const at = this.playback.frame;
    const timed = this.findings.filter((f) => f.from !== null).sort((a, b) => (a.from ?? 0) - (b.from ?? 0));
    const next = by > 0 ? timed.find((f) => (f.from ?? 0) > at) : timed.reverse().find((f) => (f.from ?? 0) < at);
    if (next) this.pick(next);
  }

  private nextHuman(): void {
    this.human = this.human === "beside" ? "over" : this.human === "over" ? "off" : "beside";
    if (this.actor) this.actor.humanMode = this.human;
    this.legend.show();
    this.stale = true;
  }

  arrived(): void {
    this.stale = true;
    this.list.draw();
    if (!this.actor) {
      const row = this.data.row(this.episode);
      if (row) this.begin(row.length);
    }
    if (this.compared !== null && !this.ghost && this.actor) {
      const row = this.data.row(this.compared);
      if (row) {
        this.ghost = new Actor(this.data, this.compared, row.length, this.rooms.surface, look(), true);
        this.rooms.stage.scene.add(this.ghost.group);
        this.plots.open([this.actor, this.ghost], this.playback.length);
        this.fillLegend();
      }
    }
    const detail = this.actor && !this.actor.detail ? this.data.episode(this.episode) : null;
    if (detail && this.actor) {
      this.actor.know(detail, look());
      this.films.open(detail.videos);
      this.timeline.segments = detail.segments ?? [];
      this.fillLegend();
    }
    // What was found comes last: it reads the whole episode.
    if (this.actor?.detail && this.data.has(this.episode, this.playback.frame) && this.findings.length === 0) {
      const findings = this.data.findings(this.episode);
      if (findings && this.timeline.findings !== findings.findings) {
        this.findings = this.timeline.findings = findings.findings;
        this.found.open(findings);
      }
    }
    this.timeline.touch();
    this.plots.touch();
  }

  paint(): void {
    this.actor?.paint(look(), false);
    this.ghost?.paint(look(), true);
    this.arrived();
  }

  pass(seconds: number): void {
    const { playback, actor, rooms } = this;
    if (!actor) return;
    const human = actor.person !== null;
    playback.pass(seconds, (frame) => this.data.has(this.episode, frame));
    this.data.want(this.episode, playback.length, playback.frame, human, playback.heading);
    if (this.compared !== null && this.ghost) {
      this.data.want(this.compared, this.ghost.length, Math.min(playback.frame, this.ghost.length - 1), false, playback.heading);
    }
    this.films.show(playback.frame / playback.rate, playback.playing, playback.speed);
    const play = rooms.byId("play");
    const icon = playback.playing ? "❚❚" : "▶";
    if (play.textContent !== icon) {
      play.textContent = icon;
      play.setAttribute("aria-label", playback.playing ? "Pause" : "Play");
      (rooms.byId("speed") as HTMLSelectElement).value = String(playback.speed);
    }
    const speed = rooms.byId("speed") as HTMLSelectElement;
    if (Number(speed.value) !== playback.speed) speed.value = String(playback.speed);
    if (playback.frame === this.last && !this.stale) return;
    this.last = playback.frame;
    this.stale = false;
    this.show();
  }

  private show(): void {
    const { playback, actor, rooms } = this;
    if (!actor) return;
    const frame = playback.frame;
    const numbers = actor.show(frame);
    this.ghost?.show(Math.min(frame, this.ghost.length - 1));
    rooms.byId("waiting").hidden = numbers !== null && this.data.has(this.episode, frame);
    const person = actor.person;
    const middle = numbers?.base ?? (person ? person.middle.clone().multiplyScalar(person.group.scale.x).add(person.group.position) : null);
    if (middle) {
      const height = actor.figure ? actor.figure.pose.robot.standing_height * 0.92 : 0.9;
      rooms.stage.attend(new Vector3(middle.x, middle.y, 0), height, !this.settled);
      this.settled = true;
    }
    rooms.stage.touch();
    this.readout.show(numbers);
    this.timeline.show(frame);
    this.plots.show(frame);
    rooms.byId("clock").textContent = `${clock(frame / playback.rate)} of ${clock(playback.length / playback.rate)} · frame ${frame}`;
    const doing = this.timeline.segments.find((s) => s.start <= frame && frame < s.end);
    const task = actor.detail?.task ?? "";
    rooms.byId("doing").textContent = [doing ? words(doing.label) : "", task].filter(Boolean).join(" · ");
    const root = document.documentElement.dataset;
    root["frame"] = String(frame);
    root["episode"] = String(this.episode);
    if (numbers) root["ready"] = this.data.index.kind;
  }
}
