//! Whom the provider speaks of: one of the ready people, or whoever was typed into the form.

use domain::oauth::Parameters;
use serde_json::{Map, Value, json};

use super::is_sayable;

/// A person, as far as anything is said of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Person {
    /// `sub`, or the NameID.
    pub(super) subject: String,
    /// Names with their values, in the order in which they were given.
    pub(super) attributes: Vec<(String, Vec<String>)>,
}

/// A person who need not be typed.
pub(super) struct ReadyPerson {
    pub(super) subject: &'static str,
    given_name: &'static str,
    family_name: &'static str,
    pub(super) email: &'static str,
    email_verified: bool,
    groups: &'static [&'static str],
}

/// They stay as they are: tests count on them.
pub(super) const READY: [ReadyPerson; 3] = [
    ReadyPerson {
        subject: "jane",
        given_name: "Jane",
        family_name: "Doe",
        email: "jane@example.com",
        email_verified: true,
        groups: &["admins", "staff"],
    },
    ReadyPerson {
        subject: "ali",
        given_name: "Ali",
        family_name: "Yılmaz",
        email: "ali@example.com",
        email_verified: true,
        groups: &["developers", "staff"],
    },
    ReadyPerson {
        subject: "kim",
        given_name: "Kim",
        family_name: "Park",
        email: "kim@example.org",
        email_verified: false,
        groups: &[],
    },
];

impl ReadyPerson {
    /// Given and family name.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }

    /// What a page says of them beside name and address.
    pub(super) fn remarks(&self) -> String {
        let verified = if self.email_verified { "e-mail verified" } else { "e-mail not verified" };
        let groups = if self.groups.is_empty() { "none".to_owned() } else { self.groups.join(", ") };
        format!("{verified}, groups: {groups}")
    }

    fn person(&self) -> Person {
        let mut attributes = Attributes::default();
        attributes.add("email", self.email);
        attributes.add("email_verified", &self.email_verified.to_string());
        attributes.add("name", &self.name());
        attributes.add("given_name", self.given_name);
        attributes.add("family_name", self.family_name);
        for group in self.groups {
            attributes.add("groups", group);
        }
        Person { subject: self.subject.to_owned(), attributes: attributes.0 }
    }
}

/// Names with values: a name that comes again gets one more value.
#[derive(Default)]
struct Attributes(Vec<(String, Vec<String>)>);

impl Attributes {
    fn add(&mut self, name: &str, value: &str) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value.to_owned()),
            None => self.0.push((name.to_owned(), vec![value.to_owned()])),
        }
    }
}

/// Claims that a token has for itself, whoever it speaks of.
const OF_TOKENS: [&str; 8] = ["iss", "sub", "aud", "exp", "iat", "nbf", "auth_time", "nonce"];

/// Why nobody can be made of what was typed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PersonError {
    /// Nobody without one.
    #[error("The subject is missing.")]
    NoSubject,
    /// Neither documents nor tokens can say this.
    #[error("The field {0} has a control character.")]
    ControlCharacter(&'static str),
    /// A line that is no attribute.
    #[error("An attribute is missing its name or the sign =: {0}")]
    NoAttribute(String),
    /// A name that is not free.
    #[error("{0} is said by the provider itself.")]
    OfTokens(String),
    /// A button that is on no page.
    #[error("There is no ready person of this name.")]
    NotReady,
}

/// The person of a form.
///
/// # Errors
/// [`PersonError`] for the first thing that is wrong.
pub(super) fn person(form: &Parameters) -> Result<Person, PersonError> {
    match form.get("person") {
        Some(subject) => {
            let ready = READY.iter().find(|ready| ready.subject == subject);
            ready.map(ReadyPerson::person).ok_or(PersonError::NotReady)
        }
        None => typed(form),
    }
}

fn typed(form: &Parameters) -> Result<Person, PersonError> {
    let field = |name: &'static str| {
        let value = form.get(name).unwrap_or_default().trim();
        if is_sayable(value) { Ok(value) } else { Err(PersonError::ControlCharacter(name)) }
    };
    let subject = field("subject")?.to_owned();
    if subject.is_empty() {
        return Err(PersonError::NoSubject);
    }
    let mut attributes = Attributes::default();
    for name in ["email", "email_verified", "given_name", "family_name"] {
        let value = field(name)?;
        if !value.is_empty() {
            attributes.add(name, value);
        }
    }
    for line in form.get("attributes").unwrap_or_default().lines() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if !is_sayable(line) {
            return Err(PersonError::ControlCharacter("attributes"));
        }
        let (name, value) = line.split_once('=').unwrap_or(("", line));
        match (name.trim(), value.trim()) {
            ("", _) => return Err(PersonError::NoAttribute(line.to_owned())),
            (name, _) if OF_TOKENS.contains(&name) => return Err(PersonError::OfTokens(name.to_owned())),
            (name, value) => attributes.add(name, value),
        }
    }
    Ok(Person { subject, attributes: attributes.0 })
}

