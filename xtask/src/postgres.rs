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
    cluster: Cluster,
    port: u16,
}

/// Where a server has its files, and how it is started.
struct Cluster {
    home: PathBuf,
    programs: PathBuf,
    user: Option<ServerUser>,
    durability: Durability,
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
        Self::start_in(folder, "postgres", durability)
    }

    /// As [`Self::start`], in a folder of this name.
    ///
    /// # Errors
    /// What PostgreSQL said.
    pub(crate) fn start_in(folder: &Folder, name: &str, durability: Durability) -> Outcome<Self> {
        let cluster = Cluster::in_folder(folder, name, durability)?;
        output(cluster.program("initdb").arg("--pgdata=data").args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]))?;
        cluster.serve(folder)
    }

    /// A standby of this server, which follows it. Its commits wait for the standby from then on.
    ///
    /// # Errors
    /// What PostgreSQL said.
    pub(crate) fn standby(&self, folder: &Folder, name: &str) -> Outcome<Self> {
        let cluster = Cluster::in_folder(folder, name, self.cluster.durability)?;
        let from = format!("host=127.0.0.1 port={} user=postgres application_name={name}", self.port);
        let mut copy = cluster.program("pg_basebackup");
        output(copy.args([
            "--pgdata=data",
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--no-sync",
            "-d",
            &from,
        ]))?;
        let standby = cluster.serve(folder)?;
        for set in [&format!("synchronous_standby_names = '{name}'"), "synchronous_commit = 'remote_apply'"] {
            self.query("postgres", &format!("ALTER SYSTEM SET {set}"))?;
        }
        self.query("postgres", "SELECT pg_reload_conf()")?;
        Ok(standby)
    }

    /// Has a standby take over.
    ///
    /// # Errors
    /// What PostgreSQL said.
    pub(crate) fn promote(&self) -> Outcome {
        self.query("postgres", "SELECT pg_promote()").map(drop)
    }

    /// Stops the server. Its clients are cut off.
    pub(crate) fn stop(&mut self) {
        self.process.stop("INT");
    }

    /// Starts it again where it was.
    ///
    /// # Errors
    /// What PostgreSQL said.
    pub(crate) fn start_again(&mut self, folder: &Folder) -> Outcome {
        self.process = self.cluster.spawn(folder, self.port)?.ok_or("PostgreSQL does not start again")?;
        Ok(())
    }

    /// Has a program run as the user who has the files: some refuse to run as root.
    pub(crate) fn as_its_user(&self, command: &mut Command) {
        if let Some(ServerUser { uid, gid }) = self.cluster.user {
            command.uid(uid).gid(gid);
        }
    }

    /// The port that it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.port
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
        let mut psql = Command::new(self.cluster.programs.join("psql"));
        psql.args(["-XqtA", "-v", "ON_ERROR_STOP=1", "-c", statement, &self.url(database)]);
        Ok(output(&mut psql)?.trim_end().to_owned())
    }

    /// A session that runs this beside the caller.
    ///
    /// # Errors
    /// When there is no psql.
    pub(crate) fn session(&self, folder: &Folder, database: &str, statements: &str) -> Outcome<Process> {
        let mut psql = Command::new(self.cluster.programs.join("psql"));
        psql.args(["-XqtA", "-c", statements, &self.url(database)]).stdout(std::process::Stdio::null());
        Process::start(folder, &mut psql)
    }
}

impl Cluster {
    /// A cluster that is to be made.
    fn in_folder(folder: &Folder, name: &str, durability: Durability) -> Outcome<Self> {
        let programs = tools::postgres_programs()?;
        let home = folder.join(name);
        fs::create_dir(&home)?;
        let user = ServerUser::find()?;
        if let Some(ServerUser { uid, gid }) = user {
            chown(&home, Some(uid), Some(gid))?;
        }
        Ok(Self { home, programs, user, durability })
    }

    /// A program of PostgreSQL, as the user who has the files.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(&self.home);
        if let Some(ServerUser { uid, gid }) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Starts the server on a free port.
    fn serve(self, folder: &Folder) -> Outcome<Postgres> {
        for _ in 0..TRIES {
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            if let Some(process) = self.spawn(folder, port)? {
                return Ok(Postgres { process, cluster: self, port });
            }
        }
        Err(format!("PostgreSQL does not start:\n{}", fs::read_to_string(self.log())?).into())
    }

    /// Starts the server. None when it does not listen.
    fn spawn(&self, folder: &Folder, port: u16) -> Outcome<Option<Process>> {
        let mut command = self.program("postgres");
        command.args(["-D", "data", "-p", &port.to_string(), "-k", ""]);
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"]);
        if matches!(self.durability, Durability::Off) {
            command.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
        }
        let log = fs::File::options().create(true).append(true).open(self.log())?;
        command.stdout(log.try_clone()?).stderr(log);
        let mut process = Process::start(folder, &mut command)?;
        Ok(listens(&mut process, &self.programs, port).then_some(process))
    }

    fn log(&self) -> PathBuf {
        self.home.with_extension("log")
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
