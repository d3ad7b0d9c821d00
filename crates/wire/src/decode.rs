//! From the body of a request to its type.
//!
//! Types are checked first, then constraints, then it is decoded: what passes the first two always decodes.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::{Operation, types, validate};

/// Why a body is not the request of its operation. Displays as the message for the caller.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Not JSON, or JSON of other types: `SerializationException`.
    #[error("{0}")]
    Serialization(String),
    /// The types are right and values break constraints: `InvalidParameterException`. Lists every violation.
    #[error("{0}")]
    Validation(String),
}

/// Decodes the body of a request of `operation` to its type `T`. An empty body counts as `{}`, a `null` member as
/// absent; members that the model does not know are ignored.
///
/// # Errors
///
/// [`DecodeError`], whatever the bytes are; nothing panics.
pub fn decode<T: DeserializeOwned>(operation: Operation, body: &[u8]) -> Result<T, DecodeError> {
    let mut input = if body.is_empty() { Value::Object(Map::new()) } else { parse(body)? };
    types::fit(&mut input, operation.input()).map_err(DecodeError::Serialization)?;
    if let Some(message) = validate::violations(&input, operation.input()) {
        return Err(DecodeError::Validation(message));
    }
    serde_json::from_value(input).map_err(|error| DecodeError::Serialization(error.to_string()))
}

/// Refuses lone surrogates, bytes that are not UTF-8 and nesting deeper than 128 as well: serde_json does.
fn parse(body: &[u8]) -> Result<Value, DecodeError> {
    // The text is ours: position and reason, nothing of the content.
    serde_json::from_slice(body)
        .map_err(|error| DecodeError::Serialization(format!("The request body is not valid JSON: {error}")))
}
