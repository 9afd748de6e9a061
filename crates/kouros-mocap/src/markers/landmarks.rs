//! Which marker sits on which landmark of the body, by its label.
//!
//! Lives here: the labels of the sets people use (Plug-in Gait, CMU's 41, the anatomical names of
//! Qualisys and the ISB, OpenSim's examples, pyCGM2's), one table for all. Does not: places.

/// A palpable point of one side of the body, or of its middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Landmark {
    Asis,
    Psis,
    Knee,
    KneeMedial,
    Ankle,
    AnkleMedial,
    Heel,
    Toe,
    ToeMedial,
    ToeLateral,
    Shoulder,
    Elbow,
    ElbowMedial,
    WristRadial,
    WristUlnar,
    Wrist,
    Finger,
    HeadFront,
    HeadBack,
    HeadSide,
    C7,
    T10,
    Clavicle,
    Sternum,
    Sacrum,
    HeadTop,
}

use Landmark as L;

/// Labels of landmarks with a side, without the side; letters and digits in capitals.
const SIDED: [(Landmark, &[&str]); 20] = [
    (L::Asis, &["ASI", "ASIS", "IAS", "FWT", "EIAS"]),
    (L::Psis, &["PSI", "PSIS", "IPS", "BWT", "EIPS"]),
    (L::Knee, &["KNE", "KNEE", "KNEELAT", "KNEELATERAL", "LATKNEE", "LKNEE", "LFC", "FLE", "KNL", "KNELAT"]),
    (L::KneeMedial, &["KNM", "KNEEMED", "KNEEMEDIAL", "MKNEE", "MKNE", "MFC", "FME", "KNEIN", "KNEM", "KNEMED", "KNEEIN"]),
    (L::Ankle, &["ANK", "ANKLE", "ANKLELAT", "ANKLELATERAL", "LATANKLE", "FAL", "LMAL", "ANKLAT"]),
    (L::AnkleMedial, &["ANKIN", "ANKLEMED", "ANKLEMEDIAL", "MANKLE", "TAM", "MMAL", "MED", "ANKM", "ANKMED", "MANK"]),
    (L::Heel, &["HEE", "HEEL", "CAL", "FCC", "CALCA"]),
    (L::Toe, &["TOE", "MT2", "FM2", "SMH"]),
    (L::ToeMedial, &["MT1", "FM1", "TOEMED", "FOOTMEDIAL", "FMH", "D1M"]),
    (L::ToeLateral, &["MT5", "FM5", "TOELAT", "FOOTLATERAL", "VMH", "D5M"]),
    (L::Shoulder, &["SHO", "SHOULDER", "ACR", "ACROMIUM", "ACROMION", "SAE", "AC", "ACROMIONTIP"]),
    (L::Elbow, &["ELB", "ELBOW", "LEL", "ELBLAT", "ELBOWLAT", "HLE", "EPILAT", "LATERALEPICONDYLE"]),
    (L::ElbowMedial, &["MEL", "ELBMED", "MELBOW", "ELBOWMED", "HME", "EPIMED", "MEDIALEPICONDYLE"]),
    (L::WristRadial, &["WRA", "IWR", "RSP", "FARADIUS", "WRISTRAD", "WRISTMED", "STYR"]),
    (L::WristUlnar, &["WRB", "OWR", "USP", "FAULNA", "WRISTULN", "WRISTULNA", "WRISTLAT", "STYU"]),
    (L::Wrist, &["WRI", "WRIST"]),
    (L::Finger, &["FIN", "FINGER", "HM2", "HAND"]),
    (L::HeadFront, &["FHD"]),
    (L::HeadBack, &["BHD"]),
    (L::HeadSide, &["TEMPLE", "HEAD", "EAR"]),
];

