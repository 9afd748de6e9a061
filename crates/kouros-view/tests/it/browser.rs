//! The page in a real browser: what is on the canvas, the timeline, the keys, no complaint.

use crate::devtools::Browser;
use crate::sample::{LENGTHS, base, g1, joints, serve, show, write};
use kouros_robot::{Kinematics, Robot};
use kouros_view::{Show, has_page};

/// A browser, or the reason why there is none.
fn browser() -> Option<Browser> {
    if !has_page() {
        eprintln!("skipped: built without the page (cargo xtask setup builds it where Node.js is)");
        return None;
    }
    let started = Browser::start(1200, 760);
    if started.is_none() {
        eprintln!("skipped: no Chromium here (KOUROS_CHROMIUM names one)");
    }
    started
}

fn frame(b: &mut Browser) -> usize {
    b.value("Number(document.documentElement.dataset.frame)").as_u64().expect("a frame") as usize
}

/// Height of the centre of mass at a frame of the sample, by the crate's own kinematics [m].
fn com_height(robot: &Robot, tick: usize) -> f64 {
    let mut at = Kinematics::new(robot);
    let [x, y, z, w, i, j, k] = base(robot, tick).map(f64::from);
    let turned = kouros_motion::Rot::from_quaternion(nalgebra::Quaternion::new(w, i, j, k));
    let joints: Vec<f64> = joints(robot, tick).into_iter().map(f64::from).collect();
    at.update(robot, &kouros_motion::Pose::from_parts(kouros_motion::Vec3::new(x, y, z).into(), turned), &joints);
    robot.bodies.iter().enumerate().map(|(b, body)| at.point(b, &body.com).z * body.mass).sum::<f64>() / robot.mass()
}

