//! What is served is what the dataset holds, to this machine's own page and to nobody else.

use crate::sample::{LENGTHS, base, g1, get, joints, send, serve, show, write};
use kouros_robot::Kinematics;
use kouros_view::{CHUNK_FRAMES, Show};
use serde_json::Value;

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

#[test]
fn pieces_are_the_datasets_own_numbers() {
    let (robot, folder) = (g1(), tempfile::tempdir().expect("folder"));
    let path = folder.path().join("set");
    write(&robot, &path);
    let port = serve(show(&path, Some(g1())));
    let index = json(&get(port, "/data/index.json", "").body);
    assert_eq!((index["episodes"].as_u64(), index["piece_frames"].as_u64()), (Some(2), Some(CHUNK_FRAMES as u64)));
    let widths: Vec<usize> =
        index["streams"].as_array().expect("streams").iter().map(|s| s["dims"].as_array().expect("dims").len()).collect();
    let names: Vec<&str> = index["streams"].as_array().expect("streams").iter().filter_map(|s| s["name"].as_str()).collect();
    let state = names.iter().position(|n| *n == "observation.state").expect("a state");
    let root = names.iter().position(|n| *n == "label.root_pose").expect("a base");
    assert_eq!(index["layout"]["root"]["feature"].as_u64(), Some(root as u64));
    let rows = json(&get(port, "/data/episodes/0.json", "").body);
    assert_eq!(rows[1]["length"].as_u64(), Some(LENGTHS[1] as u64));
    for piece in 0..3 {
        let got = get(port, &format!("/data/episode/0/frames/{piece}.bin"), "");
        let frames = CHUNK_FRAMES.min(LENGTHS[0] - piece * CHUNK_FRAMES);
        assert_eq!((got.status, got.body.len()), (200, 4 * frames * widths.iter().sum::<usize>()));
        let numbers: Vec<f32> = got.body.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        let of = |stream: usize, frame: usize| {
            let start = widths[..stream].iter().sum::<usize>() * frames + frame * widths[stream];
            &numbers[start..start + widths[stream]]
        };
        for frame in [0, frames - 1] {
            let tick = piece * CHUNK_FRAMES + frame;
            assert_eq!(of(state, frame), joints(&robot, tick));
            assert_eq!(of(root, frame), base(&robot, tick));
        }
    }
    for gone in ["/data/episode/0/frames/3.bin", "/data/episode/2.json", "/data/episode/0/human/0.bin", "/data/episodes/1.json"] {
        assert_eq!(get(port, gone, "").status, 404, "{gone}");
    }
}

#[test]
fn findings_are_those_of_the_check() {
    let (robot, folder) = (g1(), tempfile::tempdir().expect("folder"));
    let path = folder.path().join("set");
    write(&robot, &path);
    let port = serve(show(&path, Some(g1())));
    let found = json(&get(port, "/data/episode/0/findings.json", "").body);
    // Feet that glide along with the base while they are said to stand.
    let findings = found["findings"].as_array().expect("findings");
    assert!(findings.iter().any(|f| f["severity"] == "defect" && f["says"].is_string() && f["todo"].is_string()), "{found}");
}

