//! Whether JSON has the types of a shape, told in the words of the service's framework.
//!
//! The first wrong type, in the order of the model, ends it: with wrong types there is nothing to validate.
//!
//! The texts were seen at services on the same framework; where none was seen the text is ours and says so.

use serde_json::{Map, Number, Value};

use crate::Blob;
use crate::constraint::{Constraint, Kind, Member};

/// Makes the JSON fit for decoding, or gives the text of the first error: integers lose their fraction, and a `null` in a
/// structure, a map or a list is as if it were not there. Browsers send such maps: where a key is missing,
/// `localStorage` answers `null`, and amazon-cognito-identity-js sends on what it was answered.
pub(crate) fn fit(value: &mut Value, constraint: &Constraint) -> Result<(), String> {
    match &constraint.kind {
        Kind::Structure(members) => {
            let object = object(value, "Expected null")?;
            object.retain(|_, value| !value.is_null());
            fit_members(object, members)
        }
        Kind::Map { value: member, .. } => {
            let entries = object(value, "Expected null")?;
            entries.retain(|_, value| !value.is_null());
            entries.iter_mut().try_for_each(|(key, value)| {
                storable(key)?;
                fit(value, member)
            })
        }
        Kind::List { member, .. } => {
            let values = list(value)?;
            values.retain(|value| !value.is_null());
            values.iter_mut().try_for_each(|value| fit(value, member))
        }
        Kind::String { .. } => storable(value.as_str().ok_or_else(|| mismatch(value, "a String"))?),
        Kind::Boolean => value.as_bool().map(|_| ()).ok_or_else(|| mismatch(value, "a Boolean")),
        Kind::Integer { .. } => {
            *value = Value::Number(integer(value).ok_or_else(|| mismatch(value, "an Integer"))?);
            Ok(())
        }
        Kind::Blob { .. } => {
            let text = value.as_str().ok_or_else(|| mismatch(value, "a Blob"))?;
            // Our text.
            Blob::from_base64(text).map(|_| ()).ok_or_else(|| "A blob is not valid base64".to_owned())
        }
        Kind::Document => storable_document(value),
    }
}

fn fit_members(object: &mut Map<String, Value>, members: &[Member]) -> Result<(), String> {
    for member in members {
        if let Some(value) = object.get_mut(member.name) {
            fit(value, member.constraint)?;
        }
    }
    Ok(())
}

fn object<'a>(value: &'a mut Value, otherwise: &str) -> Result<&'a mut Map<String, Value>, String> {
    match value {
        Value::Object(object) => Ok(object),
        Value::Array(_) => Err(START_OF_LIST.to_owned()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Err(otherwise.to_owned()),
    }
}

fn list(value: &mut Value) -> Result<&mut Vec<Value>, String> {
    match value {
        Value::Array(values) => Ok(values),
        Value::Object(_) => Err(START_OF_OBJECT.to_owned()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err("Expected list or null".to_owned())
        }
    }
}

const START_OF_LIST: &str = "Start of list found where not expected.";
const START_OF_OBJECT: &str = "Start of structure or map found where not expected.";

/// The text for a value that stands where a plain value of another type is expected.
fn mismatch(value: &Value, wanted: &str) -> String {
    let found = match value {
        Value::Array(_) => return START_OF_LIST.to_owned(),
        Value::Object(_) => return START_OF_OBJECT.to_owned(),
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
    };
    format!("{found} can not be converted to {wanted}")
}

/// The whole part of a number, if 32 bits can hold it.
fn integer(value: &Value) -> Option<Number> {
    let whole = match value.as_i64() {
        Some(whole) => i32::try_from(whole).ok()?,
        None => {
            let whole = value.as_f64()?.trunc();
            let fits = (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&whole);
            fits.then_some(whole as i32)?
        }
    };
    Some(Number::from(whole))
}

/// PostgreSQL cannot keep the character U+0000, so it is refused on both databases, at the door. The text is ours.
fn storable(text: &str) -> Result<(), String> {
    if text.contains('\0') { Err("A String contains the character U+0000".to_owned()) } else { Ok(()) }
}

fn storable_document(value: &Value) -> Result<(), String> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(text) => storable(text),
        Value::Array(values) => values.iter().try_for_each(storable_document),
        Value::Object(entries) => entries.iter().try_for_each(|(key, value)| {
            storable(key)?;
            storable_document(value)
        }),
    }
}
