//! Values that leave the server and come back: page tokens, and what one page of managed login hands to the next. Sealed, so
//! that callers can neither read nor make them.
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
        format!("{FIRST}{}", self.sealed(&format!("page/{list}"), position))
    }

    /// The position of a token of the same list; none when it is not one.
    pub fn page_position<T: DeserializeOwned>(&self, list: &str, token: &str) -> Option<T> {
        self.opened(&format!("page/{list}"), token.strip_prefix(FIRST)?)
    }

    /// A value for one place (`context`), as a text that can stand in a URL or a cookie.
    pub fn sealed(&self, context: &str, value: &impl Serialize) -> String {
        let value = crate::columns::json(value);
        BASE64_URL_SAFE_NO_PAD.encode(self.sealer().seal(context, value.as_bytes()))
    }

    /// The value that [`Store::sealed`] made a text of for the same place; none when it is not one.
    pub fn opened<T: DeserializeOwned>(&self, context: &str, text: &str) -> Option<T> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        serde_json::from_slice(&self.sealer().open(context, &sealed).ok()?).ok()
    }
}