/// Labels of landmarks in the body's middle.
const MIDDLE: [(Landmark, &[&str]); 6] = [
    (L::C7, &["C7", "CV7"]),
    (L::T10, &["T10", "TV10", "T8", "TV8"]),
    (L::Clavicle, &["CLAV", "IJ", "SJN"]),
    (L::Sternum, &["STRN", "STER", "STERN", "STERNUM", "SXS", "PX", "XIPH"]),
    (L::Sacrum, &["SACR", "SACRUM", "VSAC", "VSACRAL", "S2", "S1", "SACRAL"]),
    (L::HeadTop, &["TOPHEAD", "HEADTOP", "VERTEX"]),
];

/// Where a landmark lies: [`kouros_motion::LEFT`], [`kouros_motion::RIGHT`], or in the middle.
pub(crate) type Side = Option<usize>;

/// The landmark of a label, letter case, separators and the subject's prefix aside.
pub(crate) fn of(label: &str) -> Option<(Landmark, Side)> {
    let bare: String = own_name(label).chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    if let Some((landmark, _)) = MIDDLE.iter().find(|(_, labels)| labels.contains(&bare.as_str())) {
        return Some((*landmark, None));
    }
    let sided = |stem: &str| SIDED.iter().find(|(_, labels)| labels.contains(&stem)).map(|(l, _)| *l);
    for (side, words) in [(0, ["LEFT", "L"]), (1, ["RIGHT", "R"])] {
        for word in words {
            let stems = [bare.strip_prefix(word), bare.strip_suffix(word)];
            if let Some(landmark) = stems.into_iter().flatten().find_map(sided) {
                return Some((landmark, Some(side)));
            }
        }
    }
    None
}

/// The label by which [`of`] knows a landmark.
pub(crate) fn label_of(landmark: Landmark, side: Side) -> String {
    let first = |labels: &[&str]| labels.first().copied().unwrap_or_default().to_owned();
    if let Some((_, labels)) = MIDDLE.iter().find(|(l, _)| *l == landmark) {
        return first(labels);
    }
    let stem = SIDED.iter().find(|(l, _)| *l == landmark).map_or_else(String::new, |(_, labels)| first(labels));
    format!("{}{stem}", if side == Some(0) { "L" } else { "R" })
}

/// A label without the subject before its colon.
pub(crate) fn own_name(label: &str) -> &str {
    label.rsplit(':').next().unwrap_or(label)
}

/// What stands before a label's last colon.
pub(crate) fn subject(label: &str) -> &str {
    label.rsplit_once(':').map_or("", |(s, _)| s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_many_sets() {
        for (label, landmark, side) in [
            ("LASI", L::Asis, Some(0)),
            ("Derrick:RKNE", L::Knee, Some(1)),
            ("R_IAS", L::Asis, Some(1)),
            ("R.Knee.Lat", L::Knee, Some(1)),
            ("R.MKnee", L::KneeMedial, Some(1)),
            ("L_FLE", L::Knee, Some(0)),
            ("LFWT", L::Asis, Some(0)),
            ("ASISr", L::Asis, Some(1)),
            ("LateralEpicondyleL", L::Elbow, Some(0)),
            ("RLEL", L::Elbow, Some(1)),
            ("LLMAL", L::Ankle, Some(0)),
            ("C7", L::C7, None),
            ("V.Sacral", L::Sacrum, None),
            ("RFAulna", L::WristUlnar, Some(1)),
        ] {
            assert_eq!(of(label), Some((landmark, side)), "{label}");
        }
        for label in ["RBAK", "LTHI", "*115", "LHipAngles", "PELO", "boite:avant_gauche", "", "R"] {
            assert_eq!(of(label), None, "{label}");
        }
        for (landmark, _) in SIDED {
            assert_eq!(of(&label_of(landmark, Some(1))), Some((landmark, Some(1))));
        }
        for (landmark, _) in MIDDLE {
            assert_eq!(of(&label_of(landmark, None)), Some((landmark, None)));
        }
        assert_eq!((subject("a:b:c"), own_name("a:b:c"), subject("x")), ("a:b", "c", ""));
    }
}
