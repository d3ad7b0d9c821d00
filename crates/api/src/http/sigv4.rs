//! Whose call it is, from its Signature Version 4 credentials (AWS General Reference, "Signing AWS API requests").
//!
//! The account and the region are read from the credential scope. Whether the signature is right is not checked yet: any
//! secret key will do. [`scope`] is where a check belongs.

use actix_web::HttpRequest;
use actix_web::http::header;
use domain::scope::Scope;

use crate::error::ApiError;

/// Reads the scope of a call. None when it carries no credentials.
///
/// # Errors
/// IncompleteSignatureException when there are credentials that cannot be read.
pub(super) fn scope(request: &HttpRequest) -> Result<Option<Scope>, ApiError> {
    let Some(value) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let incomplete = |text: &str| ApiError::protocol(400, "IncompleteSignatureException", text.to_owned());
    let value = value.to_str().map_err(|_| incomplete("Authorization header is not ASCII."))?;
    let Some(parameters) = value.strip_prefix("AWS4-HMAC-SHA256") else {
        return Err(incomplete("Authorization header requires the AWS4-HMAC-SHA256 algorithm."));
    };
    let parameter = |name: &str| {
        parameters
            .split(',')
            .filter_map(|parameter| parameter.trim().split_once('='))
            .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
    };
    for name in ["Credential", "SignedHeaders", "Signature"] {
        if parameter(name).is_none() {
            return Err(incomplete(&format!("Authorization header requires '{name}' parameter.")));
        }
    }
    // {access key id}/{date}/{region}/cognito-idp/aws4_request
    let parts: Vec<&str> = parameter("Credential").unwrap_or_default().split('/').collect();
    match parts[..] {
        [key, _date, region, _service, "aws4_request"] if is_region(region) && !key.is_empty() => {
            Ok(Some(Scope::of_credentials(key, region)))
        }
        _ => Err(incomplete("Credential must have the form key/date/region/service/aws4_request.")),
    }
}

fn is_region(region: &str) -> bool {
    (1..=40).contains(&region.len())
        && region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn scope_of(value: &str) -> Result<Option<Scope>, &'static str> {
        let request = TestRequest::default().insert_header((header::AUTHORIZATION, value)).to_http_request();
        scope(&request).map_err(|error| error.code)
    }

    #[test]
    fn account_and_region_come_from_the_credential() {
        let value = |credential: &str| {
            format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host;x-amz-date, Signature=abc")
        };
        let found =
            scope_of(&value("123456789012/20260101/eu-west-1/cognito-idp/aws4_request")).unwrap().unwrap();
        assert_eq!((found.account.as_str(), found.region.as_str()), ("123456789012", "eu-west-1"));
        for bad in
            ["", "key", "/20260101/eu-west-1/cognito-idp/aws4_request", "k/d/EU_1/cognito-idp/aws4_request"]
        {
            assert_eq!(scope_of(&value(bad)), Err("IncompleteSignatureException"), "{bad}");
        }
        assert_eq!(scope_of("Bearer x"), Err("IncompleteSignatureException"));
        assert_eq!(
            scope_of("AWS4-HMAC-SHA256 Credential=k/d/r/s/aws4_request"),
            Err("IncompleteSignatureException")
        );
    }
}
