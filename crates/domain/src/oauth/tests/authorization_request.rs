//! What an application may ask for, and where it is told that it may not.

use serde_json::{Value, json};

use super::{CALLBACK, client, resource_scopes};
use crate::app_clients::AppClient;
use crate::oauth::{
    AuthorizationRequest, OAuthError, PageRefusal, Parameters, Prompt, Refusal, ResponseType,
};

/// The S256 challenge of RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A query with these pairs, encoded.
fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// What becomes of a query, at managed login.
fn asked(client: &AppClient, query: &str) -> Result<AuthorizationRequest, Refusal> {
    AuthorizationRequest::new(&Parameters::parse(query.as_bytes()), client, &resource_scopes(), true)
}

/// A query for a code with these parameters more.
fn for_code(more: &[(&str, &str)]) -> String {
    let mut pairs = vec![("redirect_uri", CALLBACK), ("response_type", "code")];
    pairs.extend(more);
    query(&pairs)
}

/// What the application is told of a query for a code.
fn refusal(more: &[(&str, &str)]) -> Option<OAuthError> {
    match asked(&client(&json!({})), &for_code(more)) {
        Ok(_) => None,
        Err(Refusal::Redirect { error, .. }) => Some(error),
        Err(Refusal::Page(refusal)) => panic!("{more:?}: {refusal}"),
    }
}

