//! Page tokens: where a list goes on, sealed so that callers can neither read nor make them.
//!
//! Every replica opens them, for they rest on the sealing key alone.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::sql::Store;

/// Tokens begin with a letter: the AWS CLI takes an argument that begins with a hyphen for an option.
const FIRST: char = 'P';

impl Store {
    /// The token behind which `list` (its name and what it lists) goes on at `position`.
    pub fn page_token(&self, list: &str, position: &impl Serialize) -> String {
        let position = crate::columns::json(position);
        let sealed = self.sealer().seal(&format!("page/{list}"), position.as_bytes());
        format!("{FIRST}{}", BASE64_URL_SAFE_NO_PAD.encode(sealed))
    }

    /// The position of a token of the same list; none when it is not one.
    pub fn page_position<T: DeserializeOwned>(&self, list: &str, token: &str) -> Option<T> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(token.strip_prefix(FIRST)?).ok()?;
        let position = self.sealer().open(&format!("page/{list}"), &sealed).ok()?;
        serde_json::from_slice(&position).ok()
    }
}
