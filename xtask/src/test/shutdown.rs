//! SIGTERM: a request in flight is answered, idle connections are closed at once, the process ends well, and SQLite's write-ahead
//! log is folded into the file.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;

use super::Stage;
use super::report::Report;
use crate::Outcome;
use crate::http::AUTHORIZATION;
use crate::process::run as run_command;
use crate::server::{Recipe, Server};

/// Time for the server to take notice: of half a request, then of the signal.
const NOTICE: Duration = Duration::from_millis(300);
/// Longer than the server waits for requests in flight.
const PATIENCE: Duration = Duration::from_secs(30);
/// Within this, idle connections are closed.
const AT_ONCE: Duration = Duration::from_secs(2);
/// Connections that have had an answer and wait, and as many that have had none.
const IDLE: usize = 25;

pub(super) fn run(stage: &Stage, report: &mut Report) {
    report.step("SIGTERM on SQLite", || {
        let recipe = Recipe::sqlite(&stage.folder, &stage.poolhouse(), "shutdown-sqlite")?;
        terminate(stage, &recipe)
    });
    report.step("SIGTERM on PostgreSQL", || {
        let database = stage.postgres.create_database("shutdown")?;
        terminate(
            stage,
            &Recipe::postgres(&stage.folder, &stage.poolhouse(), "shutdown-postgres", &database)?,
        )
    });
}

fn terminate(stage: &Stage, recipe: &Recipe) -> Outcome<String> {
    let server = Server::start(&stage.folder, recipe)?;
    let body = json!({ "PoolName": "in-flight" }).to_string();
    let (first, rest) = body.split_at(body.len() / 2);
    let mut stream = TcpStream::connect(server.address())?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {}\r\nX-Amz-Target: AWSCognitoIdentityProviderService.CreateUserPool\r\n\
         Authorization: {AUTHORIZATION}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{first}",
        server.address(),
        body.len(),
    );
    stream.write_all(head.as_bytes())?;
    let mut idle = idle(&server)?;
    sleep(NOTICE);
    let asked = Instant::now();
    run_command(Command::new("kill").args(["-TERM", &server.pid().to_string()]))?;
    for stream in &mut idle {
        stream.read_to_end(&mut Vec::new())?;
    }
    if asked.elapsed() > AT_ONCE {
        return Err(format!("idle connections were closed after {:?}", asked.elapsed()).into());
    }
    sleep(NOTICE);
    stream.write_all(rest.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if !answer.starts_with("HTTP/1.1 200 ") {
        return Err(format!("the request in flight was not answered: {answer}").into());
    }

    server.check_log()?;
    let status = server.wait()?;
    if !status.success() {
        return Err(format!("the server ended with {status}").into());
    }
    if let Some(file) = recipe.sqlite_file()
        && file.with_extension("db-wal").exists()
    {
        return Err("the write-ahead log was left behind".into());
    }
    let pools =
        Server::start(&stage.folder, recipe)?.connect()?.ok("ListUserPools", &json!({ "MaxResults": 9 }))?;
    match pools["UserPools"].as_array().map(Vec::len) {
        Some(1) => Ok("answered, ended, and kept".to_owned()),
        _ => Err(format!("one pool was made, these are there: {pools}").into()),
    }
}

/// Connections on which no request is under way.
fn idle(server: &Server) -> Outcome<Vec<TcpStream>> {
    let mut idle = Vec::new();
    for number in 0..2 * IDLE {
        let mut stream = TcpStream::connect(server.address())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        if number < IDLE {
            stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
            if stream.read(&mut [0; 1024])? == 0 {
                return Err("an idle connection was closed before the stop".into());
            }
        }
        idle.push(stream);
    }
    Ok(idle)
}
