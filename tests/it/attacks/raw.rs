//! A caller that sends what it likes, byte by byte, and sees what comes back.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::world::{AUTHORIZATION, World};

/// Longer than any answer of a test takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection.
pub struct Raw(TcpStream);

/// What came back on it.
#[derive(Debug)]
pub struct Told {
    pub status: u16,
    pub text: String,
}

/// The head of a call of an operation, signed, whose body has so many bytes.
pub fn call_head(operation: &str, length: usize) -> String {
    format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: AWSCognitoIdentityProviderService.{operation}\r\n\
         authorization: {AUTHORIZATION}\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {length}\r\n\r\n"
    )
}

impl Raw {
    pub async fn open(world: &World) -> Self {
        let address = world.url.strip_prefix("http://").unwrap();
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// A connection on which this was sent.
    pub async fn with(world: &World, text: &str) -> Self {
        let mut raw = Self::open(world).await;
        raw.send(text).await;
        raw
    }

    /// Sends this. Whether the server takes it does not matter.
    pub async fn send(&mut self, text: &str) {
        let _ = self.0.write_all(text.as_bytes()).await;
    }

    /// The next answer, whose body has a length.
    pub async fn answer(&mut self) -> Told {
        let mut text = String::new();
        let complete = async {
            let mut buffer = [0; 4096];
            loop {
                let read = self.0.read(&mut buffer).await.unwrap_or(0);
                text.push_str(&String::from_utf8_lossy(&buffer[..read]));
                if read == 0 || is_complete(&text) {
                    return;
                }
            }
        };
        timeout(PATIENCE, complete).await.expect("an answer");
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Told { status, text }
    }

    /// Whether the server closes the connection.
    pub async fn is_closed(&mut self) -> bool {
        let mut buffer = [0; 4096];
        let end = async { while self.0.read(&mut buffer).await.is_ok_and(|read| read > 0) {} };
        timeout(PATIENCE, end).await.is_ok()
    }

    /// Whether the connection is open and nothing came back.
    pub async fn is_waiting(&mut self) -> bool {
        let mut buffer = [0; 1];
        timeout(Duration::from_millis(20), self.0.peek(&mut buffer)).await.is_err()
    }
}

/// Waits until so many of these connections at most have heard nothing. Returns how many that are.
pub async fn settled(connections: impl IntoIterator<Item = &mut Raw>, most: usize) -> usize {
    let mut connections: Vec<&mut Raw> = connections.into_iter().collect();
    let settle = async {
        loop {
            let mut waiting = 0;
            for raw in &mut connections {
                waiting += usize::from(raw.is_waiting().await);
            }
            if waiting <= most {
                return waiting;
            }
        }
    };
    timeout(PATIENCE, settle).await.expect("the others are answered or closed")
}

fn is_complete(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.to_ascii_lowercase();
    let length = length.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    length.is_some_and(|length| body.len() >= length)
}
