//! `constraints.rs`: what the shapes of requests must satisfy, as data.

use std::collections::BTreeMap;

use super::model::{Kind, Model, Shape, Target};

/// The static that holds a shape's constraint.
pub(crate) fn static_name(shape: &str) -> String {
    super::names::snake_case(shape).to_ascii_uppercase()
}

pub(crate) fn text(model: &Model) -> Result<String, String> {
    let names = model.reached(model.operations.values().map(|operation| operation.input.as_str()));
    let mut patterns: BTreeMap<&str, usize> = BTreeMap::new();
    for name in &names {
        if let Some(pattern) = &model.shapes[*name].pattern {
            let number = patterns.len();
            patterns.entry(pattern).or_insert(number);
        }
    }

    let mut text = "
use crate::constraint::{Constraint, Kind, Member, Pattern};
"
    .to_owned();
    for (pattern, number) in &patterns {
        let rust = rust_pattern(pattern).map_err(|error| format!("pattern {pattern}: {error}"))?;
        text += &format!("\nstatic PATTERN_{number}: Pattern = Pattern::new({pattern:?}, {rust:?});\n");
    }
    for name in names {
        let shape = &model.shapes[name];
        text += &format!(
            "\npub(super) static {}: Constraint = Constraint {{ kind: {}, sensitive: {}, holds_sensitive: {} }};\n",
            static_name(name),
            kind(shape, &patterns).map_err(|error| format!("{name}: {error}"))?,
            shape.sensitive,
            model.holds_sensitive(name)
        );
    }
    Ok(text)
}

fn kind(shape: &Shape, patterns: &BTreeMap<&str, usize>) -> Result<String, String> {
    let (min, max) = (shape.min, shape.max);
    let limits = format!("min: {min:?}, max: {max:?}");
    let of = |part: &Option<Target>| {
        part.as_ref().map_or_else(String::new, |target| format!("&{}", static_name(&target.shape)))
    };
    Ok(match shape.kind {
        Kind::Blob => format!("Kind::Blob {{ {limits} }}"),
        Kind::Boolean => "Kind::Boolean".to_owned(),
        Kind::Integer => format!("Kind::Integer {{ {limits} }}"),
        Kind::List => format!("Kind::List {{ {limits}, member: {} }}", of(&shape.member)),
        Kind::Map => {
            format!("Kind::Map {{ {limits}, key: {}, value: {} }}", of(&shape.key), of(&shape.value))
        }
        Kind::String => {
            let pattern = shape.pattern.as_ref().map_or_else(
                || "None".to_owned(),
                |pattern| format!("Some(&PATTERN_{})", patterns[pattern.as_str()]),
            );
            format!("Kind::String {{ {limits}, pattern: {pattern}, values: &{:?} }}", shape.values)
        }
        Kind::Structure if shape.document => "Kind::Document".to_owned(),
        Kind::Structure => structure(shape),
        Kind::Long | Kind::Timestamp => {
            return Err("no request carries such a value so far; teach crates/wire to check it".to_owned());
        }
    })
}

fn structure(shape: &Shape) -> String {
    let members: String = shape
        .members
        .0
        .iter()
        .map(|(name, target)| {
            let mut path = name.clone();
            path[..1].make_ascii_lowercase();
            format!(
                "Member {{ name: {name:?}, path: {path:?}, required: {}, constraint: &{} }},\n",
                shape.is_required(name),
                static_name(&target.shape)
            )
        })
        .collect();
    format!("Kind::Structure(&[{members}])")
}

/// The pattern for Rust's regex crates, with the meaning that Java gives it: `\w` and `\s` are ASCII, `.` stops at
/// every line terminator of Unicode, and the whole value must match.
fn rust_pattern(java: &str) -> Result<String, String> {
    let (flags, body) = match java.strip_prefix("(?s)") {
        Some(body) => ("(?s)", body),
        None => ("", java),
    };
    let mut rust = format!("{flags}\\A(?:");
    let mut in_class = false;
    let mut letters = body.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => rust += &escape(letters.next().ok_or("ends in a backslash")?, in_class)?,
            '[' if !in_class => {
                in_class = true;
                rust.push('[');
            }
            '[' => return Err("has a class within a class".to_owned()),
            ']' => {
                in_class = false;
                rust.push(']');
            }
            '.' if !in_class && flags.is_empty() => rust += r"[^\n\r\x{85}\x{2028}\x{2029}]",
            other => rust.push(other),
        }
    }
    Ok(rust + r")\z")
}

fn escape(letter: char, in_class: bool) -> Result<String, String> {
    const SPACE: &str = r" \t\n\x0B\x0C\r";
    Ok(match (letter, in_class) {
        ('w', true) => "A-Za-z0-9_".to_owned(),
        ('s', true) => SPACE.to_owned(),
        ('S', true) => format!("[^{SPACE}]"),
        ('w' | 's' | 'S' | 'd' | 'D' | 'W' | 'b', _) => return Err(format!("\\{letter} is not translated")),
        _ => format!("\\{letter}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_keep_the_meaning_that_java_gives_them() {
        for (java, rust) in [
            (r"[\w+-]+", r"\A(?:[A-Za-z0-9_+-]+)\z"),
            (r"[\S]+", r"\A(?:[[^ \t\n\x0B\x0C\r]]+)\z"),
            (r"(?s).*", r"(?s)\A(?:.*)\z"),
            (r".*\{####\}", r"\A(?:[^\n\r\x{85}\x{2028}\x{2029}]*\{####\})\z"),
            (r"[\p{L}.]+", r"\A(?:[\p{L}.]+)\z"),
        ] {
            assert_eq!(rust_pattern(java).as_deref(), Ok(rust));
        }
        assert!(rust_pattern(r"\w").is_err());
    }
}
