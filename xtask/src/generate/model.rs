//! The API model and our patches to it, as read from `model/`.
//!
//! Members keep the order of the model: the service reports violations in that order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;
use std::path::Path;

use serde::Deserialize;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde_json::Value;

#[derive(Deserialize)]
pub(crate) struct Model {
    pub(crate) operations: BTreeMap<String, Operation>,
    pub(crate) shapes: BTreeMap<String, Shape>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Operation {
    pub(crate) input: String,
    /// Absent in the file where the service answers nothing; never absent in a [`Model`] that was read.
    pub(crate) output: Option<String>,
    pub(crate) auth: String,
    pub(crate) errors: Vec<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shape {
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    #[serde(default)]
    pub(crate) members: InOrder<Target>,
    #[serde(default)]
    pub(crate) required: Vec<String>,
    pub(crate) member: Option<Target>,
    pub(crate) key: Option<Target>,
    pub(crate) value: Option<Target>,
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) pattern: Option<String>,
    #[serde(default, rename = "enum")]
    pub(crate) values: Vec<String>,
    /// The service does not repeat such a value in a message.
    #[serde(default)]
    pub(crate) sensitive: bool,
    /// Ours: not to be printed, although the service repeats it in a message.
    #[serde(default)]
    pub(crate) secret: bool,
    #[serde(default)]
    pub(crate) document: bool,
    #[serde(default)]
    pub(crate) exception: bool,
    #[serde(default)]
    pub(crate) fault: bool,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Blob,
    Boolean,
    Integer,
    List,
    Long,
    Map,
    String,
    Structure,
    Timestamp,
}

#[derive(Clone, Deserialize)]
pub(crate) struct Target {
    pub(crate) shape: String,
}

/// A place where the live service differs from its model.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    shape: String,
    /// Makes `shape` first, as a copy of this one.
    copy_of: Option<String>,
    /// The members that use `shape` from now on, as `Structure.Member`.
    #[serde(default)]
    members: Vec<String>,
    #[serde(default)]
    set: BTreeMap<String, Value>,
    #[serde(default)]
    add_values: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
    evidence: String,
}

impl Model {
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let mut model: Self = read_json(&folder.join("cognito-idp.json"))?;
        let patches: Vec<Patch> = read_json(&folder.join("patches.json"))?;
        model.name_empty_outputs();
        for patch in patches {
            let shape = patch.shape.clone();
            model.apply(patch).map_err(|error| format!("patches.json: {shape}: {error}"))?;
        }
        Ok(model)
    }

    pub(crate) fn shape(&self, target: &Target) -> &Shape {
        &self.shapes[&target.shape]
    }

    /// The names of all shapes that these reach, themselves included, in alphabetical order.
    pub(crate) fn reached<'a>(&'a self, from: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = from.collect();
        while let Some(name) = open.pop() {
            if reached.insert(name) {
                open.extend(self.shapes[name].targets().map(|target| target.shape.as_str()));
            }
        }
        reached
    }

    /// Whether a shape holds, at any depth, something that must not be printed.
    pub(crate) fn holds_secret(&self, name: &str) -> bool {
        self.reached([name].into_iter()).into_iter().any(|name| {
            let shape = &self.shapes[name];
            shape.sensitive || shape.secret
        })
    }

    /// Whether a shape holds, at any depth, something that the service does not repeat in a message.
    pub(crate) fn holds_sensitive(&self, name: &str) -> bool {
        self.reached([name].into_iter()).into_iter().any(|name| self.shapes[name].sensitive)
    }

    /// Operations without an output get an empty response, so that every operation has one.
    fn name_empty_outputs(&mut self) {
        for (name, operation) in &mut self.operations {
            if operation.output.is_none() {
                let output = format!("{name}Response");
                self.shapes.insert(output.clone(), Shape::empty_structure());
                operation.output = Some(output);
            }
        }
    }

    fn apply(&mut self, patch: Patch) -> Result<(), String> {
        if patch.evidence.is_empty() {
            return Err("a patch needs its evidence".to_owned());
        }
        if let Some(original) = patch.copy_of {
            let copy = self.shapes.get(&original).ok_or("copies a shape that is not in the model")?.clone();
            self.shapes.insert(patch.shape.clone(), copy);
        }
        let shape = self.shapes.get_mut(&patch.shape).ok_or("is not in the model")?;
        for key in patch.remove {
            shape.remove(&key)?;
        }
        for (key, value) in patch.set {
            shape.set(&key, &value)?;
        }
        shape.values.extend(patch.add_values);
        for path in patch.members {
            self.retarget(&path, &patch.shape).ok_or(format!("{path} is not in the model"))?;
        }
        Ok(())
    }

    fn retarget(&mut self, path: &str, shape: &str) -> Option<()> {
        let (structure, member) = path.split_once('.')?;
        let members = &mut self.shapes.get_mut(structure)?.members.0;
        let (_, target) = members.iter_mut().find(|(name, _)| name == member)?;
        target.shape = shape.to_owned();
        Some(())
    }
}

impl Shape {
    fn empty_structure() -> Self {
        Self {
            kind: Kind::Structure,
            members: InOrder::default(),
            required: Vec::new(),
            member: None,
            key: None,
            value: None,
            min: None,
            max: None,
            pattern: None,
            values: Vec::new(),
            sensitive: false,
            secret: false,
            document: false,
            exception: false,
            fault: false,
        }
    }

    fn targets(&self) -> impl Iterator<Item = &Target> {
        let members = self.members.0.iter().map(|(_, target)| target);
        members.chain(&self.member).chain(&self.key).chain(&self.value)
    }

    pub(crate) fn is_required(&self, member: &str) -> bool {
        self.required.iter().any(|name| name == member)
    }

    fn remove(&mut self, key: &str) -> Result<(), String> {
        match key {
            "min" => self.min = None,
            "max" => self.max = None,
            "pattern" => self.pattern = None,
            other => return Err(format!("{other} cannot be removed")),
        }
        Ok(())
    }

    fn set(&mut self, key: &str, value: &Value) -> Result<(), String> {
        match (key, value) {
            ("min", Value::Number(number)) => self.min = number.as_i64(),
            ("max", Value::Number(number)) => self.max = number.as_i64(),
            ("pattern", Value::String(pattern)) => self.pattern = Some(pattern.clone()),
            ("sensitive", Value::Bool(sensitive)) => self.sensitive = *sensitive,
            ("secret", Value::Bool(secret)) => self.secret = *secret,
            (other, _) => return Err(format!("{other} cannot be set to {value}")),
        }
        Ok(())
    }
}

/// A JSON object whose members stay in the order of the text.
#[derive(Clone)]
pub(crate) struct InOrder<V>(pub(crate) Vec<(String, V)>);

impl<V> Default for InOrder<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for InOrder<V> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Entries<V> {
            type Value = InOrder<V>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = object.next_entry()? {
                    entries.push(entry);
                }
                Ok(InOrder(entries))
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}
