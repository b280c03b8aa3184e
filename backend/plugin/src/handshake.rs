//! go-plugin's greeting: the environment it sets, the socket we open, the one line on stdout.

use std::{
    fs::{DirBuilder, Permissions, remove_dir, remove_file, set_permissions},
    io,
    os::unix::{
        fs::{DirBuilderExt as _, PermissionsExt as _},
        net::UnixListener,
    },
    path::{Path, PathBuf},
};

use crate::{clock, limits::SOCKET_PATH_BYTES_MAX};

/// The variable that go-plugin sets, and the value that Grafana gives it.
const COOKIE: (&str, &str) = ("grafana_plugin_type", "datasource");
/// The list of plugin protocols that the host speaks.
const VERSIONS: &str = "PLUGIN_PROTOCOL_VERSIONS";
/// The one that we speak.
const VERSION: &str = "2";
/// Where the host wants the socket, if it cares.
const SOCKET_DIR: &str = "PLUGIN_UNIX_SOCKET_DIR";
/// Our log filter.
const LOG: &str = "LEVERFRAME_LOG";

/// What the host's environment says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Start {
    /// The log filter; `None` means info.
    pub(crate) log: Option<String>,
    /// The folder for the socket's folder.
    pub(crate) parent: PathBuf,
}

/// Why there is no host to talk to.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// Somebody started the binary by hand.
    #[error(
        "gpx_leverframe {version} is a plugin: Grafana starts it and talks to it over a socket.\n\
         Put its folder under Grafana's plugins folder, or name it in Grafana's configuration:\n\
         [plugin.leverframe-operations-datasource] path = …\n\
         To try Leverframe without Grafana, run `cargo xtask demo`.",
        version = env!("CARGO_PKG_VERSION")
    )]
    ByHand,
    /// The host speaks only other protocols.
    #[error("the host speaks plugin protocol `{0}`, this plugin speaks 2 (Grafana 7 and later)")]
    Protocol(String),
}

/// Reads the host's environment through `get`.
///
/// # Errors
/// [`Fault`] when no Grafana of a known protocol is on the other side.
pub(crate) fn read(get: impl Fn(&str) -> Option<String>) -> Result<Start, Fault> {
    let (name, value) = COOKIE;
    if get(name).as_deref() != Some(value) {
        return Err(Fault::ByHand);
    }
    let versions = get(VERSIONS).unwrap_or_default();
    if !versions.split(',').any(|version| version.trim() == VERSION) {
        return Err(Fault::Protocol(versions.chars().take(64).collect()));
    }
    let parent = get(SOCKET_DIR).filter(|dir| !dir.is_empty()).map(PathBuf::from);
    Ok(Start { log: get(LOG), parent: parent.unwrap_or_else(std::env::temp_dir) })
}

/// Reads a variable of the process; text that is no UTF-8 counts as absent.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The socket, in a folder that nobody else can enter. Dropping it removes both.
#[derive(Debug)]
pub(crate) struct Door {
    listener: UnixListener,
    socket: PathBuf,
}

impl Door {
    /// Opens a socket in a fresh folder under `parent`, or under `/tmp` where that path would be
    /// too long.
    ///
    /// # Errors
    /// What the file system says.
    pub(crate) fn open(parent: &Path) -> io::Result<Self> {
        let name = format!("leverframe-{}", clock::fresh_id().simple());
        let mut folder = parent.join(&name);
        if folder.as_os_str().len() + "/s".len() > SOCKET_PATH_BYTES_MAX {
            folder = Path::new("/tmp").join(name);
        }
        DirBuilder::new().mode(0o700).create(&folder)?;
        let socket = folder.join("s");
        let listener = UnixListener::bind(&socket)?;
        set_permissions(&socket, Permissions::from_mode(0o600))?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener, socket })
    }

    /// Returns the line that the host waits for: core protocol 1, plugin protocol 2, plain gRPC.
    pub(crate) fn line(&self) -> String {
        format!("1|{VERSION}|unix|{}|grpc\n", self.socket.display())
    }

    /// Returns the listener, for the runtime.
    ///
    /// # Errors
    /// When the process has no file descriptor left.
    pub(crate) fn listener(&self) -> io::Result<UnixListener> {
        self.listener.try_clone()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        // Nothing is lost if this fails: the folder is empty but for a dead socket.
        remove_file(&self.socket).ok();
        self.socket.parent().map(remove_dir);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_map(pairs: &[(&str, &str)]) -> Result<Start, Fault> {
        read(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn a_person_who_starts_it_is_told_what_it_is() {
        let fault = read_map(&[]).unwrap_err();
        assert_eq!(fault, Fault::ByHand);
        assert!(fault.to_string().contains("Grafana starts it"));
    }

    #[test]
    fn only_protocol_two_is_spoken() {
        let with = |versions| read_map(&[COOKIE, (VERSIONS, versions), (SOCKET_DIR, "/run/x")]);
        assert_eq!(with("1,3"), Err(Fault::Protocol("1,3".to_owned())));
        assert_eq!(with(""), Err(Fault::Protocol(String::new())));
        assert_eq!(with("1, 2").unwrap().parent, Path::new("/run/x"));
    }

    #[test]
    fn the_door_is_private_and_leaves_nothing_behind() {
        let parent = tempfile::tempdir().unwrap();
        let door = Door::open(parent.path()).unwrap();
        let folder = door.socket.parent().unwrap().to_owned();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&door.socket)), (0o700, 0o600));
        assert_eq!(door.line(), format!("1|2|unix|{}/s|grpc\n", folder.display()));
        drop(door);
        assert!(!folder.exists());
    }

    #[test]
    fn a_long_folder_name_falls_back() {
        let parent = tempfile::tempdir().unwrap();
        let long = parent.path().join("x".repeat(90));
        std::fs::create_dir(&long).unwrap();
        let door = Door::open(&long).unwrap();
        assert!(door.socket.starts_with("/tmp"));
    }
}
