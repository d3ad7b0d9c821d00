//! A temporary folder that goes with the run, and takes along the processes that were started for it.
//!
//! A watcher, a few lines of shell, outlives this program by a moment: whether the run ends well, by Ctrl-C or by
//! `kill -9`, its standard input closes, and it stops what is left and removes the folder.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::Outcome;

/// `pids/` has an empty file for each running process. QUIT lets PostgreSQL give back its shared memory, at once.
const WATCH: &str = r#"
read -r _
cd "$0" || exit
for pid in $(ls pids); do kill -QUIT "$pid" && touch left; done 2>/dev/null
[ -e left ] && sleep 1
for pid in $(ls pids); do kill -KILL "$pid"; done 2>/dev/null
cd / && rm -rf "$0"
"#;

/// A temporary folder of this run.
pub(crate) struct Folder {
    path: PathBuf,
    watcher: Child,
}

impl Folder {
    /// Makes the folder, open to other users of the machine as far as PostgreSQL's own user needs.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn new() -> Outcome<Self> {
        let path = std::env::temp_dir().join(format!("poolhouse-xtask-{}", std::process::id()));
        std::fs::create_dir_all(path.join("pids"))?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o711))?;
        // A process group of its own, so that Ctrl-C does not reach it.
        let watcher = Command::new("sh")
            .args(["-c", WATCH])
            .arg(&path)
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()?;
        Ok(Self { path, watcher })
    }

    /// Where something is in the folder.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        let _ = self.watcher.wait(); // it is gone either way
    }
}
