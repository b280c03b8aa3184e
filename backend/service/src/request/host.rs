//! Which host names may be asked: a page of a stranger that points its own name at this machine
//! finds nothing.

use std::{collections::BTreeSet, net::IpAddr};

use api::ProblemCode;
use http::{HeaderMap, Uri, header, uri::Authority};

use crate::{config::Listen, problem::Refused};

/// Returns the names under which the service answers, without ports.
pub(crate) fn names(listen: &Listen) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = listen.hosts.iter().cloned().collect();
    names.extend(["localhost", "127.0.0.1", "::1"].map(str::to_owned));
    if !listen.address.ip().is_unspecified() {
        names.insert(listen.address.ip().to_string());
    }
    names
}

/// Refuses a host that is not among `names`. The port does not matter: a name is what a stranger
/// can point here.
pub(crate) fn check(
    names: &BTreeSet<String>,
    headers: &HeaderMap,
    uri: &Uri,
) -> Result<(), Refused> {
    let mut all = headers.get_all(header::HOST).iter();
    let (first, second) = (all.next(), all.next());
    let text = first.and_then(|host| host.to_str().ok()).or_else(|| uri.host());
    let authority = text.and_then(|text| text.parse::<Authority>().ok());
    let name = authority.as_ref().map(|authority| bare(authority.host()));
    match name {
        Some(name) if second.is_none() && names.contains(&name) => Ok(()),
        _ => {
            let detail =
                "the service does not answer under this host name; `hosts` lists those it does";
            Err(Refused::new(ProblemCode::AuthForbidden, detail))
        }
    }
}

fn bare(host: &str) -> String {
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    host.parse::<IpAddr>().map_or_else(|_| host.to_ascii_lowercase(), |ip| ip.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_host(hosts: &[&str], ok: bool) {
        let names = ["localhost", "127.0.0.1", "::1", "ops.test"].map(str::to_owned).into();
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(header::HOST, host.parse().unwrap());
        }
        assert_eq!(check(&names, &headers, &Uri::from_static("/")).is_ok(), ok, "{hosts:?}");
    }

    #[test]
    fn only_listed_names_are_answered_whatever_the_port() {
        for host in
            ["127.0.0.1", "127.0.0.1:8642", "LocalHost:1", "[::1]:80", "ops.test", "ops.test."]
        {
            check_host(&[host], true);
        }
        for host in ["evil.test", "127.0.0.1.evil.test", "ops.test@evil.test", "", "ops", "[::2]"] {
            check_host(&[host], false);
        }
        check_host(&[], false);
        check_host(&["ops.test", "evil.test"], false);
    }
}
