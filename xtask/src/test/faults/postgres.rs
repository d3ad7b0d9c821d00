//! PostgreSQL that is away, locked, full, read-only, or moves.

use std::thread::sleep;
use std::time::Duration;

use super::super::Stage;
use super::super::report::Report;
use super::Effort;
use super::outage::{Expected, under_load};
use super::proxy::Proxy;
use crate::Outcome;
use crate::postgres::{Durability, Postgres};
use crate::server::{Recipe, Server};

/// A request waits for a connection, and then for a statement; and the server gives up a moment later than PostgreSQL.
const GRACE: Duration = Duration::from_secs(2);

pub(super) fn run(stage: &Stage, report: &mut Report, effort: Effort) {
    report.step("PostgreSQL is in a black hole", || black_hole(stage, effort));
    report.step("a table of PostgreSQL is locked", || locked(stage, effort));
    report.step("connections of PostgreSQL are terminated", || terminated(stage, effort));
    report.step("PostgreSQL becomes read-only", || read_only(stage, effort));
    report.step("a password of PostgreSQL is changed", || password(stage, effort));
    report.step("all connections of PostgreSQL are used up", || used_up(stage, effort));
    let mut own = None;
    report.step("a PostgreSQL of one's own", || {
        own = Some(Postgres::start_in(&stage.folder, "faults-postgres", Durability::Off)?);
        Ok(String::new())
    });
    let Some(mut own) = own else { return };
    report.step("PostgreSQL restarts", || restarted(stage, &mut own, effort));
    report.step("PostgreSQL moves to a standby", || moved(stage, own, effort));
}

/// A server on a database, with the time limit of these cases.
fn server(stage: &Stage, name: &str, url: &str, effort: Effort) -> Outcome<Server> {
    let recipe = Recipe::postgres(&stage.folder, &stage.poolhouse(), name, url)?;
    let limit = effort.limit.as_secs().to_string();
    Server::start(&stage.folder, &recipe.with("POOLHOUSE_DATABASE_TIMEOUT_SECONDS", &limit))
}

fn expected(effort: Effort, is_unready: bool) -> Expected {
    Expected {
        lasts: effort.fault,
        limit: effort.limit * 2 + GRACE,
        is_unready,
        do_pages_answer: !is_unready,
    }
}

fn black_hole(stage: &Stage, effort: Effort) -> Outcome<String> {
    let name = "faults_black_hole";
    stage.postgres.create_database(name)?;
    let proxy = Proxy::to(stage.postgres.port())?;
    let url = format!("postgres://postgres@127.0.0.1:{}/{name}", proxy.port);
    let server = server(stage, name, &url, effort)?;
    let swallow = |swallows| {
        proxy.swallow(swallows);
        Ok(())
    };
    under_load(&server, expected(effort, true), || swallow(true), || swallow(false))
}

fn locked(stage: &Stage, effort: Effort) -> Outcome<String> {
    let name = "faults_locked";
    let url = stage.postgres.create_database(name)?;
    let server = server(stage, name, &url, effort)?;
    let seconds = effort.fault.as_secs_f32();
    let lock = format!("BEGIN; LOCK TABLE app_clients IN EXCLUSIVE MODE; SELECT pg_sleep({seconds}); COMMIT");
    let mut locking = None;
    let begin = || {
        locking = Some(stage.postgres.session(&stage.folder, name, &lock)?);
        Ok(())
    };
    under_load(&server, expected(effort, false), begin, || Ok(()))
}

fn terminate(postgres: &Postgres, name: &str) -> Outcome {
    let terminate =
        format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'");
    postgres.query("postgres", &terminate).map(drop)
}

fn terminated(stage: &Stage, effort: Effort) -> Outcome<String> {
    let name = "faults_terminated";
    let url = stage.postgres.create_database(name)?;
    let server = server(stage, name, &url, effort)?;
    let ten_times = || {
        (0..10).try_for_each(|_| {
            sleep(Duration::from_millis(50));
            terminate(&stage.postgres, name)
        })
    };
    under_load(&server, expected(effort, false), ten_times, ten_times)
}

fn read_only(stage: &Stage, effort: Effort) -> Outcome<String> {
    let name = "faults_read_only";
    let url = stage.postgres.create_database(name)?;
    let server = server(stage, name, &url, effort)?;
    let set = |value: &str| {
        let set = format!("ALTER DATABASE {name} SET default_transaction_read_only = {value}");
        stage.postgres.query("postgres", &set)?;
        terminate(&stage.postgres, name)
    };
    let expected = Expected { do_pages_answer: true, ..expected(effort, true) };
    under_load(&server, expected, || set("on"), || set("off"))
}

/// A role that is no superuser, for which limits of connections count, and the URL of a database that it owns.
fn owned(stage: &Stage, name: &str) -> Outcome<String> {
    stage.postgres.create_database(name)?;
    stage.postgres.query("postgres", &format!("CREATE ROLE {name} LOGIN"))?;
    stage.postgres.query("postgres", &format!("ALTER DATABASE {name} OWNER TO {name}"))?;
    Ok(stage.postgres.url(name).replace("postgres@", &format!("{name}@")))
}

/// Changes the role, and cuts off its sessions.
fn alter(stage: &Stage, name: &str, word: &str) -> Outcome {
    stage.postgres.query("postgres", &format!("ALTER ROLE {name} {word}"))?;
    terminate(&stage.postgres, name)
}

/// A role that may not connect any longer is in the place of one with another password: the cluster trusts everybody who may.
fn password(stage: &Stage, effort: Effort) -> Outcome<String> {
    let name = "faults_password";
    let server = server(stage, name, &owned(stage, name)?, effort)?;
    let set = |word| alter(stage, name, word);
    under_load(&server, expected(effort, true), || set("NOLOGIN"), || set("LOGIN"))
}

fn used_up(stage: &Stage, effort: Effort) -> Outcome<String> {
    let name = "faults_used_up";
    let server = server(stage, name, &owned(stage, name)?, effort)?;
    let set = |word| alter(stage, name, word);
    under_load(&server, expected(effort, true), || set("CONNECTION LIMIT 0"), || set("CONNECTION LIMIT -1"))
}

fn restarted(stage: &Stage, own: &mut Postgres, effort: Effort) -> Outcome<String> {
    let name = "faults_restarted";
    let url = own.create_database(name)?;
    let server = server(stage, name, &url, effort)?;
    let own = std::cell::RefCell::new(own);
    let stop = || {
        own.borrow_mut().stop();
        Ok(())
    };
    under_load(&server, expected(effort, true), stop, || own.borrow_mut().start_again(&stage.folder))
}

fn moved(stage: &Stage, mut own: Postgres, effort: Effort) -> Outcome<String> {
    let name = "faults_moved";
    own.create_database(name)?;
    let standby = own.standby(&stage.folder, "faults_standby")?;
    let url = format!("postgres://postgres@127.0.0.1:{},127.0.0.1:{}/{name}", own.port(), standby.port());
    let server = server(stage, name, &url, effort)?;
    let stop = || {
        own.stop();
        Ok(())
    };
    under_load(&server, expected(effort, true), stop, || standby.promote())
}