#[test]
fn a_dataset_is_seen_and_steered() {
    let Some(mut b) = browser() else { return };
    let (robot, folder) = (g1(), tempfile::tempdir().expect("folder"));
    let path = folder.path().join("set");
    write(&robot, &path);
    let port = serve(show(&path, Some(g1())));
    b.open(&format!("http://127.0.0.1:{port}/"));

    // The robot is on the canvas: much of its middle is another colour than the floor's.
    let stage = b.place("#stage");
    let middle = [stage[0] + stage[2] * 0.25, stage[1] + stage[3] * 0.1, stage[2] * 0.5, stage[3] * 0.7];
    let first = b.picture(middle);
    let ground = first.at(2, 2);
    let seen = first.unlike(ground);
    assert!(seen > first.width * first.height / 20, "{seen} pixels of {}x{} are robot", first.width, first.height);

    // Its centre of mass, placed by the page's own kinematics, is where ours has it.
    b.press("End");
    b.wait(&format!("document.documentElement.dataset.frame === '{}'", LENGTHS[0] - 1));
    b.wait("document.getElementById('waiting').hidden");
    let told = b.value("document.querySelector('#readout dd').textContent");
    let told: f64 = told.as_str().and_then(|t| t.split(' ').next()?.parse().ok()).expect("a height");
    // Printed to the millimetre.
    assert!((told - com_height(&robot, LENGTHS[0] - 1)).abs() < 6e-4, "{told} {}", com_height(&robot, LENGTHS[0] - 1));

    // Time moves the robot on the screen, back as well.
    let last = b.picture(middle);
    assert!(first.differing(&last) > seen / 20, "{} of {seen}", first.differing(&last));
    b.press("Home");
    b.wait("document.documentElement.dataset.frame === '0'");
    let again = b.picture(middle);
    assert!(first.differing(&again) < first.differing(&last) / 10, "{}", first.differing(&again));

    // Steps, play, pause, speed.
    b.press("ArrowRight");
    b.press("ArrowRight");
    b.press("ArrowLeft");
    b.wait("document.documentElement.dataset.frame === '1'");
    b.press(" ");
    b.wait("Number(document.documentElement.dataset.frame) > 5");
    b.press(" ");
    b.wait("document.getElementById('play').getAttribute('aria-label') === 'Play'");
    b.press("]");
    b.wait("document.getElementById('speed').value === '2'");

    // The timeline: a press in its middle goes to the middle of the episode.
    let [x, y, width, _] = b.place("#timeline");
    b.click(x + width / 2.0, y + 6.0);
    let middle_frame = LENGTHS[0] / 2;
    b.wait(&format!("Math.abs(Number(document.documentElement.dataset.frame) - {middle_frame}) < 5"));
    let strip = b.place("#timeline");
    let drawn = b.picture(strip);
    let paper = drawn.at(drawn.width - 1, drawn.height - 1);
    assert!(drawn.unlike(paper) > drawn.width * 4, "contacts and segments are drawn: {}", drawn.unlike(paper));

    // What was found is listed, and the plots have a line in each row.
    b.wait("document.querySelector('#found .finding.defect')");
    assert!(b.value("document.querySelectorAll('.plot canvas').length").as_u64() >= Some(29));
    b.press("n");
    b.wait("document.querySelector('.finding.open')");

    // Help, another episode, comparing.
    b.press("?");
    b.wait("document.getElementById('help').open");
    assert!(b.value("document.querySelectorAll('#help kbd').length").as_u64() > Some(10));
    b.press("?");
    b.wait("!document.getElementById('help').open");
    b.press("c");
    b.wait("[...document.querySelectorAll('#legend button')].some((e) => e.textContent === 'Episode 1')");
    b.press("ArrowDown");
    b.wait("document.documentElement.dataset.episode === '1'");
    b.press("End");
    b.wait(&format!("document.documentElement.dataset.frame === '{}'", LENGTHS[1] - 1));
    assert_eq!(frame(&mut b), LENGTHS[1] - 1);

    // What a frame costs in the script: drawing itself is left out, for here the processor does it.
    b.value(
        "['drawElements', 'drawArrays', 'drawElementsInstanced', 'drawArraysInstanced', 'clear'] \
         .forEach((name) => (WebGL2RenderingContext.prototype[name] = () => {}))",
    );
    let before = b.metric("ScriptDuration");
    b.press("Home");
    b.press(" ");
    let counted = "new Promise((done) => { let n = 0; const t = performance.now(); const next = () => (++n, \
                   performance.now() - t > 3000 ? done(n) : requestAnimationFrame(next)); requestAnimationFrame(next); })";
    let frames = b.value(counted).as_f64().expect("frames");
    let spent = 1e3 * (b.metric("ScriptDuration") - before) / frames;
    eprintln!("the page's script takes {spent:.2} ms a frame, drawing left out");
    assert_eq!(b.complaints, Vec::<String>::new());
}

#[test]
fn a_robot_is_seen_and_its_joints_move() {
    let Some(mut b) = browser() else { return };
    let port = serve(Show::robot(g1()));
    b.open(&format!("http://127.0.0.1:{port}/"));
    let stage = b.place("#stage");
    let before = b.picture(stage);
    assert!(before.unlike(before.at(2, before.height / 2)) > before.width * before.height / 50);
    assert_eq!(b.value("document.querySelectorAll('.sliders input').length").as_u64(), Some(29));
    b.value(
        "(() => { const s = document.querySelector('.sliders input'); s.value = s.min; \
         s.dispatchEvent(new Event('input', { bubbles: true })); return true; })()",
    );
    let after = b.picture(stage);
    assert!(before.differing(&after) > 500, "{}", before.differing(&after));
    assert_eq!(b.complaints, Vec::<String>::new());
}

#[test]
fn without_a_robot_there_are_still_plots() {
    let Some(mut b) = browser() else { return };
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("set");
    write(&g1(), &path);
    let port = serve(show(&path, None));
    b.open(&format!("http://127.0.0.1:{port}/"));
    b.wait("document.querySelectorAll('.plot canvas').length >= 29");
    b.press("End");
    b.wait(&format!("document.documentElement.dataset.frame === '{}'", LENGTHS[0] - 1));
    b.wait("/rad/.test(document.querySelector('.plot .value').textContent)");
    assert_eq!(b.complaints, Vec::<String>::new());
}
