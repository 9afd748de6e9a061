//! Who may ask: this machine's own browser, on the page's own behalf.
//!
//! A page of a foreign site can make the browser send requests to the loopback interface, and a
//! name of its own can be made to lead here (DNS rebinding). The first shows in `Origin` and
//! `Sec-Fetch-Site`, the second in `Host`.

use super::request::Request;

/// Whether the server on `port` answers this request.
pub(super) fn allows(request: &Request, port: u16) -> bool {
    let ours = |name: &str| {
        ["127.0.0.1", "localhost", "[::1]"].iter().any(|host| match name.strip_prefix(host) {
            Some("") => port == 80,
            Some(rest) => rest.strip_prefix(':').is_some_and(|p| p == port.to_string()),
            None => false,
        })
    };
    let host = request.host.as_deref().is_some_and(|h| ours(&h.to_ascii_lowercase()));
    let origin = request.origin.as_deref().is_none_or(|o| o.strip_prefix("http://").is_some_and(ours));
    let site = match request.site.as_deref() {
        // Typed, or opened from the terminal; the page's own.
        None | Some("none" | "same-origin") => true,
        // A link may lead here; what a foreign page embeds may not.
        Some(_) => request.mode.as_deref() == Some("navigate"),
    };
    host && origin && site
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(host: &str, origin: Option<&str>, site: Option<&str>, mode: Option<&str>) -> bool {
        let own = |s: Option<&str>| s.map(str::to_owned);
        allows(
            &Request { host: Some(host.into()), origin: own(origin), site: own(site), mode: own(mode), ..Request::default() },
            8321,
        )
    }

    #[test]
    fn only_this_page_may_ask() {
        assert!(asked("127.0.0.1:8321", None, None, None));
        assert!(asked("LocalHost:8321", Some("http://localhost:8321"), Some("same-origin"), Some("cors")));
        assert!(asked("[::1]:8321", None, Some("none"), Some("navigate")));
        assert!(asked("127.0.0.1:8321", None, Some("cross-site"), Some("navigate")));
        for host in [
            "",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.0.0.1:83210",
            "evil.example:8321",
            "127.0.0.1.evil.example:8321",
            "localhost.:8321",
        ] {
            assert!(!asked(host, None, None, None), "{host}");
        }
        for origin in [
            "null",
            "http://evil.example",
            "https://127.0.0.1:8321",
            "http://127.0.0.1:8322",
            "http://localhost:8321.evil.example",
        ] {
            assert!(!asked("127.0.0.1:8321", Some(origin), None, None), "{origin}");
        }
        assert!(!asked("127.0.0.1:8321", None, Some("cross-site"), Some("no-cors")));
        assert!(!asked("127.0.0.1:8321", None, Some("same-site"), None));
        assert!(!allows(&Request::default(), 8321));
    }
}
