//! Poolhouse itself, the real binary in a process of its own.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, ExitStatus, Stdio};

use crate::Outcome;
use crate::folder::Folder;
use crate::http::Connection;
use crate::process::Process;

/// Shared by all servers on PostgreSQL: 32 bytes in base64.
const SEALING_KEY: &str = "eHRhc2sgc2VhbHMgd2l0aCB0aGlzIGtleSwgMzIgYnk=";

/// A running server. It is killed when this value goes.
pub(crate) struct Server {
    process: Process,
    recipe: Recipe,
    address: SocketAddr,
    /// Where it speaks HTTPS, if it does.
    https_url: Option<String>,
    /// Kept open, for what the server may print.
    _stdout: BufReader<ChildStdout>,
}

/// How a server is started, and started again.
#[derive(Clone)]
pub(crate) struct Recipe {
    binary: PathBuf,
    database_url: String,
    /// Working directory; the log is in it.
    home: PathBuf,
    /// Further variables of its environment.
    settings: Vec<(&'static str, String)>,
    /// A line of shell that starts the binary as `"$0" "$@"`, when it is not started as it is.
    shell: Option<String>,
    /// Whether the sealing key is in a file beside the log, also for PostgreSQL.
    has_key_file: bool,
}

/// A process that may not answer yet.
pub(crate) struct Starting {
    process: Process,
    recipe: Recipe,
}

/// A server that was killed.
pub(crate) struct Killed {
    recipe: Recipe,
    address: SocketAddr,
}

impl Recipe {
    /// A server with a SQLite database of its own.
    ///
    /// # Errors
    /// When its folder cannot be made.
    pub(crate) fn sqlite(folder: &Folder, binary: &Path, name: &str) -> Outcome<Self> {
        let home = folder.join(name);
        let database_url = format!("sqlite:{}", home.join("poolhouse.db").display());
        Self::new(home, binary, database_url)
    }

    /// A server whose SQLite database is this file.
    ///
    /// # Errors
    /// When its folder cannot be made.
    pub(crate) fn sqlite_at(folder: &Folder, binary: &Path, name: &str, file: &Path) -> Outcome<Self> {
        Self::new(folder.join(name), binary, format!("sqlite:{}", file.display()))
    }

    /// A server on this PostgreSQL database.
    ///
    /// # Errors
    /// When its folder cannot be made.
    pub(crate) fn postgres(folder: &Folder, binary: &Path, name: &str, database_url: &str) -> Outcome<Self> {
        Self::new(folder.join(name), binary, database_url.to_owned())
    }

    fn new(home: PathBuf, binary: &Path, database_url: String) -> Outcome<Self> {
        fs::create_dir_all(&home)?;
        Ok(Self {
            binary: binary.to_owned(),
            database_url,
            home,
            settings: Vec::new(),
            shell: None,
            has_key_file: false,
        })
    }

    /// With one more setting, as a variable.
    pub(crate) fn with(mut self, variable: &'static str, value: &str) -> Self {
        self.settings.push((variable, value.to_owned()));
        self
    }

    /// With so many file handles and no more.
    pub(crate) fn with_file_handles(self, count: u32) -> Self {
        self.with_shell(&format!("ulimit -n {count} && exec \"$0\" \"$@\""))
    }

    /// With a sealing key file of its own.
    pub(crate) fn with_key_file(mut self) -> Self {
        self.has_key_file = true;
        self
    }

    /// Started by a line of shell, which runs `"$0" "$@"` in the server's folder.
    pub(crate) fn with_shell(mut self, line: &str) -> Self {
        self.shell = Some(line.to_owned());
        self
    }

    /// The binary, or the shell that starts it.
    fn command(&self) -> Command {
        let Some(line) = &self.shell else { return Command::new(&self.binary) };
        let mut command = Command::new("sh");
        command.arg("-c").arg(line).arg(&self.binary);
        command
    }

    /// With HTTPS beside HTTP, on any free port.
    pub(crate) fn with_https(self) -> Self {
        self.with("POOLHOUSE_TLS", "true").with("POOLHOUSE_TLS_LISTEN", "127.0.0.1:0")
    }

    fn has_https(&self) -> bool {
        self.settings.iter().any(|(variable, _)| *variable == "POOLHOUSE_TLS")
    }

    /// The SQLite file, when that is the database.
    pub(crate) fn sqlite_file(&self) -> Option<&Path> {
        self.database_url.strip_prefix("sqlite:").map(Path::new)
    }