#[test]
fn a_robot_is_described_so_that_its_bodies_can_be_placed() {
    let robot = g1();
    let shown = Show::robot(g1());
    let port = serve(shown);
    let index = json(&get(port, "/data/index.json", "").body);
    let described = &index["robot"];
    let bytes = get(port, "/data/robot.bin", "").body;
    let parts = described["parts"].as_array().expect("parts");
    assert!(parts.len() >= 30);
    let last = parts.last().expect("a part");
    let end = last["indices_at"].as_u64().expect("number") + 4 * last["indices"].as_u64().expect("number");
    assert_eq!(end, bytes.len() as u64);
    // The surface stands on the soles: placed by our kinematics, its lowest corner is the floor.
    let mut at = Kinematics::new(&robot);
    let height = robot.profile.standing_height(&robot);
    at.update(&robot, &kouros_motion::Pose::translation(0.0, 0.0, height), &vec![0.0; robot.dof()]);
    let mut lowest = f64::INFINITY;
    for part in parts {
        let (center, half) = (&part["center"], part["half"].as_f64().expect("number"));
        let body = part["body"].as_u64().expect("number") as usize;
        let start = part["corners_at"].as_u64().expect("number") as usize;
        for corner in 0..part["corners"].as_u64().expect("number") as usize {
            let number = |i: usize| {
                let b = start + 12 * corner + 2 * i;
                f64::from(i16::from_le_bytes([bytes[b], bytes[b + 1]])) / 32767.0 * half + center[i].as_f64().expect("number")
            };
            lowest = lowest.min(at.point(body, &kouros_motion::Vec3::new(number(0), number(1), number(2))).z);
        }
    }
    // The visible foot is a few millimetres thicker than the balls that collide.
    assert!(lowest.abs() < 0.01, "{lowest}");
}

#[test]
fn only_this_pages_own_requests_are_answered() {
    let port = serve(Show::robot(g1()));
    let ask = |host: &str, more: &str| {
        send(port, format!("GET /data/index.json HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n").as_bytes())
    };
    let own = format!("127.0.0.1:{port}");
    assert_eq!(ask(&own, "").status, 200);
    assert_eq!(ask(&format!("localhost:{port}"), &format!("Origin: http://localhost:{port}\r\n")).status, 200);
    let rebound = ask(&format!("evil.example:{port}"), "");
    assert_eq!((rebound.status, rebound.body.as_slice()), (403, b"403 Forbidden".as_slice()));
    for more in ["Origin: http://evil.example\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n"] {
        assert_eq!(ask(&own, more).status, 403, "{more}");
    }
    let nobody = send(port, b"GET /data/index.json HTTP/1.1\r\nConnection: close\r\n\r\n");
    assert_eq!(nobody.status, 403);
    let head = get(port, "/data/index.json", "").head;
    for line in ["content-security-policy: default-src 'self'", "x-content-type-options: nosniff", "resource-policy: same-origin"]
    {
        assert!(head.contains(line), "{head}");
    }
    assert!(!head.contains("access-control-allow-origin"));
}

#[test]
fn odd_requests_end_the_connection_and_not_the_server() {
    let port = serve(Show::robot(g1()));
    for (bytes, status) in [
        (format!("POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").into_bytes(), 405),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n".to_vec(), 400),
        (b"GET /\n\n".to_vec(), 400),
        (vec![b'A'; 40_000], 0),
        ([b"GET / HTTP/1.1\r\n".to_vec(), b"X: y\r\n".repeat(5000)].concat(), 431),
        (Vec::new(), 0),
    ] {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).expect("connected");
        let _ = std::io::Write::write_all(&mut stream, &bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = std::io::Read::read_to_end(&mut stream, &mut answer);
        let text = String::from_utf8_lossy(&answer).into_owned();
        let got = text.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        // What is over long may be cut off before the answer is read.
        assert!(got == status || (bytes.len() > 10_000 && got == 0), "{got} for {:?}", &text[..text.len().min(60)]);
    }
    let twice = format!("GET /data/nothing HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    let both = [
        twice.as_bytes(),
        format!("GET /data/index.json HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n").as_bytes(),
    ]
    .concat();
    let got = send(port, &both);
    assert_eq!(got.status, 404);
    assert!(String::from_utf8_lossy(&got.body).contains("HTTP/1.1 200 OK"), "a connection serves more than one request");
}

#[test]
fn heads_have_no_bodies() {
    let port = serve(Show::robot(g1()));
    let whole = get(port, "/data/index.json", "");
    let head =
        send(port, format!("HEAD /data/index.json HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n").as_bytes());
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert!(head.head.contains(&format!("content-length: {}", whole.body.len())));
}
