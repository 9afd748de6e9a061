//! A small dataset of the G1 to look at, and a client that sends any bytes.

use kouros_check::{Layout, Names};
use kouros_dataset::{Column, Episode, Feature, Loose, Writer, WriterOptions};
use kouros_motion::{Kind, Report};
use kouros_robot::{LoadOptions, Robot, load_robot};
use kouros_view::{DatasetShow, Server, Show};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

/// Frames of the sample's two episodes: three pieces and one.
pub const LENGTHS: [usize; 2] = [1200, 90];

pub fn g1() -> Robot {
    let assets = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../.kouros"));
    load_robot("unitree_g1", None, assets, LoadOptions::default(), &mut Report::new()).expect("cargo xtask setup brings it")
}

/// Joints of a frame: the arms swing, the rest stands.
pub fn joints(robot: &Robot, tick: usize) -> Vec<f32> {
    let swing = (tick as f64 / 50.0).sin();
    let of = |(j, name): (usize, &String)| robot.profile.rest[j] + if name.contains("shoulder_pitch") { swing } else { 0.0 };
    robot.joint_names().iter().enumerate().map(of).map(|v| v as f32).collect()
}

/// The base of a frame: it goes forward, turning.
pub fn base(robot: &Robot, tick: usize) -> [f32; 7] {
    let (half, height) = (0.002 * tick as f64, robot.profile.standing_height(robot));
    [0.003 * tick as f64, 0.0, height, half.cos(), 0.0, 0.0, half.sin()].map(|v| v as f32)
}

pub fn write(robot: &Robot, path: &Path) {
    let options = WriterOptions { robot_type: "unitree_g1".into(), fps: 50, dataset_meta: serde_json::json!({}) };
    let writer = Writer::create_or_append(path, options).expect("a new folder");
    for (number, length) in LENGTHS.into_iter().enumerate() {
        let column = |name: &str, dims: Vec<String>, of: &dyn Fn(usize) -> Vec<f32>| Column {
            feature: Feature::new(name, dims),
            values: (0..length).flat_map(of).collect(),
        };
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let names = robot.joint_names();
        let columns = vec![
            column("observation.state", names.clone(), &|t| joints(robot, t)),
            column("action", names, &|t| joints(robot, (t + 1).min(length - 1))),
            column("label.root_pose", words("x y z qw qx qy qz"), &|t| base(robot, t).to_vec()),
            column("label.foot_contact", words("left_heel left_toe right_heel right_toe"), &|t| {
                vec![1.0, 1.0, f32::from(u8::from(t % 50 < 25)), 1.0]
            }),
        ];
        let meta = serde_json::json!({ "name": format!("swing {number}"), "segments": [{ "start": 0, "end": length, "label": "stand" }] });
        let (task, key) = ("swing the arms".into(), format!("key {number}"));
        let episode = Episode { task, kind: Kind::WholeBody, length, columns, meta, key };
        writer.stage(number, &episode).expect("staged");
    }
    writer.commit().expect("committed");
}

/// The dataset at `path`, as the program would show it.
pub fn show(path: &Path, robot: Option<Robot>) -> Show {
    let set = Loose::open(path).expect("a dataset");
    let layout = Layout::find(&set.info, robot.as_ref(), &Names::default()).expect("names");
    Show::dataset("sample", DatasetShow::new(set, layout, vec!["a note".into()], None), robot)
}

/// Serves for as long as the test runs; gives the port.
pub fn serve(show: Show) -> u16 {
    let server = Server::bind_without_page(0).expect("a free port");
    let port = server.port();
    // The server ends with the process, so what it shows may live as long.
    let show: &'static Show = Box::leak(Box::new(show));
    std::thread::spawn(move || server.run(show));
    port
}

/// An answer: its status, its head in lower case, its body.
pub struct Got {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

/// Sends these bytes and reads until the server closes.
pub fn send(port: u16, bytes: &[u8]) -> Got {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connected");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
    // The server may answer and close before all is sent.
    let _ = stream.write_all(bytes);
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all);
    let at = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(all.len());
    let head = String::from_utf8_lossy(&all[..at]).to_lowercase();
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    Got { status, head, body: all.get(at + 4..).unwrap_or_default().to_vec() }
}

/// Asks for a path as the page does, with these lines besides.
pub fn get(port: u16, path: &str, more: &str) -> Got {
    send(port, format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{more}\r\n").as_bytes())
}
