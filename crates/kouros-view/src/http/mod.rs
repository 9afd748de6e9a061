//! The server: the loopback interface, GET and HEAD, nothing kept about anyone.

mod guard;
mod range;
mod request;

use crate::{Answer, Body, Error, Result, Show};
use range::{Wanted, wanted};
use request::{Refused, Request};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Connections answered at the same time; a browser opens six.
const MOST_CONNECTIONS: usize = 64;
/// How long a connection may say nothing, or take nothing.
const PATIENCE: Duration = Duration::from_secs(20);
/// The page may load itself and nothing else, and nobody may frame it.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A server on the loopback interface.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    port: u16,
}

impl Server {
    /// Takes `port`, or any free one for 0.
    ///
    /// # Errors
    /// The program has no page; the port is taken.
    pub fn bind(port: u16) -> Result<Self> {
        if !crate::has_page() {
            return Err(Error::NoPage);
        }
        Self::bind_without_page(port)
    }

    /// The same for a program without its page: only data are answered.
    ///
    /// # Errors
    /// The port is taken.
    pub fn bind_without_page(port: u16) -> Result<Self> {
        let at = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(at).map_err(|source| Error::Port { port, source })?;
        let port = listener.local_addr().map_err(|source| Error::Port { port, source })?.port();
        Ok(Self { listener, port })
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address to open.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Answers until the process ends.
    pub fn run(&self, show: &Show) {
        let open = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            loop {
                let Ok((stream, from)) = self.listener.accept() else {
                    // Out of file handles, say: wait for some to be given back.
                    std::thread::sleep(Duration::from_millis(50));
                    continue;
                };
                if !from.ip().is_loopback() || open.fetch_add(1, Ordering::SeqCst) >= MOST_CONNECTIONS {
                    open.fetch_sub(usize::from(from.ip().is_loopback()), Ordering::SeqCst);
                    continue;
                }
                let one = One(&open);
                scope.spawn(move || {
                    let _one = one;
                    // A reader that has gone away is no error.
                    let _ = connection(stream, show, self.port);
                });
            }
        });
    }
}

/// A connection that counts as open for as long as this lives, however it ends.
struct One<'a>(&'a AtomicUsize);

impl Drop for One<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn connection(stream: TcpStream, show: &Show, port: u16) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    let mut from = BufReader::new(stream.try_clone()?);
    let mut to = stream;
    loop {
        let request = match request::read(&mut from) {
            Ok(request) => request,
            Err(Refused::Ended) => return Ok(()),
            Err(Refused::With(status)) => return refuse(&mut to, status, true, false),
        };
        if !guard::allows(&request, port) {
            return refuse(&mut to, 403, true, request.head_only);
        }
        match show.answer(&request.path) {
            Ok(Some(answer)) => give(&mut to, &request, answer)?,
            Ok(None) => refuse(&mut to, 404, request.last, request.head_only)?,
            Err(e) => {
                let said = serde_json::json!({ "error": e.to_string() });
                let answer = Answer::json(&said);
                send(&mut to, "422 Unprocessable Content", &request, answer, &Wanted::All)?;
            }
        }
        if request.last {
            return Ok(());
        }
    }
}

fn give(to: &mut TcpStream, request: &Request, answer: Answer) -> std::io::Result<()> {
    let wanted = wanted(request.range.as_deref(), answer.length());
    let status = match wanted {
        Wanted::All => "200 OK",
        Wanted::Part(_) => "206 Partial Content",
        Wanted::Nowhere => "416 Range Not Satisfiable",
    };
    send(to, status, request, answer, &wanted)
}

fn send(to: &mut TcpStream, status: &str, request: &Request, answer: Answer, wanted: &Wanted) -> std::io::Result<()> {
    let whole = answer.length();
    let (part, place) = match wanted {
        Wanted::All => (0..whole, String::new()),
        Wanted::Part(p) => (p.clone(), format!("Content-Range: bytes {}-{}/{whole}\r\n", p.start, p.end - 1)),
        Wanted::Nowhere => (0..0, format!("Content-Range: bytes */{whole}\r\n")),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{place}Accept-Ranges: bytes\r\n\
         Cache-Control: no-cache\r\nContent-Security-Policy: {POLICY}\r\nX-Content-Type-Options: nosniff\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n\
         Referrer-Policy: no-referrer\r\nConnection: {}\r\n\r\n",
        answer.kind,
        part.end - part.start,
        if request.last { "close" } else { "keep-alive" }
    );
    to.write_all(head.as_bytes())?;
    if request.head_only {
        return Ok(());
    }
    match answer.body {
        Body::Bytes(bytes) => {
            let range = usize::try_from(part.start).unwrap_or(0)..usize::try_from(part.end).unwrap_or(0);
            to.write_all(bytes.get(range).unwrap_or_default())
        }
        Body::File(mut file, _) => {
            file.seek(SeekFrom::Start(part.start))?;
            let wanted = part.end - part.start;
            let sent = std::io::copy(&mut file.take(wanted), to)?;
            // A file that shrank meanwhile: the promised length cannot be kept.
            if sent == wanted { Ok(()) } else { Err(std::io::ErrorKind::UnexpectedEof.into()) }
        }
    }
}

fn refuse(to: &mut TcpStream, status: u16, last: bool, head_only: bool) -> std::io::Result<()> {
    let words = match status {
        400 => "400 Bad Request",
        403 => "403 Forbidden",
        404 => "404 Not Found",
        405 => "405 Method Not Allowed",
        413 => "413 Content Too Large",
        431 => "431 Request Header Fields Too Large",
        _ => "505 HTTP Version Not Supported",
    };
    let body = if head_only { "" } else { words };
    let end = if last { "close" } else { "keep-alive" };
    let allow = if status == 405 { "Allow: GET, HEAD\r\n" } else { "" };
    write!(
        to,
        "HTTP/1.1 {words}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n{allow}X-Content-Type-Options: nosniff\r\n\
         Connection: {end}\r\n\r\n{body}",
        words.len()
    )
}
