//! Episodes into files.

use super::{ABOUT, TEXT, topic};
use crate::ros::Encoder;
use crate::{Error, Result};
use kouros_dataset::stream::{Account, Head, Recording, Scalar, Stream, WholeFolder};
use mcap::records::MessageHeader;
use mcap::{Attachment, Compression, McapError, WriteOptions, Writer};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

const LINE: &str = "================================================================================\n";
const TIME: &str = "MSG: builtin_interfaces/Time\nint32 sec\nuint32 nanosec\n";
const HEADER: &str = "MSG: std_msgs/Header\nbuiltin_interfaces/Time stamp\nstring frame_id\n";

/// Writes episodes into a folder, whole or not at all.
pub(crate) struct McapSink {
    folder: WholeFolder,
    head: Head,
    attached: Vec<(String, Vec<u8>)>,
    episodes: usize,
    pub account: Account,
}

impl McapSink {
    /// A new folder; `attached` are the robot's files, by name.
    pub fn create(path: &Path, head: Head, attached: Vec<(String, Vec<u8>)>) -> Result<Self> {
        let mut account = Account::default();
        for camera in &head.cameras {
            account.lost(format!("video '{}'", camera.name), "films are not carried into MCAP");
        }
        Ok(Self { folder: WholeFolder::create(path)?, head, attached, episodes: 0, account })
    }

    /// Writes the next episode.
    pub fn take(&mut self, episode: &Recording) -> Result<()> {
        let path = self.folder.inside().join(format!("episode_{:06}.mcap", self.episodes));
        let failed = |e: McapError| {
            let source = if let McapError::Io(io) = e { io } else { std::io::Error::other(e) };
            Error::Dataset(kouros_dataset::Error::Io { doing: "write", path: path.clone(), source })
        };
        let file = File::create_new(&path).map_err(|e| failed(e.into()))?;
        let options = WriteOptions::new()
            .profile("ros2")
            .library(concat!("kouros ", env!("CARGO_PKG_VERSION")))
            .compression(Some(Compression::Zstd))
            .compression_threads(0);
        let mut writer = Writer::with_options(BufWriter::new(file), options).map_err(failed)?;
        self.fill(&mut writer, episode).map_err(failed)?;
        writer.finish().map_err(failed)?;
        let file = writer.into_inner().into_inner().map_err(|e| failed(e.into_error().into()))?;
        file.sync_all().map_err(|e| failed(e.into()))?;
        self.episodes += 1;
        Ok(())
    }

    fn fill(&self, out: &mut Writer<BufWriter<File>>, episode: &Recording) -> std::result::Result<(), McapError> {
        for (name, bytes) in &self.attached {
            let media_type = if name.ends_with(".urdf") || name.ends_with(".xml") { "application/xml" } else { "" };
            let data = bytes.as_slice().into();
            out.attach(&Attachment { log_time: 0, create_time: 0, name: name.clone(), media_type: media_type.into(), data })?;
        }
        let channel = |out: &mut Writer<_>, topic: &str, (name, text): (&str, &str), more: &BTreeMap<String, String>| {
            let schema = out.add_schema(name, "ros2msg", text.as_bytes())?;
            out.add_channel(schema, topic, "cdr", more)
        };
        let none = BTreeMap::new();
        let about = channel(out, ABOUT, TEXT, &none)?;
        let task = channel(out, "/task", TEXT, &none)?;
        let mut streams = Vec::new();
        for stream in &self.head.streams {
            let (name, text) = definition(stream);
            let more = BTreeMap::from([
                ("feature".to_owned(), stream.name.clone()),
                ("dims".to_owned(), json!(stream.dims).to_string()),
            ]);
            streams.push(channel(out, &topic(&stream.name), (&name, &text), &more)?);
        }
        let joints = joint_states(&self.head);
        let joints = joints
            .map(|j| Ok::<_, McapError>((channel(out, "/joint_states", ("sensor_msgs/msg/JointState", &j.1), &none)?, j.0)));
        let joints = joints.transpose()?;
        let base = self.head.stream("label.root_pose").filter(|&i| self.head.streams[i].dims.len() == 7);
        let tf =
            base.map(|i| Ok::<_, McapError>((channel(out, "/tf", ("tf2_msgs/msg/TFMessage", &frames_definition()), &none)?, i)));
        let tf = tf.transpose()?;

        let mut put = |channel_id: u16, sequence: usize, time: u64, data: Vec<u8>| {
            let header = MessageHeader { channel_id, sequence: sequence as u32, log_time: time, publish_time: time };
            out.write_to_known_channel(&header, &data)
        };
        let text = |text: &str| {
            let mut e = Encoder::new();
            e.text(text);
            e.bytes()
        };
        put(about, 0, 0, text(&self.about(episode).to_string()))?;
        for t in 0..episode.length {
            let seconds = episode.seconds.get(t).copied().unwrap_or(0.0);
            let time = (seconds.max(0.0) * 1e9).round() as u64;
            let of = |t: usize| episode.task_of.get(t).copied();
            if t == 0 || of(t) != of(t - 1) {
                let words = of(t).and_then(|i| episode.tasks.get(i)).map_or("", String::as_str);
                put(task, t, time, text(words))?;
            }
            for ((channel, stream), values) in streams.iter().zip(&self.head.streams).zip(&episode.columns) {
                let mut e = Encoder::new();
                e.time(time);
                e.f64(seconds);
                let width = stream.dims.len();
                e.values(values, t * width..(t + 1) * width);
                put(*channel, t, time, e.bytes())?;
            }
            if let Some((channel, parts)) = &joints {
                put(*channel, t, time, self.joint_state(episode, parts, t, time))?;
            }
            if let Some((channel, at)) = &tf {
                put(*channel, t, time, self.base_frame(episode, *at, t, time))?;
            }
        }
        Ok(())
    }

