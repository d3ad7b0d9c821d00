//! `errors.rs`: the codes of all errors that the model knows.

use super::model::Model;

pub(crate) fn text(model: &Model) -> String {
    let codes: Vec<&str> =
        model.shapes.iter().filter(|(_, shape)| shape.exception).map(|(name, _)| name.as_str()).collect();
    let faults: Vec<String> = model
        .shapes
        .iter()
        .filter(|(_, shape)| shape.fault)
        .map(|(name, _)| format!("Self::{name}"))
        .collect();
    let variants: String = codes.iter().map(|code| format!("{code},\n")).collect();
    let all: String = codes.iter().map(|code| format!("Self::{code},\n")).collect();
    let arms: String = codes.iter().map(|code| format!("Self::{code} => \"{code}\",\n")).collect();
    let faults = faults.join(" | ");
    format!(
        "
use std::fmt;

/// The code of an error, as it stands in `__type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorCode {{
{variants}}}

impl ErrorCode {{
    /// Every code of the model, in alphabetical order.
    pub const ALL: &[Self] = &[{all}];

    /// The code as it is written on the wire.
    pub fn as_str(self) -> &'static str {{
        match self {{
            {arms}
        }}
    }}

    /// Whether the service is to blame (HTTP 500) and not the caller (HTTP 400).
    pub fn is_fault(self) -> bool {{
        matches!(self, {faults})
    }}
}}

impl fmt::Display for ErrorCode {{
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {{
        formatter.write_str(self.as_str())
    }}
}}
"
    )
}
