//! Bounds of our own, beside those of the model: 44 lists and maps of the model have no maximum, and a message would repeat
//! whatever was sent.

use crate::constraint::Kind;
use crate::rule::{Rule, Unit};

/// What a request may hold, and what a refusal says of it, where the model sets no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Members of a list that has no maximum in the model.
    pub list_members: usize,
    /// Entries of a map that has no maximum in the model.
    pub map_entries: usize,
    /// Values, at any depth, of a document that may be any JSON.
    pub document_values: usize,
    /// Violations that a message lists. At least 1.
    pub violations: usize,
    /// Characters of a value that a message repeats.
    pub echoed_characters: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            list_members: 250,
            map_entries: 100,
            document_values: 50_000,
            violations: 50,
            echoed_characters: 256,
        }
    }
}

impl Limits {
    /// How many members a list or a map of this kind may have. None for other kinds.
    pub(crate) fn most(&self, kind: &Kind) -> Option<usize> {
        let of_model = |max: Option<i64>, otherwise: usize| {
            Some(max.map_or(otherwise, |max| usize::try_from(max).unwrap_or(0)))
        };
        match *kind {
            Kind::List { max, .. } => of_model(max, self.list_members),
            Kind::Map { max, .. } => of_model(max, self.map_entries),
            Kind::Blob { .. }
            | Kind::Boolean
            | Kind::Document
            | Kind::Integer { .. }
            | Kind::String { .. }
            | Kind::Structure(_) => None,
        }
    }

    /// The rule that stands where the model has no maximum. It is worded as the model's own.
    pub(crate) fn bound(&self, kind: &Kind) -> Option<Rule> {
        match kind {
            Kind::List { max: None, .. } | Kind::Map { max: None, .. } => self
                .most(kind)
                .map(|most| Rule::MaxLength(Unit::Members, i64::try_from(most).unwrap_or(i64::MAX))),
            Kind::List { .. }
            | Kind::Map { .. }
            | Kind::Blob { .. }
            | Kind::Boolean
            | Kind::Document
            | Kind::Integer { .. }
            | Kind::String { .. }
            | Kind::Structure(_) => None,
        }
    }
}
