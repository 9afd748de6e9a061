//! A policy as an ONNX model, for whoever runs it without Kouros.
//!
//! Lives here: the graph and the bytes (protobuf's wire format, of which this needs varints and
//! length-prefixed fields only; field numbers are those of onnx.proto3). Does not: reading ONNX.
//!
//! The model takes `observation` (rows x O) as the contract lists it, not normalised, and gives
//! `action` (rows x A); what is done with an action says the contract, which travels as the model's
//! metadata. Operator set 17, so that runtimes of years past take it.

use crate::Policy;
use crate::container::put_whole;
use crate::normaliser::MOST;
use crate::{Error, Result};
use kouros_sim::Mirror;
use std::path::Path;

/// Version of the model format that came with operator set 17.
const IR_VERSION: u64 = 8;
const OPERATORS: u64 = 17;

/// Types of onnx.proto3.
const FLOAT: u64 = 1;
const INT64: u64 = 7;

/// A protobuf message as it grows.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn number(mut self, field: u64, value: u64) -> Self {
        self.varint(field << 3);
        self.varint(value);
        self
    }

    fn bytes(mut self, field: u64, value: &[u8]) -> Self {
        self.varint(field << 3 | 2);
        self.varint(value.len() as u64);
        self.0.extend_from_slice(value);
        self
    }

    fn text(self, field: u64, value: &str) -> Self {
        self.bytes(field, value.as_bytes())
    }

    fn part(self, field: u64, value: &Self) -> Self {
        self.bytes(field, &value.0)
    }
}

/// The graph as it grows: nodes in order, constants by name.
#[derive(Default)]
struct Graph {
    nodes: Vec<Message>,
    constants: Vec<Message>,
}

impl Graph {
    /// A node; `whole` are attributes that are whole numbers. Gives its output's name back.
    fn node(&mut self, operator: &str, inputs: &[&str], output: &str, whole: &[(&str, u64)]) -> String {
        let mut node = Message::default();
        for input in inputs {
            node = node.text(1, input);
        }
        node = node.text(2, output).text(3, output).text(4, operator);
        for (name, value) in whole {
            const WHOLE: u64 = 2;
            node = node.part(5, &Message::default().text(1, name).number(3, *value).number(20, WHOLE));
        }
        self.nodes.push(node);
        output.into()
    }

    fn constant(&mut self, name: &str, kind: u64, shape: &[usize], raw: &[u8]) -> String {
        let mut tensor = Message::default();
        for size in shape {
            tensor = tensor.number(1, *size as u64);
        }
        self.constants.push(tensor.number(2, kind).text(8, name).bytes(9, raw));
        name.into()
    }

    fn floats(&mut self, name: &str, shape: &[usize], values: &[f32]) -> String {
        let raw: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.constant(name, FLOAT, shape, &raw)
    }

    /// The mirror image of `input`, columns changed in place and sign.
    fn mirror(&mut self, input: &str, mirror: &Mirror, name: &str) -> String {
        let raw: Vec<u8> = mirror.source.iter().flat_map(|s| (*s as i64).to_le_bytes()).collect();
        let from = self.constant(&format!("{name}.from"), INT64, &[mirror.source.len()], &raw);
        let sign = self.floats(&format!("{name}.sign"), &[mirror.sign.len()], &mirror.sign);
        let moved = self.node("Gather", &[input, &from], &format!("{name}.moved"), &[("axis", 1)]);
        self.node("Mul", &[&moved, &sign], name, &[])
    }
}

