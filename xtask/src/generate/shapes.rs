//! `shapes.rs`: a struct for every structure and an enum for every enumeration that travels.

use super::model::{Kind, Model, Shape, Target};
use super::names::{pascal_case, snake_case, variant};

const PREAMBLE: &str = "
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Blob, Timestamp};

// A structure that holds, at any depth, something that the model calls sensitive has no `Debug`, so that
// nothing can print a password, a token or a secret by accident.
";

pub(crate) fn text(model: &Model) -> String {
    let roots = model
        .operations
        .values()
        .flat_map(|operation| std::iter::once(&operation.input).chain(&operation.output))
        .map(String::as_str);
    let mut text = PREAMBLE.to_owned();
    for name in model.reached(roots) {
        let shape = &model.shapes[name];
        if shape.kind == Kind::Structure && !shape.document {
            text += &structure(model, name, shape);
        } else if !shape.values.is_empty() {
            text += &enumeration(name, shape);
        }
    }
    text
}

fn structure(model: &Model, name: &str, shape: &Shape) -> String {
    let mut derives = vec!["Clone"];
    if !model.holds_secret(name) {
        derives.push("Debug");
    }
    if has_default(model, shape) {
        derives.push("Default");
    }
    derives.extend(["PartialEq", "Serialize", "Deserialize"]);
    let mut text = format!("\n#[derive({})]\n", derives.join(", "));
    if !shape.members.0.is_empty() {
        text += "#[serde(rename_all = \"PascalCase\")]\n";
    }
    text += &format!("pub struct {name} {{\n");
    for (member, target) in &shape.members.0 {
        text += &field(model, member, target, shape.is_required(member));
    }
    text + "}\n"
}

fn field(model: &Model, member: &str, target: &Target, required: bool) -> String {
    let field = snake_case(member);
    let mut attributes = Vec::new();
    if pascal_case(&field) != member {
        attributes.push(format!("rename = \"{member}\""));
    }
    let mut of = rust_type(model, target);
    if !required {
        attributes.push("skip_serializing_if = \"Option::is_none\"".to_owned());
        of = format!("Option<{of}>");
    }
    let attributes =
        if attributes.is_empty() { String::new() } else { format!("#[serde({})]\n", attributes.join(", ")) };
    format!("{attributes}pub {field}: {of},\n")
}

fn rust_type(model: &Model, target: &Target) -> String {
    let shape = model.shape(target);
    let of =
        |part: &Option<Target>| part.as_ref().map_or_else(String::new, |target| rust_type(model, target));
    match shape.kind {
        Kind::Blob => "Blob".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Integer => "i32".to_owned(),
        Kind::List => format!("Vec<{}>", of(&shape.member)),
        Kind::Long => "i64".to_owned(),
        Kind::Map => format!("BTreeMap<String, {}>", of(&shape.value)),
        Kind::String if shape.values.is_empty() => "String".to_owned(),
        Kind::Structure if shape.document => "Value".to_owned(),
        Kind::String | Kind::Structure => target.shape.clone(),
        Kind::Timestamp => "Timestamp".to_owned(),
    }
}

/// No enumeration and no time has a value that could stand for "not said".
fn has_default(model: &Model, shape: &Shape) -> bool {
    shape.members.0.iter().filter(|(member, _)| shape.is_required(member)).all(|(_, target)| {
        let shape = model.shape(target);
        match shape.kind {
            Kind::Blob | Kind::Boolean | Kind::Integer | Kind::List | Kind::Long | Kind::Map => true,
            Kind::String => shape.values.is_empty(),
            Kind::Structure => has_default(model, shape),
            Kind::Timestamp => false,
        }
    })
}

fn enumeration(name: &str, shape: &Shape) -> String {
    let values = &shape.values;
    let variants: String =
        values.iter().map(|value| format!("#[serde(rename = \"{value}\")]\n{},\n", variant(value))).collect();
    let all: String = values.iter().map(|value| format!("Self::{},\n", variant(value))).collect();
    let arms: String =
        values.iter().map(|value| format!("Self::{} => \"{value}\",\n", variant(value))).collect();
    format!(
        "
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum {name} {{
{variants}}}

impl {name} {{
    pub const ALL: &[Self] = &[{all}];

    pub fn as_str(self) -> &'static str {{
        match self {{
            {arms}
        }}
    }}
}}

impl fmt::Display for {name} {{
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {{
        formatter.write_str(self.as_str())
    }}
}}
"
    )
}
