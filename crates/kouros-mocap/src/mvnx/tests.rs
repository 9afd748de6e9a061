//! Tests of the MVNX reader: a suit of three segments worked by hand, and what breaks it.

use super::*;

/// A pelvis with a thigh and a shank, listed child first; the pelvis is turned a quarter about z,
/// the thigh a quarter about its own y as well.
fn suit(frames: &str) -> String {
    let joint = |name: &str, a: &str, b: &str| {
        format!("<joint label='{name}'><connector1>{a}/{name}</connector1><connector2>{b}/{name}</connector2></joint>")
    };
    format!(
        "<?xml version=\"1.0\"?>\n<mvnx version=\"4\"><subject label=\"S\" frameRate=\"60\" originalFilename=\"C:\\secret\"><segments>\
         <segment label=\"Shank\" id=\"1\"/><segment label=\"Thigh\" id=\"2\"/><segment label=\"Pelvis\" id=\"3\"/></segments>\n<joints>{}{}</joints>\
         <footContactDefinition><contactDefinition label=\"RightFoot_Toe\" index=\"0\"/><contactDefinition label=\"RightFoot_Heel\" index=\"1\"/>\
         <contactDefinition label=\"LeftFoot_Toe\" index=\"2\"/><contactDefinition label=\"LeftFoot_Heel\" index=\"3\"/></footContactDefinition>\n\
         <frames>{frames}</frames></subject></mvnx>",
        joint("hip", "Pelvis", "Thigh"),
        joint("knee", "Thigh", "Shank")
    )
}

const IDENTITY: &str = "<frame type=\"identity\"><orientation>1 0 0 0 1 0 0 0 1 0 0 0</orientation><position>0 0.1 0.5 0 0.1 0.9 0 0 1</position></frame>\n";
/// Pelvis turned a quarter about z; thigh by that and a quarter about y on top; the shank as the
/// thigh: the leg points along the pelvis' own -x, which is -y of the world.
const FRAME: &str = "<frame index=\"0\" type=\"normal\"><orientation>0.5 -0.5 0.5 0.5 0.5 -0.5 0.5 0.5 0.70710678 0 0 0.70710678</orientation><position>-0.1 -0.4 0.9 -0.1 0 0.9 0 0 1</position><footContacts>1 0 0 0</footContacts></frame>\n";

fn read_text(text: &str) -> (Result<Recording>, Report) {
    let mut report = Report::new();
    (read("t.mvnx", text.as_bytes(), None, &mut report), report)
}

#[test]
fn a_frame_by_hand() {
    let (r, report) = read_text(&suit(&format!("{IDENTITY}{FRAME}")));
    let r = r.expect("valid");
    assert_eq!(r.joints.iter().map(|j| j.name.as_str()).collect::<Vec<_>>(), ["Pelvis", "Thigh", "Shank"]);
    assert_eq!((r.frames(), r.rate_hz), (1, 60.0));
    const DECIMALS: f64 = 1e-6; // of the quaternions above
    assert!((r.joints[1].offset - Vec3::new(0.0, 0.1, -0.1)).norm() < DECIMALS);
    assert!((r.joints[2].offset - Vec3::new(0.0, 0.0, -0.4)).norm() < DECIMALS);
    assert!((r.rotation[1].angle() - std::f64::consts::FRAC_PI_2).abs() < DECIMALS);
    assert!(r.rotation[2].angle() < DECIMALS);
    assert!((r.translation[2] - Vec3::new(0.0, 0.0, -0.4)).norm() < DECIMALS, "{:?}", r.translation);
    // Right toe alone, in our order.
    assert_eq!(r.contacts, Some(vec![[false, false, false, true]]));
    let (mut at, mut turn) = (Vec::new(), Vec::new());
    r.pose_into(0, &mut at, &mut turn);
    assert!((at[2] - Vec3::new(-0.1, -0.4, 0.9)).norm() < DECIMALS);
    assert!(!format!("{report:?}").contains("secret"));
}

#[test]
fn without_an_identity_frame_the_first_gives_the_bones() {
    let (r, report) = read_text(&suit(FRAME));
    assert!((r.expect("valid").joints[2].offset.z + 0.4).abs() < 1e-6);
    assert!(report.notes.iter().any(|n| n.code == "rest"));
}

#[test]
fn cut_files_and_missing_frames_are_told() {
    let whole = suit(&format!("{IDENTITY}{FRAME}{}", FRAME.replace("index=\"0\"", "index=\"4\"")));
    let (r, report) = read_text(&whole);
    assert_eq!(r.expect("valid").frames(), 2);
    assert!(report.warnings().any(|n| n.message.contains("leave out 3")));
    let cut = whole.rfind("<position>").expect("there");
    let (r, report) = read_text(&whole[..cut + 14]);
    assert_eq!(r.expect("one is whole").frames(), 1);
    assert!(report.warnings().any(|n| n.message.contains("breaks off")));
    let (r, report) =
        read_text(&suit(&format!("{IDENTITY}{FRAME}{}", FRAME.replace("<footContacts>1 0 0 0</footContacts>", ""))));
    assert_eq!((r.expect("valid").contacts, report.warnings().count()), (None, 1));
}

#[test]
fn errors_name_the_place() {
    let error = |text: &str| read_text(text).0.expect_err("broken").to_string();
    assert!(error(&suit(IDENTITY)).contains("normal"));
    assert!(error(&suit(&FRAME.replace("0.9 0 0 1<", "0.9 0 0 x<"))).contains("line 4, frame 0, position 8"));
    assert!(error(&suit(&FRAME.replace("0.9 0 0 1<", "0.9 0 0<"))).contains("9 numbers of 'position' in frame 0, found 8"));
    assert!(error(&suit(&FRAME.replace("0.70710678", "0"))).contains("rotation of 'Pelvis'"));
    assert!(error(&suit(FRAME).replace("\"60\"", "\"-1\"")).contains("frameRate"));
    assert!(error(&suit(FRAME).replace("Thigh/knee", "Calf/knee")).contains("'Calf'"));
    assert!(error(&suit(FRAME).replace("Pelvis/hip", "Shank/hip")).contains("circle"));
    assert!(error(&suit(FRAME).replace("</joints>", "</frames>")).contains("</'joints'>"));
}