#[test]
fn a_request_holds_what_was_asked_for() {
    let asked_for = asked(
        &client(&json!({})),
        &for_code(&[
            ("client_id", "1example23456789"),
            ("scope", "openid api/read email"),
            ("state", "a b&c=d#é"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("resource", "https://api.example.com"),
            ("prompt", "login"),
            ("response_mode", "form_post"), // means nothing here, as anything unknown
        ]),
    );
    let expected = AuthorizationRequest {
        redirect_uri: CALLBACK.to_owned(),
        redirect_uri_was_given: true,
        response_type: ResponseType::Code,
        scopes: "openid api/read email".to_owned(),
        state: Some("a b&c=d#é".to_owned()),
        nonce: Some("n-0S6_WzA2Mj".to_owned()),
        code_challenge: Some(CHALLENGE.to_owned()),
        resource: Some("https://api.example.com".to_owned()),
        prompt: Prompt { login: true, ..Prompt::default() },
    };
    assert_eq!(asked_for, Ok(expected));
}

#[test]
fn the_first_broken_rule_is_told_on_a_page_until_the_application_is_known() {
    let page = |refusal| Err(Refusal::Page(refusal));
    let application = |error, state: Option<&str>| {
        Err(Refusal::Redirect { redirect_uri: CALLBACK.to_owned(), error, state: state.map(str::to_owned) })
    };
    let state = Some("xyz");
    let no_domain = json!({ "AllowedOAuthFlowsUserPoolClient": false });
    let no_provider = json!({ "SupportedIdentityProviders": [] });
    let only_code = json!({ "AllowedOAuthFlows": ["code"] });
    let two_urls = json!({ "CallbackURLs": [CALLBACK, "https://app.example.com/other"] });
    let all_wrong = "state=xyz&state=xyz&response_type=id_token&code_challenge=x&code_challenge_method=plain\
                     &prompt=now&resource=x&scope=what";
    let to = query(&[("redirect_uri", CALLBACK)]);
    for (settings, query, told) in [
        (&no_domain, format!("{to}&{to}&{all_wrong}"), page(PageRefusal::NotEnabled)),
        (&no_provider, format!("{to}&{to}&{all_wrong}"), page(PageRefusal::UnauthorizedClient)),
        (&only_code, format!("{to}&{to}&{all_wrong}"), page(PageRefusal::InvalidRequest)),
        (&only_code, format!("client_id=1&client_id=1&{all_wrong}"), page(PageRefusal::InvalidRequest)),
        (&only_code, format!("redirect_uri=x&{all_wrong}"), page(PageRefusal::RedirectMismatch)),
        (&two_urls, all_wrong.to_owned(), page(PageRefusal::Missing("redirect_uri"))),
        (&two_urls, format!("redirect_uri=&{all_wrong}"), page(PageRefusal::Missing("redirect_uri"))),
        (&only_code, format!("{to}&{all_wrong}"), application(OAuthError::InvalidRequest, state)),
        (&only_code, format!("{to}&scope=what"), application(OAuthError::InvalidRequest, None)),
        (
            &only_code,
            format!("{to}&state=xyz&response_type=id_token&scope=what"),
            application(OAuthError::InvalidRequest, state),
        ),
        (
            &only_code,
            format!("{to}&state=xyz&response_type=token&prompt=now&scope=what"),
            application(OAuthError::UnauthorizedClient, state),
        ),
        (
            &only_code,
            format!("{to}&state=xyz&response_type=code&code_challenge=x&scope=what"),
            application(OAuthError::InvalidRequest, state),
        ),
        (
            &only_code,
            format!("{to}&state=xyz&response_type=code&prompt=now&scope=what"),
            application(OAuthError::InvalidRequest, state),
        ),
        (
            &only_code,
            format!("{to}&state=xyz&response_type=code&resource=x&scope=what"),
            application(OAuthError::InvalidRequest, state),
        ),
        (
            &only_code,
            format!("{to}&state=xyz&response_type=code&scope=what"),
            application(OAuthError::InvalidScope, state),
        ),
    ] {
        assert_eq!(asked(&client(settings), &query), told, "{settings} {query}");
    }
}

#[test]
fn a_redirect_uri_is_a_registered_one_byte_for_byte() {
    let client = client(&json!({ "CallbackURLs": [CALLBACK, "myapp://cb", "http://localhost:3000/cb"] }));
    for same in [CALLBACK, "myapp://cb", "http://localhost:3000/cb"] {
        let asked = asked(&client, &query(&[("redirect_uri", same), ("response_type", "code")])).unwrap();
        assert_eq!((asked.redirect_uri.as_str(), asked.redirect_uri_was_given), (same, true));
    }
    for other in [
        "https://app.example.com/cb",
        "https://app.example.com/cb?from=pool&more=1",
        "https://app.example.com/cb?from=pool#",
        "https://app.example.com/cb?from=pool#x",
        "https://app.example.com/cb?from=%70ool",
        "https://app.example.com/%63b?from=pool",
        "https://app.example.com/CB?from=pool",
        "https://APP.example.com/cb?from=pool",
        "HTTPS://app.example.com/cb?from=pool",
        "http://app.example.com/cb?from=pool",
        "https://app.example.com:443/cb?from=pool",
        "https://app.example.com./cb?from=pool",
        "https://app.example.com/x/../cb?from=pool",
        "https://app.example.com/./cb?from=pool",
        "https://app.example.com//cb?from=pool",
        "https://app.example.com\\cb?from=pool",
        "https://user@app.example.com/cb?from=pool",
        "https://app.example.com@evil.example/cb?from=pool",
        "https://app.example.com.evil.example/cb?from=pool",
        " https://app.example.com/cb?from=pool",
        "https://app.example.com/cb?from=pool ",
        "https://app.example.com/cb?from=pool\n",
        "http://localhost:3000/cb/",
        "http://localhost:3001/cb",
        "http://127.0.0.1:3000/cb",
        "myapp://cb/",
        "MYAPP://cb",
        "myapp:cb",
        "javascript:alert(1)",
        "//app.example.com/cb?from=pool",
        "/cb",
    ] {
        let told = asked(&client, &query(&[("redirect_uri", other), ("response_type", "code")]));
        assert_eq!(told, Err(Refusal::Page(PageRefusal::RedirectMismatch)), "{other}");
    }
}

#[test]
fn a_redirect_uri_may_be_left_out_where_it_is_beyond_doubt() {
    const OTHER: &str = "https://app.example.com/other";
    let both = json!([CALLBACK, OTHER]);
    for (settings, taken) in [
        (json!({}), Some(CALLBACK)),
        (json!({ "CallbackURLs": both }), None),
        (json!({ "CallbackURLs": both, "DefaultRedirectURI": OTHER }), Some(OTHER)),
    ] {
        let told = asked(&client(&settings), "response_type=code");
        match taken {
            Some(taken) => {
                let asked = told.unwrap();
                assert_eq!((asked.redirect_uri.as_str(), asked.redirect_uri_was_given), (taken, false));
            }
            None => assert_eq!(told, Err(Refusal::Page(PageRefusal::Missing("redirect_uri"))), "{settings}"),
        }
        // With several providers nothing is beyond doubt.
        let mut client = client(&settings);
        client.settings.supported_identity_providers = Some(vec!["COGNITO".to_owned(), "Google".to_owned()]);
        let told = asked(&client, "response_type=code");
        assert_eq!(told, Err(Refusal::Page(PageRefusal::Missing("redirect_uri"))), "{settings}");
    }
}

#[test]
fn no_parameter_comes_twice() {
    for name in ["response_type", "scope", "state", "nonce", "code_challenge", "anything"] {
        let twice = for_code(&[(name, "code"), (name, "code")]);
        let told = asked(&client(&json!({})), &twice);
        let Err(Refusal::Redirect { error, redirect_uri, .. }) = told else { panic!("{name}: {told:?}") };
        assert_eq!((error, redirect_uri.as_str()), (OAuthError::InvalidRequest, CALLBACK), "{name}");
    }
    for name in ["redirect_uri", "client_id"] {
        let twice = query(&[(name, CALLBACK), (name, CALLBACK), ("response_type", "code")]);
        let told = asked(&client(&json!({})), &twice);
        assert_eq!(told, Err(Refusal::Page(PageRefusal::InvalidRequest)), "{name}");
    }
}

#[test]
fn a_response_type_is_a_code_or_tokens() {
    let asked_for = |response_type: &str| {
        let query = query(&[("redirect_uri", CALLBACK), ("response_type", response_type)]);
        asked(&client(&json!({})), &query).map(|asked| asked.response_type)
    };
    assert_eq!(asked_for("code"), Ok(ResponseType::Code));
    assert_eq!(asked_for("token"), Ok(ResponseType::Token));
    for other in ["", "id_token", "code token", "token id_token", "none", "CODE", " code"] {
        assert!(matches!(asked_for(other), Err(Refusal::Redirect { error: OAuthError::InvalidRequest, .. })));
    }
    for (flow, response_type) in [("code", "token"), ("implicit", "code")] {
        let query = query(&[("redirect_uri", CALLBACK), ("response_type", response_type)]);
        let told = asked(&client(&json!({ "AllowedOAuthFlows": [flow] })), &query);
        let is_refused = matches!(told, Err(Refusal::Redirect { error: OAuthError::UnauthorizedClient, .. }));
        assert!(is_refused, "{flow} {response_type}: {told:?}");
    }
}

#[test]
fn a_challenge_has_the_method_s256_and_the_form_of_a_hash() {
    let long = format!("{CHALLENGE}A");
    let padded = format!("{CHALLENGE}=");
    for (challenge, method, is_taken) in [
        (None, None, true),
        (Some(CHALLENGE), Some("S256"), true),
        (Some(CHALLENGE), None, false),
        (Some(CHALLENGE), Some("plain"), false),
        (Some(CHALLENGE), Some("s256"), false),
        (None, Some("S256"), false),
        (None, Some("plain"), false),
        (Some(""), Some("S256"), false),
        (Some("short"), Some("S256"), false),
        (Some(long.as_str()), Some("S256"), false),
        (Some(padded.as_str()), Some("S256"), false),
        (Some(&CHALLENGE[1..]), Some("S256"), false),
        (Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"), Some("S256"), false),
    ] {
        let mut more = Vec::new();
        more.extend(challenge.map(|challenge| ("code_challenge", challenge)));
        more.extend(method.map(|method| ("code_challenge_method", method)));
        let expected = (!is_taken).then_some(OAuthError::InvalidRequest);
        assert_eq!(refusal(&more), expected, "{challenge:?} {method:?}");
    }
}

#[test]
fn prompts_are_words_of_openid_connect_and_none_stands_alone() {
    let none = Prompt { none: true, ..Prompt::default() };
    let login = Prompt { login: true, ..Prompt::default() };
    let select = Prompt { select_account: true, ..Prompt::default() };
    for (text, prompt) in [
        ("", Some(Prompt::default())),
        ("none", Some(none)),
        ("login", Some(login)),
        ("select_account", Some(select)),
        ("consent", Some(Prompt::default())),
        ("login  select_account consent", Some(Prompt { select_account: true, ..login })),
        ("none login", None),
        ("consent none", None),
        ("none none", None),
        ("Login", None),
        ("login now", None),
        ("login,consent", None),
    ] {
        let told = asked(&client(&json!({})), &for_code(&[("prompt", text)]));
        assert_eq!(told.ok().map(|asked| asked.prompt), prompt, "{text}");
    }
    // The classic pages do not know it.
    for text in ["none", "login", "what"] {
        let parameters = Parameters::parse(for_code(&[("prompt", text)]).as_bytes());
        let asked = AuthorizationRequest::new(&parameters, &client(&json!({})), &resource_scopes(), false);
        assert_eq!(asked.unwrap().prompt, Prompt::default(), "{text}");
    }
}

#[test]
fn a_resource_is_an_absolute_url_without_a_fragment() {
    for (resource, is_taken) in [
        ("https://api.example.com", true),
        ("https://api.example.com/v1?tenant=7", true),
        ("http://localhost:8080/api", true),
        ("myapi://photos", true),
        ("http://api.example.com", false),
        ("http://127.0.0.1", false),
        ("https://api.example.com/#part", false),
        ("https://api.example.com/#", false),
        ("javascript:alert(1)", false),
        ("data:text/plain,x", false),
        ("api.example.com", false),
        ("/photos", false),
        ("https://", false),
    ] {
        let expected = (!is_taken).then_some(OAuthError::InvalidRequest);
        assert_eq!(refusal(&[("resource", resource)]), expected, "{resource}");
    }
    let twice = [("resource", "https://a.example"), ("resource", "https://b.example")];
    assert_eq!(refusal(&twice), Some(OAuthError::InvalidRequest));
}

#[test]
fn a_state_goes_back_with_every_refusal_that_the_application_hears() {
    for (more, error) in [
        (json!({ "scope": "what" }), OAuthError::InvalidScope),
        (json!({ "resource": "what" }), OAuthError::InvalidRequest),
    ] {
        let Value::Object(members) = more else { unreachable!() };
        let mut pairs = vec![("state", "a&b=c\r\nd")];
        pairs.extend(members.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())));
        let told = asked(&client(&json!({})), &for_code(&pairs));
        let state = Some("a&b=c\r\nd".to_owned());
        assert_eq!(told, Err(Refusal::Redirect { redirect_uri: CALLBACK.to_owned(), error, state }));
    }
}
