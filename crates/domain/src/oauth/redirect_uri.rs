//! Where the browser goes back to: a URL that the client registered, with parameters added.

use url::form_urlencoded::Serializer;

/// The URL with parameters in its query (RFC 6749 section 3.1.2: what it has already stays).
pub fn with_query(uri: &str, parameters: &[(&str, &str)]) -> String {
    let separator = match uri.find('?') {
        None => "?",
        Some(position) if position + 1 == uri.len() || uri.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{separator}{}", encoded(parameters))
}

/// The URL with parameters in its fragment. Registered URLs have none.
pub fn with_fragment(uri: &str, parameters: &[(&str, &str)]) -> String {
    format!("{uri}#{}", encoded(parameters))
}

fn encoded(parameters: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(parameters).finish()
}
