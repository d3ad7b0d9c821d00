//! Processes that run beside this program and never outlive it.

use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus};

use crate::Outcome;
use crate::folder::Folder;

/// A running process. It is killed when this value goes.
pub(crate) struct Process {
    child: Child,
    /// Tells the folder's watcher that the process runs.
    note: PathBuf,
}

impl Process {
    /// Starts `command`.
    ///
    /// # Errors
    /// When there is no such program.
    pub(crate) fn start(folder: &Folder, command: &mut Command) -> Outcome<Self> {
        let child =
            command.spawn().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
        let note = folder.join("pids").join(child.id().to_string());
        let process = Self { child, note };
        std::fs::write(&process.note, "")?;
        Ok(process)
    }

    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The standard output, once, when it is piped.
    pub(crate) fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub(crate) fn wait(&mut self) -> Outcome<ExitStatus> {
        Ok(self.child.wait()?)
    }

    /// Sends a signal (`QUIT`, `TERM`, …) and waits for the end.
    pub(crate) fn stop(&mut self, signal: &str) {
        let kill = format!("kill -{signal} {}", self.pid());
        if self.is_running()
            && Command::new("sh").args(["-c", &kill]).status().is_ok_and(|status| status.success())
        {
            let _ = self.child.wait(); // `drop` sees to it if that failed
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only for a process that is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.note);
    }
}

/// Runs a command to its end and gives its standard output.
///
/// # Errors
/// When it fails: the command and what it printed.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}: {}\n{stdout}{stderr}", line(command), output.status).into())
}

/// Runs a command to its end; what it prints is seen.
///
/// # Errors
/// When it fails.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", line(command)).into()) }
}

/// A command as it would be typed, without its variables.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
