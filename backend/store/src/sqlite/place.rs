//! Where the file lies: its folder, its rights, its lock.

use std::{
    fs::{DirBuilder, File, OpenOptions, Permissions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock, statfs};

use crate::OpenError;

/// File systems on which a lock or an fsync may not mean what it says, by their magic numbers.
const NETWORK: [(u64, &str); 6] = [
    (0x6969, "nfs"),
    (0x517b, "smb"),
    (0xff53_4d42, "cifs"),
    (0xfe53_4d42, "smb2"),
    (0x00c3_6400, "ceph"),
    (0x0bd0_0bd0, "lustre"),
];

/// Holds the store for this process. The system frees it even after a kill.
pub(super) struct LockFile(#[expect(dead_code, reason = "closing it frees the lock")] File);

fn io_error(path: &Path, source: io::Error) -> OpenError {
    OpenError::Io { path: path.into(), source }
}

/// Makes the folder (0700) if there is none, and checks it. Returns it.
pub(super) fn folder_of(path: &Path) -> Result<PathBuf, OpenError> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = parent.unwrap_or_else(|| Path::new("."));
    if !folder.exists() {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|source| io_error(folder, source))?;
    }
    let mode = folder.metadata().map_err(|source| io_error(folder, source))?.mode();
    if mode & 0o022 != 0 {
        return Err(OpenError::OpenToOthers { path: folder.into() });
    }
    let system = statfs(folder).map_err(|error| io_error(folder, error.into()))?;
    let magic = system.f_type.cast_unsigned() & 0xffff_ffff;
    if let Some((_, kind)) = NETWORK.iter().find(|(number, _)| *number == magic) {
        return Err(OpenError::NetworkFileSystem { path: folder.into(), kind });
    }
    Ok(folder.into())
}

/// Takes the lock file beside `path`, or fails at once.
pub(super) fn lock(path: &Path) -> Result<LockFile, OpenError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    let file = private(OpenOptions::new().create(true).truncate(false).write(true), &path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(LockFile(file)),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(OpenError::InUse { path }),
        Err(error) => Err(io_error(&path, error.into())),
    }
}

/// Makes the file empty and 0600 before SQLite sees it: its companions take over its rights.
pub(super) fn touch(path: &Path) -> Result<(), OpenError> {
    private(OpenOptions::new().create(true).truncate(false).write(true), path).map(drop)
}

fn private(options: &mut OpenOptions, path: &Path) -> Result<File, OpenError> {
    let mut open = || {
        let file = options.mode(0o600).open(path)?;
        if file.metadata()?.mode() & 0o077 != 0 {
            file.set_permissions(Permissions::from_mode(0o600))?;
        }
        Ok(file)
    };
    open().map_err(|source| io_error(path, source))
}
