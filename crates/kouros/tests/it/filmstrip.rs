//! The picture in the README: the film strips of the sample clips, as the report draws them.

use crate::bench_folder::{Bench, sample_clips};
use std::fmt::Write;
use std::path::Path;

/// What the page's style sheet says of a strip, beside its colours.
const STYLE: &str = "text{font:12px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:var(--soft)}\
    .name{font-weight:600;fill:var(--ink);font-size:13px}path{fill:none}.page{fill:var(--card)}\
    .floor{stroke:var(--soft);stroke-width:1.2}.h0,.h1,.h2,.r0,.r1,.r2{stroke:var(--card);stroke-width:.7;stroke-linejoin:round}\
    path.h0{fill:var(--h0)}path.h1{fill:var(--h1)}path.h2{fill:var(--h2)}path.r0{fill:var(--r0)}path.r1{fill:var(--r1)}path.r2{fill:var(--r2)}\
    .hstand,.rstand{stroke-width:4;stroke-linecap:round}.hstand{stroke:var(--h2)}.rstand{stroke:var(--r2)}\
    rect.h2{fill:var(--h2)}rect.r2{fill:var(--r2)}";

/// Room around, over each strip for its name, and under the title [px].
const AROUND: f64 = 20.0;
const OVER: f64 = 30.0;

#[test]
#[ignore = "writes docs/media/filmstrip.svg: cargo test -p kouros -- --ignored the_readme_s_picture"]
fn the_readme_s_picture() {
    let bench = Bench::new();
    let clips = ["walk_turn.bvh", "crouch_reach.bvh"].map(|c| sample_clips().join(c).display().to_string());
    bench.kouros(&["retarget", &clips[0], &clips[1], "--robot", "unitree_g1", "--out", "demo"]).ends(0);
    let page = String::from_utf8(bench.files("demo")["report.html"].clone()).expect("UTF-8");
    let style = include_str!("../../src/report/style.css");
    let colours = style.split("*{box-sizing").next().expect("colours first").replace('\n', "");
    let (mut body, mut y) = (String::new(), AROUND);
    for (name, section) in ["walk_turn.bvh", "crouch_reach.bvh"].iter().zip(page.split("<section ").skip(1)) {
        let strip = section.split("<svg class=\"strip\"").nth(1).and_then(|s| s.split("</svg>").next()).expect("a strip");
        let (head, inside) = strip.split_once('>').expect("a head");
        let height: f64 =
            head.split("height=\"").nth(1).and_then(|h| h.split('"').next()).and_then(|h| h.parse().ok()).expect("a height");
        let _ = write!(body, "<text class=\"name\" x=\"{AROUND}\" y=\"{}\">{name}</text>", y + 14.0);
        if y == AROUND {
            let _ = write!(
                body,
                "<rect class=\"h2\" x=\"926\" y=\"{0}\" width=\"11\" height=\"11\" rx=\"3\"/><text x=\"943\" y=\"{1}\">person</text>\
                 <rect class=\"r2\" x=\"1000\" y=\"{0}\" width=\"11\" height=\"11\" rx=\"3\"/><text x=\"1017\" y=\"{1}\">Unitree G1</text>",
                y + 4.0,
                y + 14.0
            );
        }
        let _ = write!(body, "<g transform=\"translate({AROUND} {})\">{inside}</g>", y + OVER);
        y += OVER + height + 6.0;
    }
    let size = (1080.0 + 2.0 * AROUND, y);
    let picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\" \
         aria-label=\"Two captured motions, person and Unitree G1 side by side\"><style>{colours}{STYLE}</style>\
         <rect class=\"page\" width=\"{0}\" height=\"{1}\" rx=\"10\"/>{body}</svg>\n",
        size.0, size.1
    );
    assert!(picture.len() < 150_000, "{}", picture.len());
    let to = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/media/filmstrip.svg");
    std::fs::create_dir_all(to.parent().expect("folder")).expect("folder");
    std::fs::write(to, picture).expect("write");
}
