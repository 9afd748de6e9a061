//! Rows by hand.

use super::*;

const HEAD: &str = "PathFileType\t4\t(X/Y/Z)\ta.trc\r\nDataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\r\n50\t50\t2\t2\tmm\r\nFrame#\tTime\tLASI\t\t\tRASI\t\t\r\n\t\tX1\tY1\tZ1\tX2\tY2\tZ2\r\n\r\n";

#[test]
fn empty_cells_are_markers_not_seen() {
    let text = format!("{HEAD}1\t0.5\t1\t2\t3\t\t\t\r\n2\t0.52\t0\t0\t0\t4\t5\t6\r\n");
    let m = read("a.trc", text.as_bytes(), &Companions::default(), None, &mut Report::new()).expect("markers");
    assert_eq!(m.names, ["LASI", "RASI"]);
    assert_eq!((m.rate_hz, m.unit_m), (50.0, Some(0.001)));
    assert_eq!(m.places, [Some(Vec3::new(1.0, 2.0, 3.0)), None, None, Some(Vec3::new(4.0, 5.0, 6.0))]);
}

#[test]
fn words_for_numbers_name_their_line() {
    let text = format!("{HEAD}1\t0\t1\tx\t3\n");
    let message =
        read("a.trc", text.as_bytes(), &Companions::default(), None, &mut Report::new()).expect_err("a word").to_string();
    assert!(message.contains("line 7") && message.contains("'x'"), "{message}");
    assert!(read("a.trc", HEAD.as_bytes(), &Companions::default(), None, &mut Report::new()).is_err());
    assert!(read("a.trc", b"PathFileType", &Companions::default(), None, &mut Report::new()).is_err());
}
