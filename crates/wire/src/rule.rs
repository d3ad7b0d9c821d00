//! The single things that the model asks of a value, and how the service words them.

use std::fmt;

use serde_json::Value;

use crate::constraint::{Constraint, Kind, Pattern};

/// One thing that the model asks of a value. Displays as the service words it.
pub(crate) enum Rule {
    MaxLength(Unit, i64),
    MinLength(Unit, i64),
    MaxValue(i64),
    MinValue(i64),
    Pattern(&'static Pattern),
    Values(&'static [&'static str]),
    NotNull,
}

/// What a length counts.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    /// Bytes behind a base64 text.
    Bytes,
    /// Characters as Java counts them: UTF-16 code units.
    Characters,
    /// Members of a list, entries of a map.
    Members,
}

/// What the model asks of a value itself (not of what it holds), in the order of messages.
pub(crate) fn rules(kind: &Kind) -> impl Iterator<Item = Rule> + use<> {
    let lengths = |unit: Unit, min: Option<i64>, max: Option<i64>| {
        [max.map(|max| Rule::MaxLength(unit, max)), min.map(|min| Rule::MinLength(unit, min))]
    };
    let (limits, more) = match *kind {
        Kind::Boolean | Kind::Document | Kind::Structure(_) => ([None, None], [None, None]),
        Kind::Integer { min, max } => ([max.map(Rule::MaxValue), min.map(Rule::MinValue)], [None, None]),
        Kind::Blob { min, max } => (lengths(Unit::Bytes, min, max), [None, None]),
        Kind::List { min, max, .. } | Kind::Map { min, max, .. } => {
            (lengths(Unit::Members, min, max), [None, None])
        }
        Kind::String { min, max, pattern, values } => (
            lengths(Unit::Characters, min, max),
            [pattern.map(Rule::Pattern), (!values.is_empty()).then_some(Rule::Values(values))],
        ),
    };
    limits.into_iter().chain(more).flatten()
}

/// Whether a plain value satisfies everything that the model asks of it.
pub(crate) fn allowed(value: &Value, constraint: &Constraint) -> bool {
    rules(&constraint.kind).all(|rule| rule.allows(value))
}

impl Rule {
    /// Whether a value of the right type satisfies the rule.
    pub(crate) fn allows(&self, value: &Value) -> bool {
        match self {
            Self::MaxLength(unit, max) => unit.length(value) <= *max,
            Self::MinLength(unit, min) => unit.length(value) >= *min,
            Self::MaxValue(max) => value.as_i64().is_none_or(|value| value <= *max),
            Self::MinValue(min) => value.as_i64().is_none_or(|value| value >= *min),
            Self::Pattern(_) | Self::Values(_) => value.as_str().is_none_or(|text| self.allows_text(text)),
            Self::NotNull => !value.is_null(),
        }
    }

    /// The same for a text that is no JSON value: the key of a map.
    pub(crate) fn allows_text(&self, text: &str) -> bool {
        match self {
            Self::MaxLength(unit, max) => unit.text_length(text) <= *max,
            Self::MinLength(unit, min) => unit.text_length(text) >= *min,
            Self::Pattern(pattern) => pattern.matches(text),
            Self::Values(values) => values.contains(&text),
            Self::MaxValue(_) | Self::MinValue(_) | Self::NotNull => true,
        }
    }
}

impl Unit {
    pub(crate) fn length(self, value: &Value) -> i64 {
        match value {
            Value::String(text) => self.text_length(text),
            Value::Array(values) => as_i64(values.len()),
            Value::Object(entries) => as_i64(entries.len()),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
    }

    fn text_length(self, text: &str) -> i64 {
        match self {
            // Valid and padded: the types were checked before.
            Self::Bytes => {
                let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
                as_i64((text.len() / 4 * 3).saturating_sub(padding))
            }
            Self::Characters | Self::Members => as_i64(text.encode_utf16().count()),
        }
    }
}

fn as_i64(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Member must ")?;
        match self {
            Self::MaxLength(_, max) => write!(formatter, "have length less than or equal to {max}"),
            Self::MinLength(_, min) => write!(formatter, "have length greater than or equal to {min}"),
            Self::MaxValue(max) => write!(formatter, "have value less than or equal to {max}"),
            Self::MinValue(min) => write!(formatter, "have value greater than or equal to {min}"),
            Self::Pattern(pattern) => {
                write!(formatter, "satisfy regular expression pattern: {}", pattern.text())
            }
            Self::Values(values) => write!(formatter, "satisfy enum value set: [{}]", values.join(", ")),
            Self::NotNull => formatter.write_str("not be null"),
        }
    }
}
