//! Pages of lists: how many items one has, where it begins, and the token for the next.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::error::ApiError;

/// Items of a page when the caller does not say.
pub(super) const DEFAULT_PAGE: i64 = 60;

/// How many items a page has: what the caller asked for, 0 being the default (API reference, `Limit`).
pub(super) fn size(asked: Option<i32>) -> i64 {
    match asked {
        None | Some(0) => DEFAULT_PAGE,
        Some(asked) => i64::from(asked),
    }
}

/// Where `list` goes on, from the token of the page before.
///
/// # Errors
/// InvalidParameterException when the token is not one of this list.
pub(super) fn position<T: DeserializeOwned>(
    call: &Call,
    list: &str,
    token: Option<&str>,
) -> Result<Option<T>, ApiError> {
    // An empty token, which the model lets some lists have, is none.
    let Some(token) = token.filter(|token| !token.is_empty()) else { return Ok(None) };
    let position = call.store.page_position(list, token);
    position.map(Some).ok_or_else(|| ApiError::invalid_parameter("Invalid pagination token"))
}

/// Cuts a page that was read with one item too many, and makes the token for the rest.
pub(super) fn cut<T, P: Serialize>(
    call: &Call,
    list: &str,
    mut items: Vec<T>,
    size: i64,
    position: impl Fn(&T) -> P,
) -> (Vec<T>, Option<String>) {
    let size = usize::try_from(size).unwrap_or(0);
    if items.len() <= size {
        return (items, None);
    }
    items.truncate(size);
    let token = items.last().map(|last| call.store.page_token(list, &position(last)));
    (items, token)
}
