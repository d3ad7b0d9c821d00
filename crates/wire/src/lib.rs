//! What travels: the request and response types of the `cognito-idp` API, generated from its model.
//!
//! [`decode`] turns the body of a request into its type and refuses what does not have the shape that the model
//! asks for. Rules that need more than the request (a policy, a limit, what exists) are not known here.

mod blob;
mod constraint;
mod decode;
mod generated;
mod limits;
mod read;
mod rule;
mod timestamp;
mod types;
mod validate;

#[cfg(test)]
mod tests;

pub use blob::Blob;
pub use constraint::{Constraint, Kind, Member, Pattern};
pub use decode::{DecodeError, decode};
pub use generated::*;
pub use limits::Limits;
pub use timestamp::Timestamp;