/// Claims that a scope opens (OpenID Connect Core 1.0, section 5.4). All others are there without one.
const OF_SCOPES: [(&str, &str); 5] = [
    ("email", "email"),
    ("email_verified", "email"),
    ("name", "profile"),
    ("given_name", "profile"),
    ("family_name", "profile"),
];

impl Person {
    /// What ID tokens and userinfo say, as far as these scopes open it.
    pub(super) fn claims(&self, has_scope: impl Fn(&str) -> bool) -> Map<String, Value> {
        let is_open = |name: &str| {
            OF_SCOPES.iter().find(|(claim, _)| *claim == name).is_none_or(|(_, scope)| has_scope(scope))
        };
        let attributes = self.attributes.iter().filter(|(name, _)| is_open(name));
        let mut claims: Map<String, Value> =
            attributes.map(|(name, values)| (name.clone(), claim(name, values))).collect();
        claims.insert("sub".to_owned(), json!(self.subject));
        claims
    }
}

/// One value as a text, several as a list; the one claim of another type in its type.
fn claim(name: &str, values: &[String]) -> Value {
    match values {
        [flag] if name == "email_verified" && (flag == "true" || flag == "false") => json!(flag == "true"),
        [value] => json!(value),
        values => json!(values),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(form: &[(&str, &str)]) -> Result<Person, PersonError> {
        let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        person(&Parameters::parse(encoded.as_bytes()))
    }

    fn attributes(pairs: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
        let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        pairs.iter().map(|(name, list)| ((*name).to_owned(), values(list))).collect()
    }

    #[test]
    fn what_was_typed_is_said_and_a_name_may_have_several_values() {
        let lines = "groups=a b\r\n\r\n  groups = c=d \ncustom:team=\r\nhttp://claims.example/role=boss\r\nemail=two@x.example";
        let found = of(&[
            ("subject", " eve<&> "),
            ("email", "eve@x.example"),
            ("email_verified", "false"),
            ("given_name", ""),
            ("family_name", "O'Hara"),
            ("attributes", lines),
        ]);
        let expected = attributes(&[
            ("email", &["eve@x.example", "two@x.example"]),
            ("email_verified", &["false"]),
            ("family_name", &["O'Hara"]),
            ("groups", &["a b", "c=d"]),
            ("custom:team", &[""]),
            ("http://claims.example/role", &["boss"]),
        ]);
        assert_eq!(found.unwrap(), Person { subject: "eve<&>".to_owned(), attributes: expected });
    }

    #[test]
    fn what_no_document_can_say_is_refused() {
        use PersonError::*;
        for (form, error) in [
            (&[][..], NoSubject),
            (&[("subject", "  "), ("email", "a@b.example")], NoSubject),
            (&[("subject", "a\u{1}b")], ControlCharacter("subject")),
            (&[("subject", "a\u{0}")], ControlCharacter("subject")),
            (&[("subject", "a\u{ffff}")], ControlCharacter("subject")),
            (&[("subject", "a"), ("email", "a\nb")], ControlCharacter("email")),
            (&[("subject", "a"), ("attributes", "x=1\u{b}2")], ControlCharacter("attributes")),
            (&[("subject", "a"), ("attributes", "x=1\n=2")], NoAttribute("=2".to_owned())),
            (&[("subject", "a"), ("attributes", "admin")], NoAttribute("admin".to_owned())),
            (&[("subject", "a"), ("attributes", "iss=other")], OfTokens("iss".to_owned())),
            (&[("subject", "a"), ("attributes", "sub =other")], OfTokens("sub".to_owned())),
            (&[("person", "nobody"), ("subject", "a")], NotReady),
        ] {
            assert_eq!(of(form).unwrap_err(), error, "{form:?}");
        }
    }

    #[test]
    fn ready_people_have_subjects_of_their_own() {
        for ready in &READY {
            assert_eq!(of(&[("person", ready.subject)]).unwrap(), ready.person());
        }
        let jane = of(&[("person", "jane"), ("subject", "other")]).unwrap();
        assert_eq!(jane.subject, "jane");
        let groups = jane.attributes.iter().find(|(name, _)| name == "groups").unwrap();
        assert_eq!(groups.1, ["admins", "staff"]);
    }

    #[test]
    fn scopes_open_the_claims_that_are_theirs() {
        let jane = of(&[("person", "jane")]).unwrap();
        let names = |scopes: &[&str]| {
            let claims = jane.claims(|scope| scopes.contains(&scope));
            claims.keys().cloned().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names(&[]), "groups sub");
        assert_eq!(names(&["email"]), "email email_verified groups sub");
        assert_eq!(names(&["profile"]), "family_name given_name groups name sub");
        let claims = jane.claims(|_| true);
        assert_eq!(claims["email_verified"], json!(true));
        assert_eq!(claims["groups"], json!(["admins", "staff"]));
        let typed =
            of(&[("subject", "x"), ("attributes", "a=true\nb=1\nb=2\nemail_verified=maybe")]).unwrap();
        let claims = typed.claims(|_| true);
        let expected = json!({ "sub": "x", "a": "true", "b": ["1", "2"], "email_verified": "maybe" });
        assert_eq!(Value::Object(claims), expected);
    }
}
