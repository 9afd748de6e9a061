//! The exported files are what the server answers, byte for byte.

use crate::sample::{g1, get, serve, show, write};
use kouros_view::{Error, export, has_page};
use std::fs;

#[test]
fn files_are_what_is_served() {
    if !has_page() {
        eprintln!("skipped: built without the page (cargo xtask setup builds it where Node.js is)");
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("set");
    write(&g1(), &path);
    let to = folder.path().join("site");
    let shown = show(&path, Some(g1()));
    let mut last = (0, 0);
    let exported = export(&shown, &to, &mut |done, all| last = (done, all)).expect("written");
    assert_eq!((exported.unreadable.len(), last.0), (0, last.1));
    let names = shown.names().expect("names");
    assert_eq!(exported.files, names.len());
    let port = serve(shown);
    for name in &names {
        let served = get(port, &format!("/{name}"), "");
        assert_eq!(served.status, 200, "{name}");
        assert!(served.body == fs::read(to.join(name)).expect("a file"), "{name}");
    }
    for needed in
        ["index.html", "data/index.json", "data/robot.bin", "data/episode/0/frames/2.bin", "data/episode/1/findings.json"]
    {
        assert!(names.iter().any(|n| n == needed), "{needed}");
    }
    // The page asks by relative names alone, or it would not work below another path.
    let page = fs::read_to_string(to.join("index.html")).expect("the page");
    assert!(!page.contains("src=\"/") && !page.contains("href=\"/") && !page.contains("http"), "{page}");
    let left: Vec<_> = fs::read_dir(folder.path()).expect("listed").map(|e| e.expect("entry").file_name()).collect();
    assert_eq!(left.len(), 2, "nothing else is left: {left:?}");
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().expect("folder");
    fs::write(folder.path().join("mine.txt"), "mine").expect("written");
    let shown = kouros_view::Show::robot(g1());
    let error = export(&shown, folder.path(), &mut |_, _| {}).expect_err("occupied");
    assert!(matches!(error, Error::Occupied { .. } | Error::NoPage), "{error}");
    assert_eq!(fs::read_to_string(folder.path().join("mine.txt")).expect("there"), "mine");
}
