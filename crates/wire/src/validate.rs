//! Whether a request satisfies the constraints of its shape, told in the words of the service.
//!
//! Works on JSON whose types were checked already (`types.rs`), so that no structure, map or list holds a `null`. The
//! violations stand in one message, and nothing is allocated while nothing is wrong.

use std::fmt::{self, Write as _};
use std::ops::ControlFlow;

use serde_json::{Map, Value};

use crate::constraint::{Constraint, Kind, Member};
use crate::limits::Limits;
use crate::rule::{Rule, Unit, allowed, rules};

/// The message that lists the violations, or `None`: no more of them than [`Limits::violations`], because what comes after
/// that many helps nobody. Violations come in the order of the members in the model; for one value length or size first (the
/// maximum before the minimum), then the pattern, then the enumeration.
pub(crate) fn violations(input: &Value, constraint: &Constraint, limits: &Limits) -> Option<String> {
    let mut found = Found { texts: Vec::new(), limits };
    // What stopped the look is that there were enough.
    let _ = check(input, constraint, &Place { parent: None, step: Step::Input, hidden: false }, &mut found);
    match &found.texts[..] {
        [] => None,
        [text] => Some(format!("1 validation error detected: {text}")),
        texts => Some(format!("{} validation errors detected: {}", texts.len(), texts.join("; "))),
    }
}

/// The violations so far.
struct Found<'a> {
    texts: Vec<String>,
    limits: &'a Limits,
}

impl Found<'_> {
    /// Takes one more. Breaks when there are enough.
    fn add(
        &mut self,
        place: &Place<'_>,
        value: &Value,
        constraint: &Constraint,
        rule: &impl fmt::Display,
    ) -> ControlFlow<()> {
        self.texts.push(place.violation(value, constraint, rule, self.limits.echoed_characters));
        if self.texts.len() < self.limits.violations {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    }
}

fn check(
    value: &Value,
    constraint: &Constraint,
    place: &Place<'_>,
    found: &mut Found<'_>,
) -> ControlFlow<()> {
    for rule in found.limits.bound(&constraint.kind).into_iter().chain(rules(&constraint.kind)) {
        if !rule.allows(value) {
            found.add(place, value, constraint, &rule)?;
        }
    }
    match (value, &constraint.kind) {
        (Value::Object(object), Kind::Structure(members)) => check_members(object, members, place, found),
        (Value::Array(values), Kind::List { member, .. }) => {
            if is_nested(member) {
                for (index, value) in values.iter().enumerate() {
                    check(value, member, &place.enter(Step::Index(index + 1), member), found)?;
                }
            } else if !values.iter().all(|value| allowed(value, member)) {
                let text = format!("Member must satisfy constraint: [{}]", listed(member));
                found.add(place, value, constraint, &text)?;
            }
            ControlFlow::Continue(())
        }
        (Value::Object(entries), Kind::Map { key, value: member, .. }) => {
            if !entries.keys().all(|text| rules(&key.kind).all(|rule| rule.allows_text(text))) {
                let text = format!("Map keys must satisfy constraint: [{}]", listed(key));
                found.add(place, value, constraint, &text)?;
            }
            if is_nested(member) {
                for (key, value) in entries {
                    check(value, member, &place.enter(Step::Key(key), member), found)?;
                }
            } else if !entries.values().all(|value| allowed(value, member)) {
                let text = format!("Map value must satisfy constraint: [{}]", listed(member));
                found.add(place, value, constraint, &text)?;
            }
            ControlFlow::Continue(())
        }
        // The types fit each other, so what is left is a plain value: its rules were checked above.
        _ => ControlFlow::Continue(()),
    }
}

fn check_members(
    object: &Map<String, Value>,
    members: &[Member],
    place: &Place<'_>,
    found: &mut Found<'_>,
) -> ControlFlow<()> {
    for member in members {
        let place = place.enter(Step::Member(member.path), member.constraint);
        match object.get(member.name) {
            Some(value) => check(value, member.constraint, &place, found)?,
            None if member.required => {
                found.add(&place, &Value::Null, member.constraint, &Rule::NotNull)?;
            }
            None => {}
        }
    }
    ControlFlow::Continue(())
}

