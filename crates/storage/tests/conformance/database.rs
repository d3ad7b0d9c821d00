//! A database of its own for each test, on either engine, removed when the test ends, however it ends.
//!
//! `POOLHOUSE_TEST_POSTGRES_URL` (`postgres://user@host:port/postgres`) names a PostgreSQL cluster and a role that may
//! create databases. Up to [`AT_ONCE`] tests of a process use it at a time, each with up to 20 connections per store.

use std::io::Write as _;
use std::path::PathBuf;
use std::process;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use storage::{Sealer, Store, migrate};
use tokio::sync::{Semaphore, SemaphorePermit};

const CLUSTER: &str = "POOLHOUSE_TEST_POSTGRES_URL";
/// PostgreSQL allows 100 connections unless it is told otherwise.
const AT_ONCE: usize = 3;
static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);

/// Makes `sqlite::name` and `postgres::name` of each `async fn name(database: &TestDatabase)`.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(&crate::database::TestDatabase::sqlite()).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(database) = crate::database::TestDatabase::postgres().await {
                    super::$name(&database).await;
                }
            })*
        }
    };
}
pub(crate) use on_both;

pub(crate) enum TestDatabase {
    Sqlite { folder: PathBuf },
    Postgres { cluster: String, name: String, _place: SemaphorePermit<'static> },
}

/// Unique on this machine while the process lives: what an earlier process of the same number left is removed.
fn unique_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("poolhouse_test_{}_{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The key of every test's store.
pub(crate) fn sealer() -> Sealer {
    Sealer::new(&[7; Sealer::KEY_BYTES]).unwrap()
}

impl TestDatabase {
    /// An empty SQLite file.
    pub(crate) fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(unique_name());
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).unwrap();
        Self::Sqlite { folder }
    }

    /// An empty PostgreSQL database; none where no cluster was named, which is said once.
    pub(crate) async fn postgres() -> Option<Self> {
        let Ok(cluster) = std::env::var(CLUSTER) else {
            static SAID: Once = Once::new();
            SAID.call_once(|| {
                // Not by eprintln: of a passing test, that is not shown.
                let _ =
                    writeln!(std::io::stderr(), "{CLUSTER} is not set: the tests on PostgreSQL are NOT run");
            });
            return None;
        };
        let place = PLACES.acquire().await.unwrap();
        let name = unique_name();
        let mut admin = PgConnection::connect(&cluster).await.unwrap();
        for statement in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut admin).await.unwrap();
        }
        Some(Self::Postgres { cluster, name, _place: place })
    }

    /// What `Store::connect` takes.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite { folder } => format!("sqlite:{}/poolhouse.db", folder.display()),
            Self::Postgres { cluster, name, .. } => format!("{}/{name}", cluster.rsplit_once('/').unwrap().0),
        }
    }

    /// A store on it, without any table of the product unless [`TestDatabase::store`] was called before.
    pub(crate) async fn unmigrated_store(&self) -> Store {
        Store::connect(&self.url(), sealer()).await.unwrap()
    }

    /// A store on it, with the newest schema.
    pub(crate) async fn store(&self) -> Store {
        let store = self.unmigrated_store().await;
        migrate(&store).await.unwrap();
        store
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        match self {
            Self::Sqlite { folder } => {
                let _ = std::fs::remove_dir_all(folder);
            }
            Self::Postgres { cluster, name, .. } => {
                let (cluster, statement) = (cluster.clone(), format!("DROP DATABASE {name} WITH (FORCE)"));
                // On a thread of its own: here nothing can be awaited.
                let removal = std::thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    runtime.block_on(async {
                        let mut admin = PgConnection::connect(&cluster).await.unwrap();
                        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut admin).await.unwrap();
                    });
                });
                let removed = removal.join();
                assert!(removed.is_ok() || std::thread::panicking(), "the test's database stays behind");
            }
        }
    }
}
