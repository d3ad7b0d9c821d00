//! Reading JSON by a constraint: what the model does not know, and what is beyond the bounds of a list or a map, is read
//! over and never built. So a body costs what its known members cost, however long its lists are.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::constraint::{Constraint, Kind, Member};
use crate::limits::Limits;

/// How plain values of JSON are read.
macro_rules! plain_values {
    () => {
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("any valid JSON value")
        }

        fn visit_unit<E>(self) -> Result<Value, E> {
            Ok(Value::Null)
        }

        fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
            Ok(Value::Bool(value))
        }

        fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
            Ok(Value::Number(value.into()))
        }

        fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
            Ok(Value::Number(value.into()))
        }

        fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
            Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
        }

        fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
            Ok(Value::String(value.to_owned()))
        }
    };
}

/// A value that is to satisfy a constraint. What comes out has the JSON types that were sent; whether they are the right
/// ones, `types.rs` says afterwards. Of a list or a map with too many members, one more than allowed is kept, so that
/// `validate.rs` sees that there are too many.
#[derive(Clone, Copy)]
pub(crate) struct Read<'a> {
    pub(crate) constraint: &'a Constraint,
    pub(crate) limits: &'a Limits,
}

impl<'de> DeserializeSeed<'de> for Read<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.constraint.kind {
            Kind::Document => {
                let left = Cell::new(self.limits.document_values);
                Document { left: &left }.deserialize(deserializer)
            }
            Kind::Blob { .. }
            | Kind::Boolean
            | Kind::Integer { .. }
            | Kind::List { .. }
            | Kind::Map { .. }
            | Kind::String { .. }
            | Kind::Structure(_) => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Read<'_> {
    type Value = Value;

    plain_values!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        if let (Kind::List { member, .. }, Some(most)) =
            (&self.constraint.kind, self.limits.most(&self.constraint.kind))
        {
            let read = Read { constraint: member, ..self };
            while values.len() <= most
                && let Some(value) = elements.next_element_seed(read)?
            {
                // A null in a list is as if it were not there.
                if !value.is_null() {
                    values.push(value);
                }
            }
        }
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let object = match &self.constraint.kind {
            Kind::Structure(members) => self.members(members, &mut entries)?,
            Kind::Map { value, .. } => self.entries(value, &mut entries)?,
            Kind::Blob { .. }
            | Kind::Boolean
            | Kind::Document
            | Kind::Integer { .. }
            | Kind::List { .. }
            | Kind::String { .. } => Map::new(),
        };
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Object(object))
    }
}

impl Read<'_> {
    /// The members of a structure that the model knows.
    fn members<'de, A: MapAccess<'de>>(
        self,
        members: &[Member],
        entries: &mut A,
    ) -> Result<Map<String, Value>, A::Error> {
        let mut object = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            match members.iter().find(|member| member.name == name) {
                Some(member) => {
                    let value = entries.next_value_seed(Read { constraint: member.constraint, ..self })?;
                    object.insert(name, value);
                }
                None => {
                    entries.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(object)
    }

    /// The first entries of a map, up to one too many.
    fn entries<'de, A: MapAccess<'de>>(
        self,
        constraint: &Constraint,
        entries: &mut A,
    ) -> Result<Map<String, Value>, A::Error> {
        let most = self.limits.most(&self.constraint.kind).unwrap_or(0);
        let mut object = Map::new();
        while object.len() <= most
            && let Some(key) = entries.next_key::<String>()?
        {
            let value = entries.next_value_seed(Read { constraint, ..self })?;
            // A null in a map is as if it were not there.
            if !value.is_null() {
                object.insert(key, value);
            }
        }
        Ok(object)
    }
}

/// Any JSON, as deep as the parser allows, of so many values: each takes more memory than bytes of the body.
#[derive(Clone, Copy)]
struct Document<'a> {
    left: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        // The text is ours.
        let left = self.left.get().checked_sub(1).ok_or_else(|| D::Error::custom("too many values"))?;
        self.left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = Value;

    plain_values!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = elements.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            object.insert(key, entries.next_value_seed(self)?);
        }
        Ok(Value::Object(object))
    }
}
