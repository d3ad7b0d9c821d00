//! A moment as the API writes it: a JSON number of seconds since 1970.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment. In JSON a number of seconds since 1970 (UTC) with at most three decimals, such as `1470957431.965`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub DateTime<Utc>);

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment)
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

impl Timestamp {
    /// The moment this many seconds after 1970, to the nearest millisecond; `None` beyond what a date can be.
    pub(crate) fn from_seconds(seconds: f64) -> Option<Self> {
        let milliseconds = (seconds * 1000.0).round();
        // A cast saturates: infinities become the largest numbers, which are no date.
        DateTime::from_timestamp_millis(milliseconds as i64).filter(|_| !seconds.is_nan()).map(Self)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let milliseconds = self.0.timestamp_millis();
        if milliseconds % 1000 == 0 {
            serializer.serialize_i64(milliseconds / 1000)
        } else {
            // The shortest decimal of the quotient has three decimals at most: a double holds 15 digits exactly.
            serializer.serialize_f64(milliseconds as f64 / 1000.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        Self::from_seconds(seconds).ok_or_else(|| de::Error::custom("not a moment in seconds since 1970"))
    }
}
