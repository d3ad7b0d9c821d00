//! A whole server in the process of the fuzzer, spoken to over HTTP: whatever is sent, it answers, and never with a fault.

use std::net::TcpListener;
use std::sync::{Arc, LazyLock, mpsc};
use std::thread;

use api::config::Config;
use api::{FixedClock, Listeners, Poolhouse, SeededRandom};
use chrono::DateTime;
use storage::{Sealer, Store};

mod requests;

pub use requests::Surface;
use requests::Target;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let folder = std::env::temp_dir().join(format!("poolhouse-fuzz-{}", std::process::id()));
            std::fs::create_dir_all(&folder).expect("a folder for temporary files");
            let url = format!("sqlite:{}", folder.join("poolhouse.db").display());
            let sealer = Sealer::new(&[7; 32]).expect("32 bytes");
            let store = Store::connect(&url, sealer).await.expect("a new database");
            storage::migrate(&store).await.expect("a new database");
            let http = TcpListener::bind("127.0.0.1:0").expect("a free port");
            let address = http.local_addr().expect("a port");
            let clock = Arc::new(FixedClock::new(DateTime::from_timestamp(1_767_323_045, 0).expect("a time")));
            let config = Config { workers: Some(1), ..Config::default() };
            let poolhouse = Poolhouse::new(store, clock, Arc::new(SeededRandom::new(42)), config);
            let server = api::serve(poolhouse, Listeners { http, https: None }).expect("a listener");
            tell.send(address).expect("somebody waits");
            server.await.expect("the server goes on");
        });
    });
    let address = told.recv().expect("the server starts");
    Target::settle(address).expect("a server that answers")
});

/// Sends an input. Panics, which is what a fuzzer looks for, when the answer is a fault or none comes.
pub fn attack(surface: Surface, input: &[u8]) {
    if let Err(problem) = TARGET.attack(surface, input) {
        panic!("{problem}");
    }
}
