//! What a name is answered with.

use serde::Serialize;
use std::borrow::Cow;
use std::fs::File;

/// The bytes behind a name.
#[derive(Debug)]
pub enum Body {
    /// In memory.
    Bytes(Cow<'static, [u8]>),
    /// In a file of this many bytes, which may be large.
    File(File, u64),
}

/// Bytes, and what kind of bytes they are.
#[derive(Debug)]
pub struct Answer {
    /// The media type.
    pub kind: &'static str,
    /// The bytes.
    pub body: Body,
}

impl Answer {
    /// JSON.
    pub(crate) fn json(value: &impl Serialize) -> Self {
        // Maps with keys of text and finite numbers always serialise; what does not is empty.
        let bytes = serde_json::to_vec(value).unwrap_or_else(|_| b"null".to_vec());
        Self { kind: "application/json", body: Body::Bytes(bytes.into()) }
    }

    /// Binary data.
    pub(crate) fn binary(bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { kind: "application/octet-stream", body: Body::Bytes(bytes.into()) }
    }

    /// How many bytes.
    pub fn length(&self) -> u64 {
        match &self.body {
            Body::Bytes(bytes) => bytes.len() as u64,
            Body::File(_, length) => *length,
        }
    }
}
