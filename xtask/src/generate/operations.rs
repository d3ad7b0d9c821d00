//! `operations.rs`: the operations, who may call them, what they take and which errors they give.

use super::constraints::static_name;
use super::model::{Model, Operation};

pub(crate) fn text(model: &Model) -> String {
    let each = |line: &dyn Fn(&str, &Operation) -> String| -> String {
        model.operations.iter().map(|(name, operation)| line(name, operation)).collect()
    };
    let variants = each(&|name, _| format!("{name},\n"));
    let all = each(&|name, _| format!("Self::{name},\n"));
    let by_name = each(&|name, _| format!("\"{name}\" => Self::{name},\n"));
    let names = each(&|name, _| format!("Self::{name} => \"{name}\",\n"));
    let inputs = each(&|name, operation| {
        format!("Self::{name} => &constraints::{},\n", static_name(&operation.input))
    });
    let errors = each(&|name, operation| {
        let codes: Vec<String> = operation.errors.iter().map(|code| format!("ErrorCode::{code}")).collect();
        format!("Self::{name} => &[{}],\n", codes.join(", "))
    });
    let decodes = each(&|name, operation| {
        let input = &operation.input;
        format!("Self::{name} => crate::decode::<super::{input}>(self, body, limits).map(drop),\n")
    });
    let unsigned: Vec<String> = model
        .operations
        .iter()
        .filter(|(_, operation)| operation.auth != "sigv4")
        .map(|(name, _)| format!("Self::{name}"))
        .collect();
    let unsigned = unsigned.join(" | ");
    format!(
        "
use std::fmt;

use super::constraints;
use crate::{{Constraint, ErrorCode}};

/// An operation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {{
{variants}}}

impl Operation {{
    /// Every operation, in alphabetical order.
    pub const ALL: &[Self] = &[{all}];

    /// The operation of this name, exactly as AWS writes it.
    pub fn from_name(name: &str) -> Option<Self> {{
        Some(match name {{
            {by_name}
            _ => return None,
        }})
    }}

    /// The name as AWS writes it.
    pub fn name(self) -> &'static str {{
        match self {{
            {names}
        }}
    }}

    /// Whether a call must carry a Signature Version 4.
    pub fn is_signed(self) -> bool {{
        !matches!(self, {unsigned})
    }}

    /// The shape that a request must have.
    pub fn input(self) -> &'static Constraint {{
        match self {{
            {inputs}
        }}
    }}

    /// The errors that the model lists for the operation.
    pub fn errors(self) -> &'static [ErrorCode] {{
        match self {{
            {errors}
        }}
    }}
}}

#[cfg(test)]
impl Operation {{
    /// Whether a body decodes to the operation's own type.
    pub(crate) fn decodes(self, body: &[u8]) -> Result<(), crate::DecodeError> {{
        let limits = &crate::Limits::default();
        match self {{
            {decodes}
        }}
    }}
}}

impl fmt::Display for Operation {{
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {{
        formatter.write_str(self.name())
    }}
}}
"
    )
}
