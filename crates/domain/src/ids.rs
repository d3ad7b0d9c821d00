//! Identifiers as types, so that a client id cannot be passed for a pool id.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::random::{self, Random};
use crate::scope::Scope;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(String);

        impl $name {
            /// The id as it travels.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// `{region}_` and nine letters or digits: `us-east-1_AbCdEf123`.
    PoolId
}

text_id! {
    /// Twenty-six lower-case letters or digits, unique over all pools.
    ClientId
}

impl PoolId {
    /// A new id in the region of `scope`.
    pub fn generate(scope: &Scope, random: &dyn Random) -> Self {
        Self(format!("{}_{}", scope.region, random::alphanumeric(random, 9)))
    }

    /// The ARN of the pool with this id in `scope` (service authorization reference, resource type `userpool`).
    pub fn arn(&self, scope: &Scope) -> String {
        format!("arn:aws:cognito-idp:{}:{}:userpool/{self}", scope.region, scope.account)
    }

    /// The part behind the underscore, which SRP calls the pool name.
    pub fn name_part(&self) -> &str {
        self.0.split_once('_').map_or(self.0.as_str(), |(_, name)| name)
    }
}

impl ClientId {
    /// A new id.
    pub fn generate(random: &dyn Random) -> Self {
        Self(random::lower_alphanumeric(random, 26))
    }
}
