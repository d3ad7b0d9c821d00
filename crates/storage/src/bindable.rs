//! What a statement takes, in the form in which both databases keep it.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use sqlx::{Encode, Postgres, Sqlite, Type};
use uuid::Uuid;

/// A value of a statement.
pub trait Bindable<'v> {
    /// The form in which it is kept.
    type Value: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres>;

    /// The value as it is kept.
    fn bindable(self) -> Self::Value;
}

/// A text without the character U+0000. Decoders put U+FFFD where something cannot be.
fn storable(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text }
}

impl<'v> Bindable<'v> for &'v str {
    type Value = Cow<'v, str>;

    fn bindable(self) -> Cow<'v, str> {
        storable(self.into())
    }
}

impl<'v> Bindable<'v> for String {
    type Value = Cow<'v, str>;

    fn bindable(self) -> Cow<'v, str> {
        storable(self.into())
    }
}

impl<'v, V: Bindable<'v>> Bindable<'v> for Option<V>
where
    Option<V::Value>: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres>,
{
    type Value = Option<V::Value>;

    fn bindable(self) -> Option<V::Value> {
        self.map(Bindable::bindable)
    }
}

macro_rules! kept_as_they_are {
    ($($value:ty),*) => {$(
        impl<'v> Bindable<'v> for $value {
            type Value = Self;

            fn bindable(self) -> Self {
                self
            }
        }
    )*};
}

kept_as_they_are!(bool, i64, Uuid, DateTime<Utc>, Vec<u8>, &'v [u8]);
