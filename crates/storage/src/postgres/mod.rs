//! PostgreSQL behind limits of time: connections that are opened, kept and given up, and transactions on them.
//!
//! sqlx speaks the protocol. What it lacks is here: a limit for whatever waits for the server, so that packets which are dropped on the
//! way hang nobody; several hosts, of which the one that can write is used; a pooler in transaction mode in between.

mod connections;
mod failures;
mod hosts;
mod opener;
mod session;

pub(crate) use connections::Postgres;
pub(crate) use session::Session;
