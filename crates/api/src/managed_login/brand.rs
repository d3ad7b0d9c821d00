//! stub until branding is merged
use crate::call::Call;
use crate::error::ApiError;
use storage::ClientWithPool;
pub(crate) struct Brand {
    pub(crate) stylesheet: Option<String>,
    pub(crate) logo: Option<String>,
    pub(crate) favicon: Option<String>,
}
pub(crate) async fn brand(_: &Call, _: &ClientWithPool, _: i32, _: &str) -> Result<Option<Brand>, ApiError> {
    Ok(Some(Brand { stylesheet: None, logo: None, favicon: None }))
}
pub(crate) async fn terms_links(
    _: &Call,
    _: &ClientWithPool,
    _: &[&str],
) -> Result<Option<(String, String)>, ApiError> {
    Ok(None)
}
