//! A dataset may be anybody's: nothing outside its folder is given out, and nothing in it hangs or
//! ends the server.

use crate::sample::{LENGTHS, g1, get, serve, show, write};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const SECRET: &[u8] = b"nobody's business";

/// A dataset with a camera, and a secret beside it.
fn with_camera(folder: &Path, video_path: &str, name: &str) -> PathBuf {
    let path = folder.join("set");
    write(&g1(), &path);
    fs::write(folder.join("secret.mp4"), SECRET).expect("written");
    change_info(&path, |info| {
        info["video_path"] = json!(video_path);
        info["features"][name] = json!({ "dtype": "video", "shape": [4, 4, 3], "names": ["height", "width", "channels"] });
    });
    path
}

fn change_info(path: &Path, change: impl FnOnce(&mut Value)) {
    let at = path.join("meta/info.json");
    let mut info: Value = serde_json::from_slice(&fs::read(&at).expect("read")).expect("JSON");
    change(&mut info);
    fs::write(at, info.to_string()).expect("written");
}

/// The number of the camera among the features, which are in the order of their names.
fn camera(path: &Path) -> usize {
    let set = kouros_dataset::Loose::open(path).expect("a dataset");
    set.info.features.iter().position(|f| f.dtype == "video").expect("a camera")
}

#[test]
fn a_film_comes_in_the_parts_that_are_asked_for() {
    let folder = tempfile::tempdir().expect("folder");
    let path = with_camera(
        folder.path(),
        "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4",
        "observation.images.head",
    );
    let place = path.join("videos/observation.images.head/chunk-000/file-002.mp4");
    fs::create_dir_all(place.parent().expect("parent")).expect("folder");
    let film: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    fs::write(&place, &film).expect("written");
    let port = serve(show(&path, None));
    let at = format!("/data/video/{}/0/2.mp4", camera(&path));
    let whole = get(port, &at, "");
    assert_eq!((whole.status, whole.body.len()), (200, film.len()));
    assert!(whole.head.contains("content-type: video/mp4") && whole.head.contains("accept-ranges: bytes"));
    let part = get(port, &at, "Range: bytes=1000-1999\r\n");
    assert_eq!((part.status, part.body.as_slice()), (206, &film[1000..2000]));
    assert!(part.head.contains("content-range: bytes 1000-1999/100000"));
    assert_eq!(get(port, &at, "Range: bytes=-10\r\n").body, film[99_990..]);
    let beyond = get(port, &at, "Range: bytes=100000-\r\n");
    assert_eq!((beyond.status, beyond.body.len()), (416, 0));
    for gone in ["/data/video/0/0/2.mp4", &format!("/data/video/{}/0/3.mp4", camera(&path)), "/data/video/9999/0/2.mp4"] {
        assert_eq!(get(port, gone, "").status, 404, "{gone}");
    }
}

#[test]
fn no_address_leads_out() {
    let folder = tempfile::tempdir().expect("folder");
    let path = with_camera(folder.path(), "videos/{video_key}/{chunk_index}-{file_index}.mp4", "head");
    let port = serve(show(&path, None));
    for address in [
        "/../secret.mp4",
        "/data/../../secret.mp4",
        "/data/video/../../../secret.mp4",
        "/%2e%2e/secret.mp4",
        "/..%2fsecret.mp4",
        "/data/video/0/0/../../../../secret.mp4",
        "//etc/passwd",
        "/etc/passwd",
        "/data/episode/0/frames/..%2f..",
        "/meta/info.json",
        "/data/episode/-1.json",
        "/data/episode/99999999999999999999.json",
        "/data/episode/0.json/",
        "/./index.html",
        "/data//index.json",
        "/data\\..\\secret.mp4",
        "/data/episode/0\u{202e}.json",
        "/.gitignore",
    ] {
        let got = get(port, address, "");
        assert!([400, 404].contains(&got.status), "{address}: {}", got.status);
        assert!(!got.body.windows(SECRET.len()).any(|w| w == SECRET), "{address}");
    }
}

