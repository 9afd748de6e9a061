//! dev: retarget a BVH to G1 csv
use kouros_motion::*;
use kouros_retarget::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let bytes = std::fs::read(&args[1]).unwrap();
    let mut report = Report::new();
    let asf = std::env::var("ASF").ok().map(|p| (p.clone(), std::fs::read(p).unwrap()));
    let companions =
        kouros_mocap::Companions { asf: asf.as_ref().map(|(n, b)| (n.as_str(), b.as_slice())), ..Default::default() };
    let mut clip = kouros_mocap::read(&args[1], &bytes, &companions, &Default::default(), &mut report).unwrap();
    let track = clip.motion.body_track();
    let mut c = kouros_label::human_contacts(&track, &clip.anatomy, &Default::default(), &mut report);
    if let Ok(r) = std::env::var("RATE") {
        let r: f64 = r.parse().unwrap();
        clip.motion = clip.motion.resampled(r).unwrap();
        c.feet = c.feet.resampled(r);
    }
    let track = clip.motion.body_track();
    if let Some(p) = args.get(3) {
        std::fs::write(p, kouros_mocap::positions_npz(&clip).unwrap()).unwrap();
    }
    let robot = kouros_robot::load_robot("g1", None, std::path::Path::new("/work/main/.kouros"), Default::default(), &mut report)
        .unwrap();
    let human = Human { track: &track, anatomy: &clip.anatomy, contacts: &c.feet, floor: c.floor };
    let mut options = Options::default();
    if let Ok(w) = std::env::var("W") {
        for kv in w.split(',') {
            let (k, v) = kv.split_once('=').unwrap();
            let mut j = serde_json::to_value(&options).unwrap();
            if k == "joint_speed" {
                j[k] = v.parse::<f64>().unwrap().into();
            } else {
                j["weights"][k] = v.parse::<f64>().unwrap().into();
            }
            options = serde_json::from_value(j).unwrap();
        }
    }
    let t0 = std::time::Instant::now();
    let r = retarget(&human, &robot, &options, &mut report).unwrap();
    let t = r.trajectory;
    if std::env::var("ERR").is_ok() {
        for e in &r.errors {
            eprintln!("{} {:.3} {:.3} {}", e.part, e.mean, e.max, e.unit);
        }
    }
    let s = t0.elapsed().as_secs_f64();
    eprintln!("{} ticks {:.2} s {:.0} fps", t.ticks(), s, t.ticks() as f64 / s);
    for n in &report.notes {
        eprintln!("{}: {}", n.code, n.message);
    }
    let mut out = String::new();
    for k in 0..t.ticks() {
        let p = &t.base[k];
        let q = p.rotation;
        let mut v = vec![p.translation.x, p.translation.y, p.translation.z, q.i, q.j, q.k, q.w];
        v.extend(t.joints_at(k));
        out += &v.iter().map(|x| format!("{x:.6}")).collect::<Vec<_>>().join(",");
        out.push('\n');
    }
    std::fs::write(&args[2], out).unwrap();
}
