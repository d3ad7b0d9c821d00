//! The worst body of every operation: a walk over the model. None may take much memory or CPU time, and none gets a long
//! answer, whoever sends it.

use std::fmt::Write as _;

use serde_json::json;

use super::usage::{Usage, forget_peak, mebibytes};
use crate::generate::model::{Kind, Model, Shape, Target};
use crate::http::{AUTHORIZATION, Answer};
use crate::server::{Recipe, Server};
use crate::test::Stage;
use crate::{Outcome, repository};

/// The longest body of most operations, and of those that carry images, CSS or metadata.
const BODY: usize = 256 * 1024;
const LARGE_BODY: usize = 4 * 1024 * 1024;
const LARGE: [&str; 5] = [
    "CreateIdentityProvider",
    "CreateManagedLoginBranding",
    "SetUICustomization",
    "UpdateIdentityProvider",
    "UpdateManagedLoginBranding",
];
/// What one request may take and get.
const MOST_MEMORY: u64 = 100 * 1024 * 1024;
const MOST_ANSWER: u64 = 1024 * 1024;
/// Deeper nesting is no JSON for most parsers.
const DEPTH: usize = 120;

/// In what a body is at its worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Worst {
    /// Lists and maps of as many members as fit.
    Lists,
    /// Lists and maps of as many members as are allowed, their texts as long as fits.
    FullLists,
    /// Every text as long as fits.
    Texts,
    /// One text as long as fits.
    OneText,
    /// As deep as it goes.
    Nesting,
    /// As many members as fit, which the model does not know.
    Unknown,
}

impl Worst {
    const ALL: [Self; 6] =
        [Self::Lists, Self::FullLists, Self::Texts, Self::OneText, Self::Nesting, Self::Unknown];
}

/// The largest figure, and what it was of.
#[derive(Default)]
struct Largest {
    value: u64,
    of: String,
}

impl Largest {
    fn take(&mut self, value: u64, of: &str) {
        if value > self.value {
            *self = Self { value, of: of.to_owned() };
        }
    }
}

pub(super) fn walk(stage: &Stage) -> Outcome<String> {
    let model = Model::read(&repository().join("model"))?;
    let recipe = Recipe::sqlite(&stage.folder, &stage.poolhouse(), "attacks-bodies")?;
    let server = Server::start(&stage.folder, &recipe)?;
    let (mut memory, mut cpu, mut answer) = (Largest::default(), Largest::default(), Largest::default());
    let mut sent = 0;
    for (name, operation) in &model.operations {
        let length = if LARGE.contains(&name.as_str()) { LARGE_BODY } else { BODY };
        for worst in Worst::ALL {
            let body = body(&model, &operation.input, worst, length - 1024);
            let case = format!("{name} ({worst:?}, {} bytes)", body.len());
            forget_peak(server.pid())?;
            let before = Usage::of(server.pid())?;
            let answered = send(&server, name, &body).map_err(|error| format!("{case}: {error}"))?;
            let after = Usage::of(server.pid())?;
            let bytes = answered.body.len()
                + answered.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
            memory.take(after.peak.saturating_sub(before.memory), &case);
            cpu.take(u64::try_from((after.cpu - before.cpu).as_millis())?, &case);
            answer.take(u64::try_from(bytes)?, &case);
            sent += 1;
            if answered.status >= 500 && answered.status != 501 {
                return Err(format!("{case}: {} {}", answered.status, answered.body).into());
            }
        }
    }
    server.connect()?.ok("ListUserPools", &json!({ "MaxResults": 1 }))?;
    server.check_log()?;
    let figures = format!(
        "{sent} bodies; at most {} more memory: {}; {} ms of CPU: {}; {} bytes of answer: {}",
        mebibytes(memory.value),
        memory.of,
        cpu.value,
        cpu.of,
        answer.value,
        answer.of
    );
    if memory.value > MOST_MEMORY || answer.value > MOST_ANSWER { Err(figures.into()) } else { Ok(figures) }
}

fn send(server: &Server, operation: &str, body: &str) -> Outcome<Answer> {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    let host = server.address().to_string();
    let headers = [
        ("Host", host.as_str()),
        ("Authorization", AUTHORIZATION),
        ("Content-Type", "application/x-amz-json-1.1"),
        ("X-Amz-Target", &target),
    ];
    server.connect()?.exchange("POST", "/", &headers, body)
}

