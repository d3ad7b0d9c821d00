//! How long the tokens of a client live.
//!
//! Source: CreateUserPoolClient. Access and ID tokens five minutes to one day, one hour by default; refresh tokens one
//! hour to ten years, thirty days by default.

use std::ops::RangeInclusive;

use chrono::TimeDelta;
use wire::{TimeUnitsType, TokenValidityUnitsType};

use super::{ClientError, ClientSettings};

const ACCESS_AND_ID_SECONDS: RangeInclusive<i64> = 300..=86_400;
const REFRESH_SECONDS: RangeInclusive<i64> = 3_600..=315_360_000;

impl ClientSettings {
    /// How long an access token lives.
    pub fn access_token_lifetime(&self) -> TimeDelta {
        hour_or(self.access_token_validity, self.unit(|units| units.access_token))
    }

    /// How long an ID token lives.
    pub fn id_token_lifetime(&self) -> TimeDelta {
        hour_or(self.id_token_validity, self.unit(|units| units.id_token))
    }

    /// How long a refresh token lives.
    pub fn refresh_token_lifetime(&self) -> TimeDelta {
        let unit = self.refresh_token_unit();
        lifetime(self.refresh_token_validity.unwrap_or_else(|| thirty_days(unit)), unit)
    }

    /// How long a session between two challenges lives.
    pub fn auth_session_lifetime(&self) -> TimeDelta {
        TimeDelta::minutes(self.auth_session_validity.unwrap_or(3).into())
    }

    /// Zero and nothing are thirty days, told in the unit that was asked for; units that name none are left out.
    pub(super) fn complete_token_validity(&mut self) {
        if self.refresh_token_validity.is_none_or(|validity| validity == 0) {
            self.refresh_token_validity = Some(thirty_days(self.refresh_token_unit()));
        }
        self.token_validity_units =
            self.token_validity_units.take().filter(|units| *units != Default::default());
    }

    pub(super) fn check_token_validity(&self) -> Result<(), ClientError> {
        let shorter = [self.access_token_lifetime(), self.id_token_lifetime()];
        let refresh = self.refresh_token_lifetime();
        let in_range = shorter.iter().all(|lifetime| ACCESS_AND_ID_SECONDS.contains(&lifetime.num_seconds()))
            && REFRESH_SECONDS.contains(&refresh.num_seconds());
        if !in_range {
            return Err(ClientError::setting("Invalid range for token validity."));
        }
        if shorter.iter().any(|lifetime| *lifetime > refresh) {
            return Err(ClientError::setting(
                "Access and Id Token expiration times must be less than or equal to refresh token expiration times.",
            ));
        }
        Ok(())
    }

    fn unit(&self, of: fn(&TokenValidityUnitsType) -> Option<TimeUnitsType>) -> Option<TimeUnitsType> {
        self.token_validity_units.as_ref().and_then(of)
    }

    fn refresh_token_unit(&self) -> TimeUnitsType {
        self.unit(|units| units.refresh_token).unwrap_or(TimeUnitsType::Days)
    }
}

fn hour_or(validity: Option<i32>, unit: Option<TimeUnitsType>) -> TimeDelta {
    validity.map_or(TimeDelta::hours(1), |validity| lifetime(validity, unit.unwrap_or(TimeUnitsType::Hours)))
}

fn thirty_days(unit: TimeUnitsType) -> i32 {
    match unit {
        TimeUnitsType::Seconds => 2_592_000,
        TimeUnitsType::Minutes => 43_200,
        TimeUnitsType::Hours => 720,
        TimeUnitsType::Days => 30,
    }
}

fn lifetime(validity: i32, unit: TimeUnitsType) -> TimeDelta {
    let validity = i64::from(validity);
    match unit {
        TimeUnitsType::Seconds => TimeDelta::seconds(validity),
        TimeUnitsType::Minutes => TimeDelta::minutes(validity),
        TimeUnitsType::Hours => TimeDelta::hours(validity),
        TimeUnitsType::Days => TimeDelta::days(validity),
    }
}
