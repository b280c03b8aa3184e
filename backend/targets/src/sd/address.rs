//! Scrape addresses: `host:port`, and nothing that Prometheus would read otherwise.

/// Returns the scrape target of an address: its host with `port`, or with its own. `None` where
/// that is no plain `host:port`.
pub(super) fn target(address: &str, port: Option<u16>) -> Option<String> {
    let (host, own) = split(address)?;
    let port = port.or(own).filter(|port| *port != 0)?;
    Some(format!("{host}:{port}"))
}

fn split(address: &str) -> Option<(&str, Option<u16>)> {
    let (host, rest) = match address.find(']') {
        Some(end) if address.starts_with('[') => address.split_at(end + 1),
        _ => address.split_at(address.rfind(':').unwrap_or(address.len())),
    };
    let port = match rest.strip_prefix(':') {
        Some(port) if port.bytes().all(|b| b.is_ascii_digit()) => Some(port.parse().ok()?),
        None if rest.is_empty() => None,
        _ => return None,
    };
    is_host(host).then_some((host, port))
}

fn is_host(host: &str) -> bool {
    if let Some(inside) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return inside.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let part = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    (1..=253).contains(&host.len()) && host.bytes().all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, port: Option<u16>, want: Option<&str>) {
        assert_eq!(target(address, port).as_deref(), want, "{address:?} {port:?}");
    }

    #[test]
    fn the_configured_port_comes_before_the_address_own() {
        check("127.0.0.1:80", None, Some("127.0.0.1:80"));
        check("127.0.0.1:80", Some(9100), Some("127.0.0.1:9100"));
        check("web-1.example", Some(9100), Some("web-1.example:9100"));
        check("[::1]:80", None, Some("[::1]:80"));
        check("[::1]", Some(9100), Some("[::1]:9100"));
    }

    #[test]
    fn what_is_no_host_and_port_is_no_target() {
        for address in [
            "",
            ":80",
            "web-1",
            "http://a:1/",
            "a/b:80",
            "a:99999",
            "a:0",
            "a:x",
            "::1:80",
            "[x]:1",
            "a b:1",
        ] {
            check(address, None, None);
        }
    }
}
