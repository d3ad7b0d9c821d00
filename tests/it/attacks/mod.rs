//! What strangers and people who make mistakes may send: each attack beside what honest callers do, with its figures printed.
//!
//! Short forms, which run everywhere. `cargo xtask test attacks` does to the built server what needs a process of its own:
//! memory, CPU, file handles, floods.

mod existence;
mod growth;
mod guesses;
