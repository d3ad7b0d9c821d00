//! Work that nobody waits for.

mod clock_watch;
mod expiry;

pub use expiry::Expiry;
