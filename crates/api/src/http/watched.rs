//! The stream of a connection, watched: headers that do not end, headers that hold too much, answers that nobody reads and
//! connections that are given up end here.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use actix_web::rt::net::{ActixStream, Ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::connections::{Guard, Phase};

/// What a caller is told whose headers do not end. By TLS the connection is only closed.
const TIMED_OUT: &[u8] = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
/// What a caller is told whose address has too many unfinished requests.
const CROWDED: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 1\r\nconnection: close\r\n\r\n";

/// A stream that is watched.
pub(super) struct Watched<IO> {
    io: IO,
    guard: Guard,
    /// Bytes of headers that are not accounted for.
    unheld: usize,
    /// The beginning of headers that were looked at when they were not complete.
    looked_at: Option<Instant>,
    /// Whether it was ended from here.
    is_ended: bool,
    timer: Pin<Box<Sleep>>,
    /// Since when the caller takes nothing of an answer.
    stalled_since: Option<Instant>,
    write_timer: Pin<Box<Sleep>>,
}

impl<IO> Watched<IO> {
    pub(super) fn new(io: IO, guard: Guard) -> Self {
        let now = tokio::time::Instant::now();
        Self {
            io,
            guard,
            unheld: 0,
            looked_at: None,
            is_ended: false,
            timer: Box::pin(tokio::time::sleep_until(now)),
            stalled_since: None,
            write_timer: Box::pin(tokio::time::sleep_until(now)),
        }
    }

    /// The connection that it is of.
    pub(super) fn guard(&self) -> &Guard {
        &self.guard
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Watched<IO> {
    /// Whether more of a body may come, wanted or not.
    fn is_unfinished(&self) -> bool {
        matches!(self.guard.connection.phase().0, Phase::Body | Phase::Draining)
    }

    /// Ends the stream for its reader, with a last word for the caller.
    fn end(&mut self, cx: &mut Context<'_>, last_word: &[u8]) -> Poll<io::Result<()>> {
        self.is_ended = true;
        if !self.guard.connection.listener.is_secure {
            let _ = Pin::new(&mut self.io).poll_write(cx, last_word); // who takes nothing is told nothing
        }
        Poll::Ready(Ok(()))
    }

    /// Looks at a stream that has nothing to read now. Ready when it is at its end.
    fn look(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let connection = self.guard.connection.clone();
        connection.wait(cx.waker());
        let (phase, since) = connection.phase();
        if phase != Phase::Busy && phase != Phase::Head && connection.is_closing() {
            return self.end(cx, b"");
        }
        if phase == Phase::Head {
            // Complete headers are read as such before the next look.
            if self.looked_at.replace(since) != Some(since) {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            if connection.is_closing() {
                return self.end(cx, CROWDED);
            }
            let bytes = std::mem::take(&mut self.unheld);
            if !connection.hold_headers(bytes, cx) {
                return self.end(cx, CROWDED);
            }
        }
        if let Some(deadline) = connection.deadline() {
            self.timer.as_mut().reset(deadline.into());
            ready!(self.timer.as_mut().poll(cx));
            return self.end(cx, if phase == Phase::Head { TIMED_OUT } else { b"" });
        }
        Poll::Pending
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> AsyncRead for Watched<IO> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // A request that has arrived is read, also on a connection that was given up in that moment.
        if this.is_ended || (this.guard.connection.is_closing() && this.is_unfinished()) {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        match Pin::new(&mut this.io).poll_read(cx, buffer) {
            Poll::Ready(outcome) => {
                let received = buffer.filled().len() - before;
                if received > 0 {
                    let is_begin = this.guard.connection.receive();
                    this.unheld = if is_begin { received } else { this.unheld + received };
                }
                Poll::Ready(outcome)
            }
            Poll::Pending => this.look(cx),
        }
    }
}

impl<IO: AsyncWrite + Unpin> Watched<IO> {
    /// Whether a caller who takes nothing now has taken nothing for too long.
    fn poll_stalled(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let patience = self.guard.connection.patience.body;
        let since = *self.stalled_since.get_or_insert_with(Instant::now);
        self.write_timer.as_mut().reset((since + patience).into());
        self.write_timer.as_mut().poll(cx)
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Watched<IO> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match Pin::new(&mut this.io).poll_write(cx, bytes) {
            Poll::Ready(outcome) => {
                this.stalled_since = None;
                Poll::Ready(outcome)
            }
            Poll::Pending => {
                ready!(this.poll_stalled(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }
}

impl<IO: ActixStream> ActixStream for Watched<IO> {
    fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        self.io.poll_read_ready(cx)
    }

    fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        self.io.poll_write_ready(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;
    use crate::config::Config;
    use crate::http::connections::{Connections, Listener, Patience};
    use crate::http::unfinished::Unfinished;

    /// Both ends of a connection whose buffers take so many bytes.
    fn pair(bytes: usize) -> (Watched<DuplexStream>, DuplexStream) {
        let short = Duration::from_millis(50);
        let patience = Patience { headers: short, body: short, idle: short };
        let connections = Connections::new(10, patience, Unfinished::new(&Config::default()));
        let listener = Listener { is_secure: false, address: ([127, 0, 0, 1], 0).into() };
        let (ours, theirs) = duplex(bytes);
        (Watched::new(ours, connections.open(None, listener)), theirs)
    }

    #[tokio::test]
    async fn an_answer_that_nobody_reads_ends() {
        let (mut ours, _theirs) = pair(16);
        let error = ours.write_all(&[0; 100]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        // One that is read slowly does not.
        let (mut ours, mut theirs) = pair(16);
        let reads = async {
            for _ in 0..10 {
                tokio::time::sleep(Duration::from_millis(10)).await;
                theirs.read_exact(&mut [0; 10]).await.unwrap();
            }
        };
        assert!(tokio::join!(ours.write_all(&[0; 100]), reads).0.is_ok());
    }

    #[tokio::test]
    async fn headers_that_do_not_end_are_told_so_and_the_stream_ends() {
        let (mut ours, mut theirs) = pair(1000);
        theirs.write_all(b"GET ").await.unwrap();
        let mut read = Vec::new();
        ours.read_to_end(&mut read).await.unwrap();
        assert_eq!(read, b"GET ");
        let mut told = [0; 20];
        theirs.read_exact(&mut told).await.unwrap();
        assert_eq!(&told, &TIMED_OUT[..20]);
    }

    #[tokio::test]
    async fn a_connection_that_is_given_up_ends() {
        let (mut ours, _theirs) = pair(1000);
        let connection = ours.guard().connection.clone();
        let close = async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            connection.close();
        };
        let mut buffer = [0; 10];
        assert_eq!(tokio::join!(ours.read(&mut buffer), close).0.unwrap(), 0);

        // What has arrived is read before, and answered.
        let (mut ours, mut theirs) = pair(1000);
        theirs.write_all(b"GET").await.unwrap();
        ours.guard().connection.close();
        assert_eq!(ours.read(&mut buffer).await.unwrap(), 3);
        ours.guard().connection.begin(false);
        assert!(tokio::time::timeout(Duration::from_millis(20), ours.read(&mut buffer)).await.is_err());
        assert!(ours.guard().connection.end());
        assert_eq!(ours.read(&mut buffer).await.unwrap(), 0);
    }
}