/// Whether violations inside such a value are told with a path of their own; those of plain values are told at the
/// list or map that holds them.
fn is_nested(constraint: &Constraint) -> bool {
    matches!(constraint.kind, Kind::Structure(_) | Kind::List { .. } | Kind::Map { .. })
}

/// All constraints of a member, not only those that it violates: the service lists them so.
fn listed(constraint: &Constraint) -> String {
    rules(&constraint.kind).map(|rule| rule.to_string()).collect::<Vec<_>>().join(", ")
}

/// Where in the request a value stands. Written out only when something is wrong there.
struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
    /// Whether this value or one around it is sensitive: its messages do not repeat it.
    hidden: bool,
}

enum Step<'a> {
    Input,
    Member(&'static str),
    /// Counted from 1.
    Index(usize),
    Key(&'a str),
}

impl<'a> Place<'a> {
    fn enter(&'a self, step: Step<'a>, constraint: &Constraint) -> Self {
        Self { parent: Some(self), step, hidden: self.hidden || constraint.sensitive }
    }

    fn violation(
        &self,
        value: &Value,
        constraint: &Constraint,
        rule: &impl fmt::Display,
        echoed: usize,
    ) -> String {
        let shown = if self.hidden {
            String::new()
        } else if value.is_null() {
            " null".to_owned()
        } else if constraint.holds_sensitive {
            String::new()
        } else {
            format!(" '{}'", cut(&Shown(value, constraint), echoed))
        };
        let place = cut(self, echoed);
        format!("Value{shown} at '{place}' failed to satisfy constraint: {rule}")
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent.filter(|parent| parent.parent.is_some()) {
            write!(formatter, "{parent}.")?;
        }
        match self.step {
            Step::Input => Ok(()),
            Step::Member(name) => formatter.write_str(name),
            Step::Index(index) => write!(formatter, "{index}.member"),
            Step::Key(key) => write!(formatter, "{key}.member"),
        }
    }
}

/// A text as it is written, cut after so many characters: what a caller sends is not sent back at any length. The dots are
/// ours.
fn cut(text: &impl fmt::Display, most: usize) -> String {
    let mut cut = Cut { text: String::new(), left: most };
    // An error says that the rest was left out.
    match write!(cut, "{text}") {
        Ok(()) => cut.text,
        Err(fmt::Error) => cut.text + "...",
    }
}

/// Takes so many characters and no more.
struct Cut {
    text: String,
    left: usize,
}

impl fmt::Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match text.char_indices().nth(self.left) {
            Some((end, _)) => {
                self.text.push_str(&text[..end]);
                self.left = 0;
                Err(fmt::Error)
            }
            None => {
                self.text.push_str(text);
                self.left -= text.chars().count();
                Ok(())
            }
        }
    }
}

/// A value as Java writes it into a message.
struct Shown<'a>(&'a Value, &'a Constraint);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, &self.1.kind) {
            (value, Kind::Blob { .. }) => {
                let length = Unit::Bytes.length(value);
                write!(formatter, "java.nio.HeapByteBuffer[pos=0 lim={length} cap={length}]")
            }
            (Value::Array(values), Kind::List { member, .. }) => {
                write_between(formatter, '[', values.iter().map(|value| Shown(value, member)), ']')
            }
            (Value::Object(entries), Kind::Map { value: member, .. }) => {
                let entries = entries.iter().map(|(key, value)| Entry(key, Shown(value, member)));
                write_between(formatter, '{', entries, '}')
            }
            (Value::Object(object), Kind::Structure(members)) => {
                let entries = members.iter().filter_map(|member| {
                    let value = object.get(member.name)?;
                    Some(Entry(member.path, Shown(value, member.constraint)))
                });
                write_between(formatter, '{', entries, '}')
            }
            (Value::String(text), _) => formatter.write_str(text),
            (value, _) => write!(formatter, "{value}"),
        }
    }
}

struct Entry<'a>(&'a str, Shown<'a>);

impl fmt::Display for Entry<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}={}", self.0, self.1)
    }
}

fn write_between(
    formatter: &mut fmt::Formatter<'_>,
    open: char,
    items: impl Iterator<Item = impl fmt::Display>,
    close: char,
) -> fmt::Result {
    write!(formatter, "{open}")?;
    for (index, item) in items.enumerate() {
        if index > 0 {
            formatter.write_str(", ")?;
        }
        write!(formatter, "{item}")?;
    }
    write!(formatter, "{close}")
}
