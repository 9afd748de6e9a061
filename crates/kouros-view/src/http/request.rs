//! One request of a browser, read with bounds and believed in nothing.
//!
//! HTTP/1.1 by RFC 9112, of which a page's own requests need little: GET and HEAD, no body.

use std::io::{BufRead, Read};

/// The longest head of a request [bytes].
const LONGEST_HEAD: u64 = 16 * 1024;
/// The most header lines.
const MOST_LINES: usize = 100;

/// What was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Request {
    /// Whether only the head of the answer is wanted.
    pub head_only: bool,
    /// The path as it stands, without a query.
    pub path: String,
    /// `Host`.
    pub host: Option<String>,
    /// `Origin`.
    pub origin: Option<String>,
    /// `Sec-Fetch-Site`.
    pub site: Option<String>,
    /// `Sec-Fetch-Mode`.
    pub mode: Option<String>,
    /// `Range`.
    pub range: Option<String>,
    /// Whether the connection ends after the answer.
    pub last: bool,
}

/// What came instead of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Nothing more comes: the connection has ended, or waited too long.
    Ended,
    /// An answer with this status, and the end of the connection.
    With(u16),
}

/// Reads the next request.
pub(super) fn read(from: &mut impl BufRead) -> Result<Request, Refused> {
    let mut limited = from.take(LONGEST_HEAD);
    let first = line(&mut limited)?.ok_or(Refused::Ended)?;
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some(version), None) = (words.next(), words.next(), words.next(), words.next()) else {
        return Err(Refused::With(400));
    };
    if !matches!(version, "HTTP/1.1" | "HTTP/1.0") {
        return Err(Refused::With(505));
    }
    let mut request = Request { last: version == "HTTP/1.0", ..Request::default() };
    for _ in 0..MOST_LINES {
        let text = line(&mut limited)?.ok_or(Refused::With(431))?;
        if text.is_empty() {
            return finish(request, method, target);
        }
        let (name, value) = text.split_once(':').ok_or(Refused::With(400))?;
        if name.is_empty() || name.bytes().any(|b| !(b.is_ascii_alphanumeric() || b == b'-' || b == b'_')) {
            return Err(Refused::With(400));
        }
        let value = value.trim().to_owned();
        match name.to_ascii_lowercase().as_str() {
            // Said twice, nobody knows which is meant.
            "host" if request.host.is_some() => return Err(Refused::With(400)),
            "origin" if request.origin.is_some() => return Err(Refused::With(400)),
            "host" => request.host = Some(value),
            "origin" => request.origin = Some(value),
            "sec-fetch-site" => request.site = Some(value),
            "sec-fetch-mode" => request.mode = Some(value),
            "range" => request.range = Some(value),
            "connection" => request.last |= value.eq_ignore_ascii_case("close"),
            "content-length" if value == "0" => {}
            "content-length" | "transfer-encoding" => return Err(Refused::With(413)),
            _ => {}
        }
    }
    Err(Refused::With(431))
}

fn finish(mut request: Request, method: &str, target: &str) -> Result<Request, Refused> {
    request.head_only = match method {
        "GET" => false,
        "HEAD" => true,
        _ => return Err(Refused::With(405)),
    };
    let path = target.split(['?', '#']).next().unwrap_or_default();
    // A browser sends a path; a proxy's whole address is nobody we know.
    request.path = path.strip_prefix('/').ok_or(Refused::With(400))?.to_owned();
    Ok(request)
}

/// A line without its end; `None` where the limit or the connection ends before it does.
fn line(from: &mut impl BufRead) -> Result<Option<String>, Refused> {
    let mut bytes = Vec::new();
    from.read_until(b'\n', &mut bytes).map_err(|_| Refused::Ended)?;
    if bytes.pop() != Some(b'\n') {
        return Ok(None);
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    let text = String::from_utf8(bytes).map_err(|_| Refused::With(400))?;
    if text.chars().any(|c| c.is_control() && c != '\t') { Err(Refused::With(400)) } else { Ok(Some(text)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Request, Refused> {
        read(&mut text.as_bytes())
    }

    #[test]
    fn a_browser_is_understood() {
        let r = of("GET /data/index.json?x=1 HTTP/1.1\r\nHost: 127.0.0.1:80\r\nRange: bytes=0-1\r\nAccept: */*\r\n\r\n")
            .expect("a request");
        assert_eq!((r.path.as_str(), r.host.as_deref(), r.last), ("data/index.json", Some("127.0.0.1:80"), false));
        assert_eq!(r.range.as_deref(), Some("bytes=0-1"));
        assert!(of("HEAD / HTTP/1.0\r\n\r\n").expect("a request").head_only);
    }

    #[test]
    fn anything_else_is_refused() {
        for (text, status) in [
            ("POST / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
            ("GET / HTTP/2.0\r\n\r\n", 505),
            ("GET /\r\n\r\n", 400),
            ("GET  / HTTP/1.1\r\n\r\n", 400),
            ("GET http://a/ HTTP/1.1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 413),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 413),
            ("GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\n folded: x\r\n\r\n", 400),
            ("GET /\u{0} HTTP/1.1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: a\r\n", 431),
        ] {
            assert_eq!(of(text), Err(Refused::With(status)), "{text:?}");
        }
        assert_eq!(of(""), Err(Refused::Ended));
        assert_eq!(read(&mut &b"GET /\xff HTTP/1.1\r\n\r\n"[..]), Err(Refused::With(400)));
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(20_000));
        assert!(of(&long).is_err());
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(200));
        assert_eq!(of(&many), Err(Refused::With(431)));
    }
}
