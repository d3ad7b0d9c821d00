//! What callers see of requests with the wrong shape, and what the generated code promises.

mod constraints;
mod decoding;
mod model;
mod patched;
