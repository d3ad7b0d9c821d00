//! An identity provider's web server on a loopback port, with documents good and bad. It signs nobody in.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use serde_json::json;

/// Serves until the test process ends.
pub struct Provider {
    pub url: String,
    gate: Arc<Gate>,
}

/// `/gate` answers when it is opened.
#[derive(Default)]
struct Gate {
    state: Mutex<(usize, bool)>,
    changed: Condvar,
}

/// A file of `crates/federation/testdata`.
pub fn testdata(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/federation/testdata");
    std::fs::read_to_string(format!("{folder}/{name}.xml")).unwrap()
}

impl Provider {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let gate = Arc::new(Gate::default());
        let (address, door) = (url.clone(), gate.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (address, door) = (address.clone(), door.clone());
                // The client hangs up on what it refuses, so errors of the connection mean nothing.
                std::thread::spawn(move || answer(stream?, &address, &door));
            }
        });
        Self { url, gate }
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Waits until somebody stands at the gate.
    pub async fn somebody_waits(&self) {
        while self.gate.state.lock().unwrap().0 == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub fn open_gate(&self) {
        self.gate.state.lock().unwrap().1 = true;
        self.gate.changed.notify_all();
    }
}

fn answer(mut stream: TcpStream, address: &str, gate: &Gate) -> std::io::Result<()> {
    let path = requested_path(&mut stream)?;
    let issuer = |path: &str| format!("{address}{path}");
    match path.as_str() {
        "/metadata" => send(&mut stream, "200 OK", testdata("keycloak").as_bytes()),
        "/other-metadata" => send(&mut stream, "200 OK", testdata("okta").as_bytes()),
        "/expired" => send(&mut stream, "200 OK", testdata("bad_expired_certificate").as_bytes()),
        "/latin-1" => send(&mut stream, "200 OK", b"<caf\xe9/>"),
        "/broken" => send(&mut stream, "500 Internal Server Error", b""),
        "/empty" => send(&mut stream, "204 No Content", b""),
        "/not-http" => stream.write_all(b"hello\r\n\r\n"),
        "/gate" => {
            let mut state = gate.state.lock().unwrap();
            state.0 += 1;
            while !state.1 {
                state = gate.changed.wait(state).unwrap();
            }
            drop(state);
            send(&mut stream, "200 OK", testdata("keycloak").as_bytes())
        }
        "/silent" => stream.read(&mut [0]).map(drop), // until the client hangs up
        "/cut-off" => stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<md"),
        "/announced-too-large" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n<")?;
            stream.read(&mut [0]).map(drop)
        }
        // Who waits for the end of it waits in vain.
        "/too-large" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            stream.write_all(&vec![b' '; 1024 * 1024 + 1])?;
            stream.read(&mut [0]).map(drop)
        }
        "/to-ftp" => redirect(&mut stream, "ftp://127.0.0.1/metadata"),
        "/to-file" => redirect(&mut stream, "file:///etc/hostname"),
        "/3-redirects" => redirect(&mut stream, "/2-redirects"),
        "/2-redirects" => redirect(&mut stream, "/1-redirect"),
        "/1-redirect" => redirect(&mut stream, "/metadata"),
        "/4-redirects" => redirect(&mut stream, "/3-redirects"),
        "/.well-known/openid-configuration" => send_discovery(&mut stream, &issuer(""), address, true),
        "/no-userinfo/.well-known/openid-configuration" => {
            send_discovery(&mut stream, &issuer("/no-userinfo"), address, false)
        }
        "/impostor/.well-known/openid-configuration" => {
            send_discovery(&mut stream, "https://idp.example.com", address, true)
        }
        "/html/.well-known/openid-configuration" => send(&mut stream, "200 OK", b"<html>"),
        _ => send(&mut stream, "404 Not Found", b"not here"),
    }
}

fn requested_path(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    let mut chunk = [0; 1024];
    while !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        match stream.read(&mut chunk)? {
            0 => break,
            length => head.extend_from_slice(&chunk[..length]),
        }
    }
    Ok(String::from_utf8_lossy(&head).split(' ').nth(1).unwrap_or_default().to_owned())
}

fn send(stream: &mut TcpStream, status: &str, body: &[u8]) -> std::io::Result<()> {
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
    stream.write_all(body)
}

fn redirect(stream: &mut TcpStream, to: &str) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

fn send_discovery(
    stream: &mut TcpStream,
    issuer: &str,
    address: &str,
    has_userinfo: bool,
) -> std::io::Result<()> {
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{address}/authorize"),
        "token_endpoint": format!("{address}/token"),
        "userinfo_endpoint": format!("{address}/userinfo"),
        "jwks_uri": format!("{address}/keys"),
    });
    if !has_userinfo {
        document.as_object_mut().unwrap().remove("userinfo_endpoint");
    }
    send(stream, "200 OK", document.to_string().as_bytes())
}
