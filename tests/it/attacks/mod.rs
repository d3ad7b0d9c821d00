//! What strangers and people who make mistakes may send: each attack beside what honest callers do, with its figures printed.
//!
//! Short forms, which run everywhere. `cargo xtask test attacks` does to the built server what needs a process of its own:
//! memory, CPU, file handles, floods.

mod bodies;
mod clients;
mod existence;
mod growth;
mod guesses;
mod hosts;
mod lockouts;
mod mail;
mod mutations;
mod outbound;
mod pages;
mod panics;
mod prefixes;
mod raw;
mod unfinished;
mod xml;