/// A body of about this length.
fn body(model: &Model, input: &str, worst: Worst, length: usize) -> String {
    if worst == Worst::Unknown {
        let mut body = String::from("{");
        let mut count = 0;
        while body.len() < length {
            let _ = write!(body, "\"k{count}\":0,"); // writing to a text cannot fail
            count += 1;
        }
        return body + "\"k\":0}";
    }
    let mut body = String::with_capacity(length + 1024);
    value(model, &model.shapes[input], worst, length, DEPTH, &mut body);
    body
}

/// Appends a value of a shape, of about this length.
fn value(model: &Model, shape: &Shape, worst: Worst, length: usize, depth: usize, out: &mut String) {
    match shape.kind {
        Kind::Structure if shape.document => document(worst, length, depth, out),
        Kind::Structure => structure(model, shape, worst, length, depth, out),
        Kind::List | Kind::Map => {
            let Some(member) = shape.member.as_ref().or(shape.value.as_ref()) else { return };
            collection(model, shape, member, worst, length, depth, out);
        }
        Kind::String => text(shape, worst, length, out),
        Kind::Blob => {
            out.push('"');
            out.push_str(&"AAAA".repeat(length.max(4) / 4));
            out.push('"');
        }
        Kind::Boolean => out.push_str("true"),
        Kind::Integer | Kind::Long | Kind::Timestamp => out.push('7'),
    }
}

fn document(worst: Worst, length: usize, depth: usize, out: &mut String) {
    if worst == Worst::Nesting {
        let depth = depth.min(length / 8);
        out.push_str(&"{\"a\":".repeat(depth));
        out.push('1');
        out.push_str(&"}".repeat(depth));
    } else {
        out.push('[');
        out.push_str(&"0,".repeat(length / 2));
        out.push_str("0]");
    }
}

fn structure(model: &Model, shape: &Shape, worst: Worst, length: usize, depth: usize, out: &mut String) {
    let members = &shape.members.0;
    let is_first = |kinds: &[Kind]| {
        members.iter().position(|(_, target)| kinds.contains(&model.shape(target).kind)).unwrap_or(0)
    };
    // Which member gets all of the length; none: each gets its share.
    let heavy = match worst {
        Worst::Lists | Worst::FullLists => Some(is_first(&[Kind::List, Kind::Map])),
        Worst::OneText => Some(is_first(&[Kind::String])),
        Worst::Nesting => Some(is_first(&[Kind::Structure, Kind::List, Kind::Map])),
        Worst::Texts | Worst::Unknown => None,
    };
    out.push('{');
    for (index, (name, target)) in members.iter().enumerate() {
        let share = match heavy {
            Some(heavy) if heavy == index => length.saturating_sub(members.len() * 48),
            Some(_) => 8,
            None => length / members.len().max(1),
        };
        if index > 0 {
            out.push(',');
        }
        let _ = write!(out, "\"{name}\":"); // writing to a text cannot fail
        if depth == 0 {
            out.push_str("null");
        } else {
            value(model, model.shape(target), worst, share.saturating_sub(name.len() + 4), depth - 1, out);
        }
    }
    out.push('}');
}

fn collection(
    model: &Model,
    shape: &Shape,
    member: &Target,
    worst: Worst,
    length: usize,
    depth: usize,
    out: &mut String,
) {
    let (open, close) = if shape.kind == Kind::List { ('[', ']') } else { ('{', '}') };
    let most = shape
        .max
        .map_or(if shape.kind == Kind::List { 250 } else { 100 }, |max| usize::try_from(max).unwrap_or(0));
    let (count, share) = match worst {
        Worst::Lists => (usize::MAX, 0),
        Worst::FullLists => (most, length / most.max(1)),
        Worst::Texts | Worst::OneText | Worst::Nesting | Worst::Unknown => (1, length),
    };
    let begun = out.len();
    out.push(open);
    for index in 0..count {
        if index > 0 {
            if out.len() - begun + 16 > length {
                break;
            }
            out.push(',');
        }
        if shape.kind == Kind::Map {
            let _ = write!(out, "\"{index}\":"); // writing to a text cannot fail
        }
        let of = model.shape(member);
        match (worst, of.kind) {
            // The shortest that can be wrong.
            (Worst::Lists, Kind::Structure) => out.push_str("{}"),
            (Worst::Lists, Kind::String) => out.push_str("\"\""),
            _ if depth == 0 => out.push_str("null"),
            _ => value(model, of, worst, share.saturating_sub(8), depth - 1, out),
        }
    }
    out.push(close);
}

fn text(shape: &Shape, worst: Worst, length: usize, out: &mut String) {
    out.push('"');
    match (shape.values.first(), worst) {
        (Some(known), Worst::FullLists | Worst::Lists) => out.push_str(known),
        _ => out.push_str(&"a".repeat(length.max(1))),
    }
    out.push('"');
}
