//! What several tables' columns share: JSON documents and names of variants kept as text, and places in an ordered list.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Result, StoreError};
use crate::sql::Row;

/// A document as it is kept.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("documents have text keys and finite numbers")
}

/// A document as it was kept.
pub(crate) fn from_json<T: DeserializeOwned>(row: &Row, column: &str) -> Result<T> {
    parsed(column, &row.get::<String>(column)?)
}

/// As [`from_json`], for a column that can be empty.
pub(crate) fn from_optional_json<T: DeserializeOwned>(row: &Row, column: &str) -> Result<Option<T>> {
    row.get::<Option<String>>(column)?.map(|text| parsed(column, &text)).transpose()
}

/// A variant whose name was kept.
pub(crate) fn from_name<T: DeserializeOwned>(row: &Row, column: &str) -> Result<T> {
    let name = row.get::<String>(column)?;
    serde_json::from_value(name.into()).map_err(|_| StoreError::Unreadable(column.to_owned()))
}

fn parsed<T: DeserializeOwned>(column: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable(column.to_owned()))
}

/// Where a page of a list ended: lists are ordered by time, and by id where times are equal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// When the last one of the page was created.
    pub created_at: DateTime<Utc>,
    /// Its id.
    pub id: String,
}

impl Position {
    /// Before everything: ids are never empty.
    pub fn start() -> Self {
        Self { created_at: DateTime::UNIX_EPOCH, id: String::new() }
    }
}
