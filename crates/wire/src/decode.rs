//! From the body of a request to its type.
//!
//! Types are checked first, then constraints, then it is decoded: what passes the first two always decodes.

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed as _};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::constraint::Constraint;
use crate::limits::Limits;
use crate::read::Read;
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
/// absent; members that the model does not know are ignored. What the model leaves without a maximum has that of `limits`.
///
/// # Errors
///
/// [`DecodeError`], whatever the bytes are; nothing panics.
pub fn decode<T: DeserializeOwned>(
    operation: Operation,
    body: &[u8],
    limits: &Limits,
) -> Result<T, DecodeError> {
    let constraint = operation.input();
    let mut input =
        if body.is_empty() { Value::Object(Map::new()) } else { parse(body, constraint, limits)? };
    types::fit(&mut input, constraint).map_err(DecodeError::Serialization)?;
    if let Some(message) = validate::violations(&input, constraint, limits) {
        return Err(DecodeError::Validation(message));
    }
    serde_json::from_value(input).map_err(|error| DecodeError::Serialization(error.to_string()))
}

/// Refuses bytes that are not UTF-8 and, in known members, lone surrogates and nesting deeper than 128: serde_json does.
fn parse(body: &[u8], constraint: &Constraint, limits: &Limits) -> Result<Value, DecodeError> {
    // The text is ours: position and reason, nothing of the content.
    let invalid = |error: &dyn fmt::Display| {
        DecodeError::Serialization(format!("The request body is not valid JSON: {error}"))
    };
    let text = std::str::from_utf8(body).map_err(|error| invalid(&error))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = Read { constraint, limits }.deserialize(&mut deserializer);
    read.and_then(|input| deserializer.end().map(|()| input)).map_err(|error| invalid(&error))
}
