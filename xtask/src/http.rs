//! Calls over one kept connection to a server on this machine. HTTP/1.1 as far as Poolhouse speaks it, no more.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::Outcome;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Signed as far as Poolhouse looks: it reads the scope of a signature and does not verify it.
pub(crate) const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
    Credential=test/20260102/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0";

/// A connection.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    host: SocketAddr,
}

/// What came back.
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Its headers, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: String,
}

impl Answer {
    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn json(&self) -> Outcome<Value> {
        Ok(serde_json::from_str(&self.body)?)
    }
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub(crate) fn open(host: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect_timeout(&host, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), host })
    }

    /// `GET path`.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub(crate) fn get(&mut self, path: &str) -> Outcome<Answer> {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host))
    }

    /// Calls an operation.
    ///
    /// # Errors
    /// When no whole answer comes; an error of the service is an [`Answer`].
    pub(crate) fn call(&mut self, operation: &str, request: &Value) -> Outcome<Answer> {
        let body = request.to_string();
        self.send(&format!("{}\r\n{body}", head(self.host, operation, body.len())))
    }

    /// Calls an operation that must succeed.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) fn ok(&mut self, operation: &str, request: &Value) -> Outcome<Value> {
        let answer = self.call(operation, request)?;
        if answer.status == 200 {
            return answer.json();
        }
        Err(format!("{operation} {request}: {} {}", answer.status, answer.body).into())
    }

    /// Any request, with headers of one's own.
    ///
    /// # Errors
    /// When no whole answer comes.
    pub(crate) fn exchange(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Outcome<Answer> {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        self.send(&format!("{method} {path} HTTP/1.1\r\n{headers}Content-Length: {length}\r\n\r\n{body}"))
    }

    fn send(&mut self, request: &str) -> Outcome<Answer> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or("the connection was closed before an answer")?;
        let mut length = 0;
        let mut headers = Vec::new();
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            match line.trim_end().split_once(": ") {
                Some((name, value)) => {
                    let name = name.to_ascii_lowercase();
                    if name == "content-length" {
                        length = value.parse()?;
                    }
                    headers.push((name, value.to_owned()));
                }
                None if line == "\r\n" => break,
                None => return Err("the connection was closed within an answer".into()),
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, headers, body: String::from_utf8(body)? })
    }
}

/// The head of a call, up to its empty line.
fn head(host: SocketAddr, operation: &str, length: usize) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: {host}\r\nAuthorization: {AUTHORIZATION}\r\n\
         Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\n\
         Content-Length: {length}\r\n"
    )
}
