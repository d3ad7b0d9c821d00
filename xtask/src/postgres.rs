//! A PostgreSQL server of this run's own: a fresh cluster in the temporary folder, on a free port of 127.0.0.1.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::folder::Folder;
use crate::process::{Process, output};
use crate::{Outcome, tools};

/// Most tries at a port: between finding a free one and listening on it, somebody else may take it.
const TRIES: u32 = 3;

/// A running server. It stops when this value goes.
pub(crate) struct Postgres {
    process: Process,
    port: u16,
    programs: PathBuf,
}

/// Whether a commit waits for the disk.
#[derive(Clone, Copy)]
pub(crate) enum Durability {
    /// For measuring.
    AsInstalled,
    /// For tests, which never cut the power but make a database for each of several hundred tests.
    Off,
}

impl Postgres {
    /// Makes a cluster and starts its server. Installs PostgreSQL when the machine has none.
    ///
    /// # Errors
    /// What PostgreSQL said.
    pub(crate) fn start(folder: &Folder, durability: Durability) -> Outcome<Self> {
        let programs = tools::postgres_programs()?;
        let home = folder.join("postgres");
        fs::create_dir(&home)?;
        let user = ServerUser::find()?;
        if let Some(ServerUser { uid, gid }) = user {
            chown(&home, Some(uid), Some(gid))?;
        }
        let as_user = |program: &str| {
            let mut command = Command::new(programs.join(program));
            command.current_dir(&home);
            if let Some(ServerUser { uid, gid }) = user {
                command.uid(uid).gid(gid);
            }
            command
        };
        output(as_user("initdb").arg("--pgdata=data").args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]))?;

        let mut problem = String::new();
        for attempt in 0..TRIES {
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            let log = folder.join(&format!("postgres-{attempt}.log"));
            let mut command = as_user("postgres");
            command.args(["-D", "data", "-p", &port.to_string(), "-k", ""]);
            command.args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"]);
            if matches!(durability, Durability::Off) {
                command.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
            }
            command.stdout(fs::File::create(&log)?).stderr(fs::File::options().append(true).open(&log)?);
            let mut process = Process::start(folder, &mut command)?;
            if listens(&mut process, &programs, port) {
                return Ok(Self { process, port, programs });
            }
            problem = fs::read_to_string(&log)?;
        }
        Err(format!("PostgreSQL does not start:\n{problem}").into())
    }

    /// The URL of a database, which need not exist.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes a database and gives its URL.
    ///
    /// # Errors
    /// When there is one of this name.
    pub(crate) fn create_database(&self, name: &str) -> Outcome<String> {
        self.query("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(self.url(name))
    }

    /// What a statement gives: a line for each row, `|` between columns.
    ///
    /// # Errors
    /// What PostgreSQL said.
    pub(crate) fn query(&self, database: &str, statement: &str) -> Outcome<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-XqtA", "-v", "ON_ERROR_STOP=1", "-c", statement, &self.url(database)]);
        Ok(output(&mut psql)?.trim_end().to_owned())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.process.stop("QUIT"); // at once, and without leaving shared memory behind
    }
}

fn listens(process: &mut Process, programs: &Path, port: u16) -> bool {
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut ask = Command::new(programs.join("pg_isready"));
    ask.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
    while process.is_running() && Instant::now() < deadline {
        if ask.status().is_ok_and(|status| status.success()) {
            return true;
        }
        sleep(Duration::from_millis(50));
    }
    false
}

/// Who the server runs as when this program runs as root, which PostgreSQL refuses to serve.
#[derive(Clone, Copy)]
struct ServerUser {
    uid: u32,
    gid: u32,
}

impl ServerUser {
    fn find() -> Outcome<Option<Self>> {
        if !tools::is_root()? {
            return Ok(None);
        }
        let accounts = fs::read_to_string("/etc/passwd")?;
        let account = |wanted: &str| {
            let line = accounts.lines().find(|line| line.split(':').next() == Some(wanted))?;
            let mut numbers = line.split(':').skip(2).map(str::parse);
            Some(Self { uid: numbers.next()?.ok()?, gid: numbers.next()?.ok()? })
        };
        let user = account("postgres").or_else(|| account("nobody"));
        user.map(Some).ok_or_else(|| "no user postgres or nobody to run PostgreSQL as".into())
    }
}
