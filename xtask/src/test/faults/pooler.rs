//! pgbouncer before PostgreSQL.

use std::fs;
use std::net::TcpListener;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use super::super::Stage;
use super::super::report::Report;
use super::Effort;
use super::load::{Load, check};
use crate::process::Process;
use crate::server::{Recipe, Server};
use crate::{Outcome, tools};

/// How long pgbouncer may take to listen.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn run(stage: &Stage, report: &mut Report, effort: Effort) {
    report.step("pgbouncer in transaction mode", || transactions(stage, effort));
    report.step("pgbouncer in transaction mode, statements by name", || refused(stage));
    report.step("pgbouncer in session mode", || sessions(stage, effort));
}

/// A pooler that runs, and where.
struct Pooler {
    _process: Process,
    port: u16,
}

impl Pooler {
    fn start(stage: &Stage, mode: &str, more: &str) -> Outcome<Self> {
        let program = tools::pgbouncer()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let home = stage.folder.join(&format!("pgbouncer-{port}"));
        fs::create_dir(&home)?;
        let settings = home.join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\n\
             default_pool_size = 40\n{more}\n",
            stage.postgres.port()
        );
        fs::write(&settings, text)?;
        let log = fs::File::create(home.join("log"))?;
        let mut command = Command::new(program);
        stage.postgres.as_its_user(&mut command);
        command.arg(&settings).stdout(log.try_clone()?).stderr(log);
        let process = Process::start(&stage.folder, &mut command)?;
        let begun = std::time::Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            if begun.elapsed() > PATIENCE {
                return Err(format!("pgbouncer: {}", fs::read_to_string(home.join("log"))?).into());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(Self { _process: process, port })
    }

    fn recipe(&self, stage: &Stage, name: &str) -> Outcome<Recipe> {
        stage.postgres.create_database(name)?;
        let url = format!("postgres://postgres@127.0.0.1:{}/{name}", self.port);
        Recipe::postgres(&stage.folder, &stage.poolhouse(), name, &url)
    }
}

fn write(stage: &Stage, recipe: &Recipe, effort: Effort) -> Outcome<String> {
    let server = Server::start(&stage.folder, recipe)?;
    let load = Load::start(server.address())?;
    sleep(effort.fault);
    let (pool, written) = load.stop()?;
    check(server.address(), &pool, &written)?;
    server.check_log()?;
    if written.refused + written.cut_off > 0 {
        return Err(format!("{} refused, {} cut off", written.refused, written.cut_off).into());
    }
    let rate = written.answered.len() as f32 / effort.fault.as_secs_f32();
    Ok(format!("{} answered ({rate:.0}/s), 0 lost, 0 refused", written.answered.len()))
}

fn transactions(stage: &Stage, effort: Effort) -> Outcome<String> {
    let pooler = Pooler::start(stage, "transaction", "")?;
    let recipe = pooler.recipe(stage, "faults_transactions")?;
    write(stage, &recipe.with("POOLHOUSE_POSTGRES_NAMED_STATEMENTS", "false"), effort)
}

/// With and without parameters of sessions, which pgbouncer refuses unless it is told to ignore them.
fn refused(stage: &Stage) -> Outcome<String> {
    for (name, more) in [
        ("faults_parameters", ""),
        ("faults_statements", "ignore_startup_parameters = extra_float_digits,options"),
    ] {
        let pooler = Pooler::start(stage, "transaction", more)?;
        match Server::start(&stage.folder, &pooler.recipe(stage, name)?) {
            Ok(_) => return Err(format!("{name}: the server starts").into()),
            Err(error) if error.to_string().contains("postgres_named_statements = false") => {}
            Err(error) => return Err(error),
        }
    }
    Ok("refused at the start, by the name of the setting".to_owned())
}

fn sessions(stage: &Stage, effort: Effort) -> Outcome<String> {
    let pooler = Pooler::start(stage, "session", "ignore_startup_parameters = extra_float_digits,options")?;
    write(stage, &pooler.recipe(stage, "faults_sessions")?, effort)
}
