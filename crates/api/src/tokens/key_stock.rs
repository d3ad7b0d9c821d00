//! RSA keys made ahead: making one takes a tenth of a second, which nobody should wait for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::RsaKeyPair;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{Receiver, channel};

use crate::apart::give_way;

/// Keys that lie ready: two pools can start at once.
const READY: usize = 4;

/// Where new private keys (PKCS#8) come from.
#[derive(Clone)]
pub struct KeyStock(Source);

#[derive(Clone)]
enum Source {
    Made(Arc<Mutex<Receiver<Vec<u8>>>>),
    Given(Arc<(Vec<Vec<u8>>, AtomicUsize)>),
}

impl KeyStock {
    /// A stock that a thread of its own keeps full.
    pub fn made() -> Self {
        let (sender, receiver) = channel(READY);
        std::thread::spawn(move || {
            give_way();
            while sender.blocking_send(generate_key()).is_ok() {}
        });
        Self(Source::Made(Arc::new(Mutex::new(receiver))))
    }

    /// These keys, over and over: for tests, which would spend their time on making keys.
    pub fn given(keys: Vec<Vec<u8>>) -> Self {
        Self(Source::Given(Arc::new((keys, AtomicUsize::new(0)))))
    }

    pub(super) async fn draw(&self) -> Vec<u8> {
        match &self.0 {
            Source::Made(ready) => {
                ready.lock().await.recv().await.expect("the thread makes keys as long as we ask")
            }
            Source::Given(given) => {
                let (keys, next) = &**given;
                keys[next.fetch_add(1, Ordering::Relaxed) % keys.len()].clone()
            }
        }
    }
}

/// A new 2048-bit RSA key, in PKCS#8.
pub fn generate_key() -> Vec<u8> {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("keys of this size can be made");
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).expect("a key that was just made can be written");
    der.as_ref().to_vec()
}
