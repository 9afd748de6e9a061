// What the values of a stream are measured in: by the names Kouros gives, and the words others use.

const BY_STREAM: [RegExp, string][] = [
  [/velocity|qvel|\bdq\b/i, "rad/s"],
  [/effort|torque|\btau\b/i, "N m"],
  [/angular_momentum/, "kg m²/s"],
  [/^observation\.state$|^action$|joint_position|qpos|joint/i, "rad"],
];

/** The unit of one value of a stream, empty where it has none or nobody says. */
export function unitOf(stream: string, dim: string): string {
  if (/contact|valid/.test(stream)) return "";
  if (stream === "label.foot_wrench") return dim.includes("torque") ? "N m" : "N";
  if (stream === "label.root_pose" || stream === "root_pose") return /^q/.test(dim) ? "" : "m";
  if (stream === "label.root_velocity") return dim.startsWith("w") ? "rad/s" : "m/s";
  if (stream === "label.coupling") return dim.startsWith("arm") ? "m" : "kg m²/s";
  if (stream === "observation.imu") return dim.startsWith("gravity") ? "" : "rad/s";
  if (stream === "label.center_of_mass_velocity") return "m/s";
  if (stream === "label.center_of_mass" || stream === "label.balance") return "m";
  return BY_STREAM.find(([pattern]) => pattern.test(stream))?.[1] ?? "";
}

/** A number as people read it: three digits that matter, a real minus. */
export function shown(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value).replace("-", "−");
  const size = Math.abs(value);
  const places = size >= 100 ? 0 : size >= 10 ? 1 : Math.min(3, digits);
  return value.toFixed(places).replace("-", "−");
}

/** Seconds as minutes and seconds. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds / 60);
  const rest = seconds - whole * 60;
  return whole > 0 ? `${whole}:${rest.toFixed(2).padStart(5, "0")}` : `${rest.toFixed(2)} s`;
}

/** A name of the data in words: `left_hip_pitch_joint` as `left hip pitch`. */
export function words(name: string): string {
  return name.replace(/_joint$/, "").replace(/[_.]+/g, " ");
}