#[test]
fn no_template_name_or_link_leads_out() {
    let templates = [
        ("../secret{chunk_index}.mp4", "head"),
        ("videos/../../secret.mp4", "head"),
        ("/etc/passwd", "head"),
        ("{video_key}", "../secret.mp4"),
        ("videos/{video_key}.mp4", "../../secret"),
        ("videos/{file_index:099d}.mp4", "head"),
        ("videos/{", "head"),
    ];
    for (template, name) in templates {
        let folder = tempfile::tempdir().expect("folder");
        let path = with_camera(folder.path(), template, name);
        let at = camera(&path);
        let port = serve(show(&path, None));
        assert_eq!(get(port, &format!("/data/video/{at}/0/0.mp4"), "").status, 404, "{template} {name}");
        assert_eq!(get(port, "/data/episode/0.json", "").status, 200, "{template} {name}");
    }
    let folder = tempfile::tempdir().expect("folder");
    let path = with_camera(folder.path(), "videos/{chunk_index}-{file_index}.mp4", "head");
    fs::create_dir_all(path.join("videos")).expect("folder");
    std::os::unix::fs::symlink(folder.path().join("secret.mp4"), path.join("videos/0-0.mp4")).expect("link");
    // A table of frames under a film's name is no film either.
    fs::create_dir_all(path.join("videos/0-1.mp4")).expect("folder");
    let (at, port) = (camera(&path), serve(show(&path, None)));
    for file in [0, 1] {
        assert_eq!(get(port, &format!("/data/video/{at}/0/{file}.mp4"), "").status, 404);
    }
}

#[test]
fn what_is_broken_is_said_and_the_rest_goes_on() {
    // Frames that are missing, cut short, and no Parquet at all.
    let broken: [fn(&Path); 3] = [
        |p| fs::remove_file(p).expect("removed"),
        |p| {
            let bytes = fs::read(p).expect("read");
            fs::write(p, &bytes[..bytes.len() / 2]).expect("written");
        },
        |p| fs::write(p, SECRET).expect("written"),
    ];
    for harm in broken {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("set");
        write(&g1(), &path);
        harm(&path.join("data/chunk-000/file-000.parquet"));
        let port = serve(show(&path, Some(g1())));
        assert_eq!(get(port, "/data/index.json", "").status, 200);
        let frames = get(port, "/data/episode/0/frames/0.bin", "");
        // What is promised and not there is shown as missing; what cannot be read is said.
        assert!([200, 422].contains(&frames.status), "{}", frames.status);
        assert!(!frames.body.windows(SECRET.len()).any(|w| w == SECRET));
        assert!([200, 422].contains(&get(port, "/data/episode/0/findings.json", "").status));
        assert_eq!(get(port, "/data/episode/0.json", "").status, 200);
    }
}

#[test]
fn claims_cost_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("set");
    write(&g1(), &path);
    change_info(&path, |info| {
        info["total_episodes"] = json!(1_000_000_000_000_u64);
        info["total_frames"] = json!(u64::MAX);
        info["features"]["observation.huge"] = json!({ "dtype": "float32", "shape": [16_000_000], "names": null });
        info["features"]["<script>alert(1)</script>"] =
            json!({ "dtype": "float32", "shape": [2], "names": ["</script>", "\u{0}"] });
    });
    let port = serve(show(&path, Some(g1())));
    let index: Value = serde_json::from_slice(&get(port, "/data/index.json", "").body).expect("JSON");
    assert_eq!(index["frames"].as_u64(), Some(LENGTHS.iter().sum::<usize>() as u64));
    let got = get(port, "/data/episode/0/frames/0.bin", "");
    assert_eq!(got.status, 200);
    assert!(got.body.len() < 1_000_000, "the wide feature is left out");
}
