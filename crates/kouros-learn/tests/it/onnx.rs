//! An exported policy does what the policy does, in the runtime others would run it with.

use crate::runs::settings;
use crate::small::world;
use kouros_learn::{Trace, Trainer};
use kouros_sim::sensed;
use std::process::Command;

/// Runs a model on rows of numbers (little-endian singles) and prints metadata and actions.
const RUN: &str = "
import sys, json, numpy, onnxruntime
s = onnxruntime.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider'])
x = numpy.fromfile(sys.argv[2], '<f4').reshape(int(sys.argv[3]), -1)
y, = s.run(['action'], {'observation': x})
print(json.dumps({'meta': s.get_modelmeta().custom_metadata_map, 'action': y.ravel().astype(float).tolist()}))
";

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
#[test]
fn onnxruntime_gives_the_same_actions() {
    let python = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.kouros/judges/bin/python"));
    let has = Command::new(python).args(["-c", "import onnxruntime, numpy"]).output().is_ok_and(|o| o.status.success());
    if !has {
        eprintln!("skipped: no onnxruntime among the judges (`cargo xtask test` installs them)");
        return;
    }
    const ROWS: usize = 40;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("threads");
    let policy = pool.install(|| {
        let mut t = Trainer::new(&world(), &settings(), 2).expect("trainer");
        (0..3).for_each(|_| drop(t.iterate().expect("finite")));
        t.policy()
    });
    let folder = tempfile::tempdir().expect("folder");
    let [model, input] = ["p.onnx", "rows.f32"].map(|n| folder.path().join(n));
    policy.write_onnx(&model).expect("write");
    // From small to so large that the normaliser cuts.
    let rows: Vec<f32> = (0..ROWS * sensed(&world())).map(|i| (i as f32 * 0.37).sin() * 1.2f32.powi((i % 29) as i32)).collect();
    std::fs::write(&input, rows.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>()).expect("write");
    let out = Command::new(python).args(["-c", RUN]).arg(&model).arg(&input).arg(ROWS.to_string()).output().expect("run");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let said: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    let actions: Vec<f64> = said["action"].as_array().expect("actions").iter().filter_map(|v| v.as_f64()).collect();
    let ours = policy.act(&rows, ROWS, &mut Trace::default());
    assert_eq!(actions.len(), ours.len());
    // Single precision, sums in another order.
    const TOLERANCE: f64 = 1e-5;
    let most = ours.iter().zip(&actions).map(|(a, b)| (f64::from(*a) - b).abs()).fold(0.0, f64::max);
    assert!(most < TOLERANCE, "{most}");
    assert!(ours.iter().any(|a| a.abs() > 1e-3));
    let contract = said["meta"]["kouros.contract"].as_str().expect("contract");
    assert_eq!(serde_json::from_str::<kouros_sim::Contract>(contract).expect("contract"), policy.contract);
    assert_eq!(said["meta"]["kouros.contract_sha256"], policy.contract.hash().as_str());
}
