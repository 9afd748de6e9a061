// The room: camera, light, floor. Z is up, lengths are metres. Nothing is drawn unless asked for.

import {
  AmbientLight, Color, DirectionalLight, HemisphereLight, Mesh, PCFShadowMap, PerspectiveCamera, PlaneGeometry, Scene, ShaderMaterial,
  ShadowMaterial, Vector3, WebGLRenderer,
} from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import type { Look } from "./look";

const FLOOR_M = 60;

/** A line every metre and a faint one every quarter, as thin as a pixel wherever one looks. */
const LINES = {
  vertexShader: `
    varying vec2 at;
    varying vec3 seen;
    void main() {
      vec4 world = modelMatrix * vec4(position, 1.0);
      vec4 view = viewMatrix * world;
      at = world.xy;
      seen = view.xyz;
      gl_Position = projectionMatrix * view;
    }`,
  fragmentShader: `
    uniform vec3 ink;
    varying vec2 at;
    varying vec3 seen;
    float lines(float every) {
      vec2 p = at / every;
      vec2 width = max(fwidth(p), vec2(1e-5));
      vec2 near = abs(fract(p - 0.5) - 0.5) / width;
      // Where lines would crowd into one pixel there are none.
      vec2 thin = clamp(1.0 - width * 2.0, 0.0, 1.0);
      vec2 line = clamp(1.2 - near, 0.0, 1.0) * thin;
      return max(line.x, line.y);
    }
    void main() {
      float away = length(seen);
      float fade = 1.0 - smoothstep(5.0, 18.0, away);
      float fine = 0.35 * lines(0.25) * (1.0 - smoothstep(3.0, 8.0, away));
      gl_FragColor = vec4(ink, max(lines(1.0), fine) * fade);
      #include <colorspace_fragment>
    }`,
};

export class Stage {
  readonly scene = new Scene();
  readonly camera = new PerspectiveCamera(32, 1, 0.05, 100);
  readonly renderer: WebGLRenderer;
  readonly controls: OrbitControls;
  follow = true;
  private readonly sun = new DirectionalLight(0xffffff, 2.1);
  private readonly sky = new HemisphereLight(0xffffff, 0x9a958c, 1.5);
  private readonly fill = new AmbientLight(0xffffff, 0.15);
  private readonly shadow = new ShadowMaterial({ opacity: 0.22, depthWrite: false });
  private readonly lines = new ShaderMaterial({ ...LINES, uniforms: { ink: { value: new Color() } }, transparent: true, depthWrite: false });
  private readonly centre = new Vector3();
  private readonly step = new Vector3();
  private dirty = true;

  constructor(private readonly room: HTMLElement, look: Look) {
    this.renderer = new WebGLRenderer({ antialias: true, powerPreference: "high-performance" });
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.renderer.domElement.setAttribute("role", "img");
    this.renderer.domElement.setAttribute("aria-label", "The scene in three dimensions");
    room.prepend(this.renderer.domElement);
    this.camera.up.set(0, 0, 1);
    this.controls = new OrbitControls(this.camera, this.renderer.domElement);
    this.controls.enableDamping = true;
    this.controls.dampingFactor = 0.18;
    this.controls.maxDistance = 30;
    this.controls.minDistance = 0.3;
    this.controls.addEventListener("change", () => this.touch());
    this.sun.castShadow = true;
    this.sun.shadow.mapSize.set(2048, 2048);
    const box = this.sun.shadow.camera;
    [box.left, box.right, box.top, box.bottom, box.near, box.far] = [-2.2, 2.2, 2.2, -2.2, 0.5, 12];
    this.sun.shadow.radius = 3;
    this.sun.shadow.normalBias = 0.01;
    const floor = new Mesh(new PlaneGeometry(FLOOR_M, FLOOR_M), this.shadow);
    floor.receiveShadow = true;
    floor.position.z = -0.001;
    const grid = new Mesh(floor.geometry, this.lines);
    grid.position.z = -0.002;
    grid.renderOrder = -1;
    this.scene.add(this.sun, this.sun.target, this.sky, this.fill, floor, grid);
    new ResizeObserver(() => this.resize()).observe(room);
    this.paint(look);
    this.resize();
    this.view(-0.9, 0.24, 3.4);
  }

  /** Takes these colours. */
  paint(look: Look): void {
    this.scene.background = new Color(look.ground);
    this.lines.uniforms["ink"]!.value.set(look.grid);
    this.touch();
  }

  /** Looks at the centre from an angle about up and one above the floor [rad], from a distance [m]. */
  view(around: number, above: number, distance: number): void {
    const target = this.controls.target;
    if (target.lengthSq() === 0) target.set(0, 0, 0.72);
    this.camera.position.set(
      target.x + distance * Math.cos(above) * Math.cos(around),
      target.y + distance * Math.cos(above) * Math.sin(around),
      target.z + distance * Math.sin(above),
    );
    this.controls.update();
    this.touch();
  }

  /** Something has changed: draw again. */
  touch(): void {
    this.dirty = true;
  }

  /** Whom the light, and the camera if it follows, keep in the middle. */
  attend(at: Vector3, height: number, jump: boolean): void {
    this.sun.position.set(at.x + 2.2, at.y - 2.6, 5.2);
    this.sun.target.position.set(at.x, at.y, 0.4);
    this.centre.set(at.x, at.y, height);
    if (jump || this.follow) {
      this.step.copy(this.centre).sub(this.controls.target);
      if (!jump) this.step.z = 0;
      this.controls.target.add(this.step);
      this.camera.position.add(this.step);
    }
    this.touch();
  }

  /** Draws if there is something new to see. */
  draw(): boolean {
    this.controls.update();
    if (!this.dirty) return false;
    this.dirty = false;
    this.renderer.render(this.scene, this.camera);
    return true;
  }

  private resize(): void {
    const { clientWidth: w, clientHeight: h } = this.room;
    if (w === 0 || h === 0) return;
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.renderer.setSize(w, h);
    this.camera.aspect = w / h;
    this.camera.updateProjectionMatrix();
    this.touch();
  }
}