    /// What the streams do not say.
    fn about(&self, episode: &Recording) -> Value {
        let head = &self.head;
        json!({
            "schema": "kouros-mcap/1",
            "format": head.format,
            "robot_type": head.robot_type,
            "fps": head.fps,
            "dataset": head.kouros,
            "index": episode.index,
            "length": episode.length,
            "tasks": episode.tasks,
            "kouros": episode.kouros,
        })
    }

    fn joint_state(&self, episode: &Recording, parts: &[Option<usize>; 3], t: usize, time: u64) -> Vec<u8> {
        let mut e = Encoder::new();
        e.time(time);
        e.text("");
        let dims = parts[0].map_or(&[][..], |i| &self.head.streams[i].dims);
        e.count(dims.len());
        dims.iter().for_each(|d| e.text(joint_name(d)));
        for part in parts {
            let numbers = part
                .and_then(|i| episode.columns.get(i)?.at(&(t * dims.len()..(t + 1) * dims.len()).collect::<Vec<_>>()).numbers());
            let numbers = numbers.unwrap_or_default();
            e.count(numbers.len());
            numbers.into_iter().for_each(|v| e.f64(v));
        }
        e.bytes()
    }

    fn base_frame(&self, episode: &Recording, at: usize, t: usize, time: u64) -> Vec<u8> {
        let row = episode.columns.get(at).map(|c| c.at(&(7 * t..7 * t + 7).collect::<Vec<_>>())).and_then(|v| v.numbers());
        let row: [f64; 7] = row.and_then(|r| r.try_into().ok()).unwrap_or([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        let [x, y, z, qw, qx, qy, qz] = row;
        let mut e = Encoder::new();
        e.count(1);
        e.time(time);
        e.text("world");
        e.text("base");
        // ROS has the real part last.
        [x, y, z, qx, qy, qz, qw].into_iter().for_each(|v| e.f64(v));
        e.bytes()
    }

    /// Gives the folder its name, with the report in it.
    pub fn finish(self, report: &str) -> Result<std::path::PathBuf> {
        if self.episodes == 0 {
            return Err(Error::Asked("expected at least one episode, found none".into()));
        }
        let path = self.folder.inside().join("conversion.json");
        kouros_dataset::write_whole(&path, report.as_bytes(), kouros_dataset::Overwrite::Refused)?;
        Ok(self.folder.finish()?)
    }
}

/// The name and text of a stream's message: the time, and each dimension as a field.
fn definition(stream: &Stream) -> (String, String) {
    let camel: String = stream.name.split(|c: char| !c.is_ascii_alphanumeric()).map(capital).collect();
    let kind = match stream.scalar {
        Scalar::F32 => "float32",
        Scalar::F64 => "float64",
        Scalar::I64 => "int64",
        Scalar::Bool => "bool",
        Scalar::Text => "string",
    };
    let mut text = "builtin_interfaces/Time stamp\nfloat64 seconds\n".to_owned();
    let mut taken: HashSet<String> = ["stamp", "seconds"].map(String::from).into();
    for (i, dim) in stream.dims.iter().enumerate() {
        let mut name = field_name(dim);
        if !taken.insert(name.clone()) {
            name = format!("{name}_{i}");
            taken.insert(name.clone());
        }
        text += &format!("{kind} {name}\n");
    }
    (format!("kouros/msg/{camel}"), text + LINE + TIME)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |c| c.to_ascii_uppercase().to_string() + letters.as_str())
}

/// A dimension's name as ROS 2 allows names of fields: small letters, digits, single underscores.
fn field_name(dim: &str) -> String {
    let plain: String = dim.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let name = plain.split('_').filter(|w| !w.is_empty()).collect::<Vec<_>>().join("_");
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("d{name}") }
}

/// LeRobot's robots write `left_knee.pos`; the joint is `left_knee`.
fn joint_name(dim: &str) -> &str {
    dim.strip_suffix(".pos").unwrap_or(dim)
}

/// The streams that are joints' positions, velocities and efforts, and the definition of their message.
fn joint_states(head: &Head) -> Option<([Option<usize>; 3], String)> {
    let position = head.stream("observation.state")?;
    let width = head.streams[position].dims.len();
    let floats = |i: &usize| matches!(head.streams[*i].scalar, Scalar::F32 | Scalar::F64) && head.streams[*i].dims.len() == width;
    let like = |name: &str| head.stream(name).filter(floats);
    let parts = [Some(position).filter(floats), like("observation.velocity"), like("observation.effort")];
    parts[0]?;
    let fields = "std_msgs/Header header\nstring[] name\nfloat64[] position\nfloat64[] velocity\nfloat64[] effort\n";
    Some((parts, format!("{fields}{LINE}{HEADER}{LINE}{TIME}")))
}

fn frames_definition() -> String {
    let stamped =
        "MSG: geometry_msgs/TransformStamped\nstd_msgs/Header header\nstring child_frame_id\ngeometry_msgs/Transform transform\n";
    let transform = "MSG: geometry_msgs/Transform\ngeometry_msgs/Vector3 translation\ngeometry_msgs/Quaternion rotation\n";
    let vector = "MSG: geometry_msgs/Vector3\nfloat64 x\nfloat64 y\nfloat64 z\n";
    let quaternion = "MSG: geometry_msgs/Quaternion\nfloat64 x\nfloat64 y\nfloat64 z\nfloat64 w\n";
    let parts = ["geometry_msgs/TransformStamped[] transforms\n", stamped, transform, vector, quaternion, HEADER, TIME];
    parts.join(LINE)
}
