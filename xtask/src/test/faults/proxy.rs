//! A network between a server and its database, which swallows what is sent when it is told to.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::spawn;

use crate::Outcome;

/// What forwards connections, until this program ends.
pub(super) struct Proxy {
    pub(super) port: u16,
    swallows: Arc<AtomicBool>,
}

impl Proxy {
    /// Forwards to this port of this machine.
    ///
    /// # Errors
    /// When there is no port to listen on.
    pub(super) fn to(port: u16) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let own = listener.local_addr()?.port();
        let swallows = Arc::new(AtomicBool::new(false));
        let dropping = swallows.clone();
        spawn(move || {
            for near in listener.incoming().flatten() {
                let Ok(far) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                for (from, to) in [(near.try_clone(), far.try_clone()), (Ok(far), Ok(near))] {
                    let dropping = dropping.clone();
                    if let (Ok(from), Ok(to)) = (from, to) {
                        spawn(move || forward(from, to, &dropping));
                    }
                }
            }
        });
        Ok(Self { port: own, swallows })
    }

    /// From now on nothing arrives, and nobody is told so; or all is well again.
    pub(super) fn swallow(&self, swallows: bool) {
        self.swallows.store(swallows, Ordering::SeqCst);
    }
}

/// A connection that lost something stays silent: what follows would make no sense.
fn forward(mut from: TcpStream, mut to: TcpStream, dropping: &AtomicBool) {
    let (mut buffer, mut is_dead) = ([0; 16 * 1024], false);
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        is_dead |= dropping.load(Ordering::SeqCst);
        if !is_dead && to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
