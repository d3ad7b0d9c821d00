//! A network between a store and its database that drops packets when it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// What forwards connections.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    swallows: Arc<AtomicBool>,
}

impl Proxy {
    /// Forwards to this address.
    pub(crate) async fn to(address: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let swallows = Arc::new(AtomicBool::new(false));
        let dropping = swallows.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (address, dropping) = (address.clone(), dropping.clone());
                tokio::spawn(async move {
                    let Ok(far) = TcpStream::connect(address).await else { return };
                    let (near, far) = (near.into_split(), far.into_split());
                    tokio::spawn(forward(near.0, far.1, dropping.clone()));
                    forward(far.0, near.1, dropping).await;
                });
            }
        });
        Self { port, swallows }
    }

    /// From now on nothing arrives, and nobody is told so.
    pub(crate) fn swallow(&self, swallows: bool) {
        self.swallows.store(swallows, Ordering::SeqCst);
    }
}

/// A connection that lost something is dead: what follows would make no sense.
async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, dropping: Arc<AtomicBool>) {
    let (mut buffer, mut is_dead) = ([0; 8192], false);
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        is_dead |= dropping.load(Ordering::SeqCst);
        if !is_dead && to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