    /// Starts a process and does not wait for it.
    ///
    /// # Errors
    /// When there is no such binary.
    pub(crate) fn spawn(&self, folder: &Folder) -> Outcome<Starting> {
        self.spawn_on(folder, SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    fn spawn_on(&self, folder: &Folder, listen: SocketAddr) -> Outcome<Starting> {
        let mut command = self.command();
        // Poolhouse refuses variables that it does not know, and those of the caller are not of this run.
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.display().to_string().starts_with("POOLHOUSE_"))
        {
            command.env_remove(name);
        }
        command.env_remove("RUST_LOG").env("NO_COLOR", "1");
        command.current_dir(&self.home).arg("--listen").arg(listen.to_string());
        command.env("POOLHOUSE_DATABASE_URL", &self.database_url);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        if self.sqlite_file().is_none() && !self.has_key_file {
            command.env("POOLHOUSE_SEALING_KEY", SEALING_KEY);
        }
        let log = File::options().create(true).append(true).open(self.log())?;
        let process = Process::start(folder, command.stdout(Stdio::piped()).stderr(log))?;
        Ok(Starting { process, recipe: self.clone() })
    }

    fn log(&self) -> PathBuf {
        self.home.join("log")
    }
}

impl Starting {
    /// Waits until the server is ready.
    ///
    /// # Errors
    /// When it stopped instead: its log.
    pub(crate) fn ready(mut self) -> Outcome<Server> {
        let mut stdout = BufReader::new(self.process.stdout().ok_or("the standard output is taken")?);
        let mut greeting = String::new();
        stdout.read_line(&mut greeting)?;
        let address = greeting.split("http://").nth(1).and_then(|rest| rest.split(',').next());
        let Some(address) = address.and_then(|address| address.parse().ok()) else {
            return Err(
                format!("Poolhouse does not start:\n{}", fs::read_to_string(self.recipe.log())?).into()
            );
        };
        let https_url = if self.recipe.has_https() { Some(https_url(&mut stdout)?) } else { None };
        let answer = Connection::open(address)?.get("/ready")?;
        if answer.status != 200 {
            return Err(format!("/ready: {} {}", answer.status, answer.body).into());
        }
        Ok(Server { process: self.process, recipe: self.recipe, address, https_url, _stdout: stdout })
    }
}

/// Reads the line that tells the port of HTTPS.
fn https_url(stdout: &mut impl BufRead) -> Outcome<String> {
    let mut line = String::new();
    stdout.read_line(&mut line)?;
    let port = line.split("https://localhost:").nth(1).and_then(|rest| rest.split([',', '\n']).next());
    port.map(|port| format!("https://127.0.0.1:{port}"))
        .ok_or_else(|| format!("no port of HTTPS: {line}").into())
}

impl Killed {
    /// A new process on the same port and the same state, ready.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn start_again(self, folder: &Folder) -> Outcome<Server> {
        self.recipe.spawn_on(folder, self.address)?.ready()
    }
}

impl Server {
    /// Starts a server on a free port and waits until it is ready.
    ///
    /// # Errors
    /// When it does not start.
    pub(crate) fn start(folder: &Folder, recipe: &Recipe) -> Outcome<Self> {
        recipe.spawn(folder)?.ready()
    }

    /// `kill -9`.
    pub(crate) fn kill(self) -> Killed {
        Killed { recipe: self.recipe, address: self.address } // the process goes with the rest of `self`
    }

    /// `kill -TERM`, and its end, which is a good one.
    ///
    /// # Errors
    /// When it ends otherwise.
    pub(crate) fn terminate(mut self) -> Outcome {
        crate::process::run(Command::new("kill").args(["-TERM", &self.pid().to_string()]))?;
        let status = self.process.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}").into()) }
    }

    /// The file of its log.
    pub(crate) fn log(&self) -> PathBuf {
        self.recipe.log()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its URL for HTTPS, if it speaks that.
    pub(crate) fn https_url(&self) -> Option<&str> {
        self.https_url.as_deref()
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Waits for the end of a server that was asked to stop.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub(crate) fn wait(mut self) -> Outcome<ExitStatus> {
        self.process.wait()
    }

    /// A new connection.
    ///
    /// # Errors
    /// When the server is gone.
    pub(crate) fn connect(&self) -> Outcome<Connection> {
        Connection::open(self.address)
    }

    /// How many lines of the log hold a text.
    ///
    /// # Errors
    /// When there is no log.
    pub(crate) fn log_lines(&self, text: &str) -> Outcome<usize> {
        Ok(fs::read_to_string(self.recipe.log())?.lines().filter(|line| line.contains(text)).count())
    }

    /// Lines of the log that tell of an error in Poolhouse: none is expected.
    ///
    /// # Errors
    /// Those lines.
    pub(crate) fn check_log(&self) -> Outcome {
        let log = fs::read_to_string(self.recipe.log())?;
        let errors: Vec<&str> = log
            .lines()
            .filter(|line| line.contains(" ERROR ") || line.contains("panicked at"))
            .take(10)
            .collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(format!("the log tells of:\n{}", errors.join("\n")).into())
        }
    }
}
