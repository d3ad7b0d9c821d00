//! ListUsers: pages of users, all of them or those that a filter finds.

use domain::user_filter::UserFilter;
use domain::user_pools::UserPool;
use domain::users::User;
use storage::UserPosition;
use wire::{ListUsersRequest, ListUsersResponse, UserType};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::users::described_user;
use crate::operations::{paging, require_pool};

pub(in crate::operations) async fn list_users(
    call: &Call,
    request: ListUsersRequest,
) -> Result<ListUsersResponse, ApiError> {
    let filter_text = request.filter.unwrap_or_default();
    let filter = UserFilter::parse(&filter_text)?;
    let size = paging::size(request.limit);
    let list = format!("users/{}/{filter_text}", request.user_pool_id);
    let after: Option<(UserPosition, i64)> =
        paging::position(call, &list, request.pagination_token.as_deref())?;
    let after = after.map(|(position, until)| still_good(position, until, call)).transpose()?;
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id).await?;
    check_asked(&pool, request.attributes_to_get.as_deref())?;
    let users = read.users(&pool.id, filter.as_ref(), after.as_ref(), size + 1).await?;

    let until = call.now().timestamp() + TOKEN_SECONDS;
    let (users, pagination_token) = paging::cut(call, &list, users, size, |user| {
        (UserPosition::behind(&pool, filter.as_ref(), user), until)
    });
    let asked = request.attributes_to_get;
    let users = users.iter().map(|user| shown(user, asked.as_deref())).collect::<Result<_, _>>()?;
    Ok(ListUsersResponse { users: Some(users), pagination_token })
}

/// How long a token of this list is good (API reference: one hour).
const TOKEN_SECONDS: i64 = 3600;

fn still_good(position: UserPosition, until: i64, call: &Call) -> Result<UserPosition, ApiError> {
    if call.now().timestamp() < until {
        Ok(position)
    } else {
        Err(ApiError::invalid_parameter("Invalid pagination token"))
    }
}

fn check_asked(pool: &UserPool, asked: Option<&[String]>) -> Result<(), ApiError> {
    let unknown = asked.unwrap_or_default().iter().any(|name| pool.schema.attribute(name).is_none());
    if unknown {
        return Err(ApiError::invalid_parameter("One or more requested attributes do not exist."));
    }
    Ok(())
}

/// A user with the attributes that were asked for.
///
/// # Errors
/// InvalidParameterException when the user lacks one of them (API reference, `AttributesToGet`). The text is ours.
fn shown(user: &User, asked: Option<&[String]>) -> Result<UserType, ApiError> {
    let mut shown = described_user(user);
    if let (Some(asked), Some(attributes)) = (asked, &mut shown.attributes) {
        let has = |name: &String| attributes.iter().any(|attribute| attribute.name == *name);
        if !asked.iter().all(has) {
            return Err(ApiError::invalid_parameter(
                "One or more requested attributes are not set for all users.",
            ));
        }
        attributes.retain(|attribute| asked.contains(&attribute.name));
    }
    Ok(shown)
}
