//! Paths that may be asked of a node API: absolute, plain, without a way up or out.

/// Longest path, in bytes.
const PATH_BYTES_MAX: usize = 1024;

/// Says what is wrong with a path, if anything is. Only unreserved characters and `:@` are taken,
/// so that no decoder on the way can read another path into it.
pub(super) fn path_fault(path: &str) -> Option<&'static str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:@/".contains(&b);
    if !path.starts_with('/') {
        Some("must start with /")
    } else if path.len() > PATH_BYTES_MAX {
        Some("is too long")
    } else if !path.bytes().all(plain) {
        Some("may hold A-Z a-z 0-9 - . _ ~ : @ / only")
    } else if path.split('/').skip(1).any(|part| part == "." || part == "..") {
        Some("must not hold . or .. as a part")
    } else if path.contains("//") {
        Some("must not hold //")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_pass() {
        for path in ["/", "/nodes", "/v1/nodes/web-1:restart", "/a.b/c~d/"] {
            assert_eq!(path_fault(path), None, "{path}");
        }
        for path in [
            "",
            "nodes",
            "/../x",
            "/a/..",
            "/a/./b",
            "//host/x",
            "/a//b",
            "/%2e%2e/x",
            "/a?b",
            "/a#b",
            "/a\\b",
            "/a b",
            "/a\nb",
            "/节点",
            "http://x/",
        ] {
            assert!(path_fault(path).is_some(), "{path:?}");
        }
    }
}
