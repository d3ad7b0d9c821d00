//! Few file handles, and callers who hold connections: idle ones, and requests that do not end. Who is honest is answered.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::super::Stage;
use super::super::report::Report;
use crate::Outcome;
use crate::http::{AUTHORIZATION, Connection};
use crate::server::{Recipe, Server};

/// What `ulimit -n` says to the server.
const HANDLES: u32 = 200;
/// Connections that are held, more than there are handles.
const HELD: usize = 250;
/// Honest callers, one after the other, each with a connection of its own.
const HONEST: usize = 50;
/// How long an honest caller may wait at most.
const PATIENCE: Duration = Duration::from_secs(5);

/// Makes what is sent to this server.
type Beginning = fn(SocketAddr) -> String;

/// What is sent on a connection that is held, and no more.
const BEGINNINGS: [(&str, Beginning); 4] = [
    ("idle connections", |_| String::new()),
    ("endless headers", |host| format!("GET /health HTTP/1.1\r\nHost: {host}\r\nX: ")),
    ("endless bodies", |host| format!("{}Content-Length: 100000\r\n\r\n{{", head(host))),
    ("endless chunks", |host| format!("{}Transfer-Encoding: chunked\r\n\r\n1\r\n{{\r\n", head(host))),
];

fn head(host: SocketAddr) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: {host}\r\nAuthorization: {AUTHORIZATION}\r\n\
         X-Amz-Target: AWSCognitoIdentityProviderService.CreateIdentityProvider\r\n"
    )
}

pub(in crate::test) fn run(stage: &Stage, report: &mut Report) {
    let mut server = None;
    report.step("a server with 200 file handles", || {
        let recipe = Recipe::sqlite(&stage.folder, &stage.poolhouse(), "handles")?.with_file_handles(HANDLES);
        server = Some(Server::start(&stage.folder, &recipe)?);
        Ok(String::new())
    });
    let Some(server) = server else { return };
    for (name, beginning) in BEGINNINGS {
        report
            .step(&format!("{HELD} {name} shut nobody out"), || hold(&server, &beginning(server.address())));
    }
    report.step("the server logs no error", || server.check_log().map(|()| String::new()));
}

/// Holds connections, and opens each anew that is closed, while honest callers come.
fn hold(server: &Server, beginning: &str) -> Outcome<String> {
    let address = server.address();
    let quiet = serve_honest(server)?;
    let (is_over, opened) = (AtomicBool::new(false), AtomicUsize::new(0));
    let busy = thread::scope(|scope| {
        scope.spawn(|| {
            let mut held: Vec<TcpStream> = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                held.retain(is_open);
                while held.len() < HELD
                    && let Ok(mut stream) = TcpStream::connect_timeout(&address, PATIENCE)
                {
                    let _ = stream.set_nonblocking(true);
                    let _ = stream.write_all(beginning.as_bytes()); // whoever is refused comes again
                    opened.fetch_add(1, Ordering::Relaxed);
                    held.push(stream);
                }
                thread::sleep(Duration::from_millis(50));
            }
        });
        while opened.load(Ordering::Relaxed) < HELD {
            thread::sleep(Duration::from_millis(10));
        }
        let busy = serve_honest(server);
        is_over.store(true, Ordering::Relaxed);
        busy
    })?;
    let opened = opened.into_inner();
    let words =
        format!("{HONEST} honest callers: p99 {quiet:.1?} quiet, {busy:.1?} beside {opened} connections");
    if busy > PATIENCE { Err(words.into()) } else { Ok(words) }
}

fn is_open(stream: &TcpStream) -> bool {
    match stream.peek(&mut [0; 1]) {
        Ok(_) => false, // the end, or an answer before it
        Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
    }
}

/// Lets honest callers come who write and read. Returns what 99 of 100 wait at most.
fn serve_honest(server: &Server) -> Outcome<Duration> {
    let mut took = Vec::new();
    for _ in 0..HONEST {
        let since = Instant::now();
        let mut connection: Connection = server.connect()?;
        let pool =
            connection.ok("CreateUserPool", &json!({ "PoolName": "honest" }))?["UserPool"]["Id"].take();
        connection.ok("DeleteUserPool", &json!({ "UserPoolId": pool }))?;
        took.push(since.elapsed());
    }
    took.sort();
    Ok(took[took.len() * 99 / 100])
}
