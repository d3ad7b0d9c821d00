//! What a shape must satisfy, as data: the form of `generated/constraints.rs`.
//!
//! How a violation is worded is in `validate.rs`.

use std::sync::OnceLock;

use fancy_regex::Regex;

/// What a value must satisfy. Source: the API model.
#[derive(Debug)]
pub struct Constraint {
    /// The type and its limits.
    pub kind: Kind,
    /// Whether the service keeps the value, and everything in it, out of its messages.
    pub sensitive: bool,
    /// Whether this or anything in it is sensitive.
    pub holds_sensitive: bool,
}

/// The type of a value with the limits that the model sets for it; all limits are inclusive.
#[derive(Debug)]
#[expect(missing_docs, reason = "`min` and `max` mean the same everywhere: length, count, bytes or value")]
pub enum Kind {
    /// Bytes as base64; limits count bytes.
    Blob { min: Option<i64>, max: Option<i64> },
    /// `true` or `false`.
    Boolean,
    /// Any JSON value.
    Document,
    /// A number of 32 bits.
    Integer { min: Option<i64>, max: Option<i64> },
    /// A list; limits count its members.
    List { min: Option<i64>, max: Option<i64>, member: &'static Constraint },
    /// A map from strings; limits count its entries.
    Map { min: Option<i64>, max: Option<i64>, key: &'static Constraint, value: &'static Constraint },
    /// A string; limits count UTF-16 code units, as Java does. `values` is empty unless it is an enumeration.
    String {
        min: Option<i64>,
        max: Option<i64>,
        pattern: Option<&'static Pattern>,
        values: &'static [&'static str],
    },
    /// A structure with its members in the order of the model.
    Structure(&'static [Member]),
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// The name in JSON, such as `UserPoolId`.
    pub name: &'static str,
    /// The name in messages, such as `userPoolId`.
    pub path: &'static str,
    /// Whether a request without it is refused.
    pub required: bool,
    /// What its value must satisfy.
    pub constraint: &'static Constraint,
}

/// A regular expression that the whole of a value must match.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    rust: &'static str,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// `text` is the model's, `rust` the same for Rust's regex crates and anchored at both ends.
    pub(crate) const fn new(text: &'static str, rust: &'static str) -> Self {
        Self { text, rust, compiled: OnceLock::new() }
    }

    /// The pattern as it stands in the model and in messages.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// Whether the whole of `value` matches. A value on which matching gives up does not match.
    pub fn matches(&self, value: &str) -> bool {
        let regex = self.compiled.get_or_init(|| {
            Regex::new(self.rust).expect("every generated pattern compiles: a test compiles them all")
        });
        regex.is_match(value).unwrap_or(false)
    }
}
