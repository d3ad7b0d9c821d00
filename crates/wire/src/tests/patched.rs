//! Where requests are held to other constraints than the model's: member by member, and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::Operation;
use crate::constraint::{Constraint, Kind};

const MODEL: &str = include_str!("../../../../model/cognito-idp.json");

/// What is not as in the model: the shape, what of it, and whether it is stricter. The reasons stand in
/// `model/patches.json`.
const OTHER: [(&str, &str, bool); 6] = [
    ("DomainType", "no pattern", false),
    ("EmailVerificationMessageByLinkType", "no pattern", false),
    ("ExplicitAuthFlowsType", "values", false),
    ("PasswordType", "min 6", true),
    ("PasswordType", r"pattern ^[\S]+.*[\S]+$", false),
    ("SmsVerificationMessageType", r"pattern (?s).*\{####\}(?s).*", false),
];

#[test]
fn constraints_are_those_of_the_model_but_for_the_patched_ones() {
    let model: Value = serde_json::from_str(MODEL).unwrap();
    let mut walk = Walk { shapes: &model["shapes"], seen: BTreeSet::new(), found: BTreeSet::new() };
    for operation in Operation::ALL {
        let input = model["operations"][operation.name()]["input"].as_str().unwrap();
        walk.compare(input, operation.input());
    }
    let expected: BTreeSet<(String, String)> =
        OTHER.iter().map(|(shape, what, _)| ((*shape).to_owned(), (*what).to_owned())).collect();
    assert_eq!(walk.found, expected);
    let stricter: Vec<_> =
        OTHER.iter().filter(|(_, _, stricter)| *stricter).map(|(shape, ..)| *shape).collect();
    assert_eq!(stricter, ["PasswordType"], "a password with fewer characters was refused by the service");
}

struct Walk<'a> {
    shapes: &'a Value,
    /// Shapes and the constraints that were compared with them.
    seen: BTreeSet<(String, *const Constraint)>,
    found: BTreeSet<(String, String)>,
}

impl Walk<'_> {
    fn compare(&mut self, shape: &str, constraint: &Constraint) {
        if !self.seen.insert((shape.to_owned(), std::ptr::from_ref(constraint))) {
            return;
        }
        let of_model = self.shapes[shape].clone();
        let target = |part: &str| of_model[part]["shape"].as_str().unwrap().to_owned();
        match &constraint.kind {
            Kind::Blob { min, max } | Kind::Integer { min, max } => self.limits(shape, *min, *max),
            Kind::Boolean | Kind::Document => {}
            Kind::List { min, max, member } => {
                self.limits(shape, *min, *max);
                self.compare(&target("member"), member);
            }
            Kind::Map { min, max, key, value } => {
                self.limits(shape, *min, *max);
                self.compare(&target("key"), key);
                self.compare(&target("value"), value);
            }
            Kind::String { min, max, pattern, values } => {
                self.limits(shape, *min, *max);
                let pattern = pattern.map(|pattern| pattern.text());
                if of_model["pattern"].as_str() != pattern {
                    self.differs(
                        shape,
                        pattern.map_or_else(|| "no pattern".to_owned(), |text| format!("pattern {text}")),
                    );
                }
                let of_model: Vec<&str> = of_model["enum"]
                    .as_array()
                    .map_or_else(Vec::new, |values| values.iter().filter_map(Value::as_str).collect());
                if of_model != *values {
                    self.differs(shape, "values".to_owned());
                }
            }
            Kind::Structure(members) => {
                let of_model = of_model["members"].as_object().cloned().unwrap_or_default();
                let members: BTreeMap<&str, &Constraint> =
                    members.iter().map(|member| (member.name, member.constraint)).collect();
                assert_eq!(of_model.len(), members.len(), "{shape}");
                for (name, target) in &of_model {
                    self.compare(target["shape"].as_str().unwrap(), members[name.as_str()]);
                }
            }
        }
    }

    fn limits(&mut self, shape: &str, min: Option<i64>, max: Option<i64>) {
        for (name, limit) in [("min", min), ("max", max)] {
            if self.shapes[shape][name].as_i64() != limit {
                self.differs(
                    shape,
                    limit.map_or_else(|| format!("no {name}"), |limit| format!("{name} {limit}")),
                );
            }
        }
    }

    fn differs(&mut self, shape: &str, what: String) {
        self.found.insert((shape.to_owned(), what));
    }
}