impl Policy {
    /// The policy as an ONNX model.
    ///
    /// # Errors
    /// A contract that cannot become JSON.
    pub fn onnx(&self) -> Result<Vec<u8>> {
        let mlp = &self.actor.mlp;
        let sizes = mlp.sizes();
        let (sensed, actions) = (sizes[0], sizes[sizes.len() - 1]);
        let mut graph = Graph::default();
        let (shift, scale) = self.sensed.shift_and_scale();
        let shift = graph.floats("shift", &[sensed], &shift);
        let scale = graph.floats("scale", &[sensed], &scale);
        let (least, most) = (graph.floats("least", &[], &[-MOST]), graph.floats("most", &[], &[MOST]));
        let centred = graph.node("Sub", &["observation", &shift], "centred", &[]);
        let scaled = graph.node("Div", &[&centred, &scale], "scaled", &[]);
        let normal = graph.node("Clip", &[&scaled, &least, &most], "normal", &[]);
        let image = graph.mirror(&normal, &self.actor.input, "image");
        for (l, (weights, biases)) in mlp.layers().into_iter().enumerate() {
            graph.floats(&format!("weight.{l}"), &[sizes[l], sizes[l + 1]], &self.numbers[weights]);
            graph.floats(&format!("bias.{l}"), &[sizes[l + 1]], &self.numbers[biases]);
        }
        let through = |graph: &mut Graph, input: String, name: &str| {
            (0..sizes.len() - 1).fold(input, |x, l| {
                let (weight, bias) = (format!("weight.{l}"), format!("bias.{l}"));
                let y = graph.node("Gemm", &[&x, &weight, &bias], &format!("{name}.{l}"), &[]);
                if l + 2 == sizes.len() { y } else { graph.node("Elu", &[&y], &format!("{name}.{l}.elu"), &[]) }
            })
        };
        let plain = through(&mut graph, normal, "plain");
        let mirrored = through(&mut graph, image, "mirrored");
        let back = graph.mirror(&mirrored, &self.actor.output, "back");
        let half = graph.floats("half", &[], &[0.5]);
        let sum = graph.node("Add", &[&plain, &back], "sum", &[]);
        graph.node("Mul", &[&sum, &half], "action", &[]);

        let mut body = Message::default();
        for node in &graph.nodes {
            body = body.part(1, node);
        }
        body = body.text(2, "policy");
        for constant in &graph.constants {
            body = body.part(5, constant);
        }
        body = body.part(11, &rows_of("observation", sensed)).part(12, &rows_of("action", actions));
        let mut model = Message::default()
            .number(1, IR_VERSION)
            .text(2, "kouros")
            .text(3, env!("CARGO_PKG_VERSION"))
            .part(7, &body)
            .part(8, &Message::default().number(2, OPERATORS));
        for (key, value) in self.facts()? {
            model = model.part(14, &Message::default().text(1, key).text(2, &value));
        }
        Ok(model.0)
    }

    /// Writes the policy as an ONNX model: beside `path` first, then there in one step.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write_onnx(&self, path: &Path) -> Result<()> {
        put_whole(path, &self.onnx()?)
    }

    /// What the model says of itself: the whole contract, and its commonest words apart.
    fn facts(&self) -> Result<Vec<(&'static str, String)>> {
        fn json(value: &impl serde::Serialize) -> Result<String> {
            serde_json::to_string(value).map_err(|e| Error::Format { path: "the ONNX model".into(), message: e.to_string() })
        }
        let c = &self.contract;
        let each = |of: &dyn Fn(&kouros_sim::ContractJoint) -> f64| json(&c.joints.iter().map(of).collect::<Vec<_>>());
        let names: Vec<&str> = c.joints.iter().map(|j| j.name.as_str()).collect();
        Ok(vec![
            ("kouros.contract", json(c)?),
            ("kouros.contract_sha256", c.hash()),
            ("kouros.made", json(&self.made)?),
            ("robot", c.robot.clone()),
            ("rate_hz", c.rate_hz.to_string()),
            ("joint_names", json(&names)?),
            ("default_joint_pos", each(&|j| j.start)?),
            ("action_scale", each(&|j| j.scale)?),
            ("joint_stiffness", each(&|j| j.kp)?),
            ("joint_damping", each(&|j| j.kd)?),
            ("observation_names", json(&c.observation)?),
        ])
    }
}

/// An input or output of any number of rows of `size` numbers.
fn rows_of(name: &str, size: usize) -> Message {
    let rows = Message::default().text(2, "rows");
    let columns = Message::default().number(1, size as u64);
    let shape = Message::default().part(1, &rows).part(1, &columns);
    let tensor = Message::default().number(1, FLOAT).part(2, &shape);
    Message::default().text(1, name).part(2, &Message::default().part(1, &tensor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_by_hand() {
        // The examples of protobuf's encoding guide: field 1 = 150; field 2 = "testing".
        assert_eq!(Message::default().number(1, 150).0, [0x08, 0x96, 0x01]);
        assert_eq!(Message::default().text(2, "testing").0, [0x12, 7, b't', b'e', b's', b't', b'i', b'n', b'g']);
        let inner = Message::default().number(1, 150);
        assert_eq!(Message::default().part(3, &inner).0, [0x1a, 3, 0x08, 0x96, 0x01]);
    }
}
