//! What the scene says and how it fails, and the SDK's client whose requests take turns between the replicas.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::{
    BehaviorVersion, Config, ConfigBag, Credentials, Intercept, Region, RuntimeComponents,
};
use aws_sdk_cognitoidentityprovider::error::{BoxError, ProvideErrorMetadata, SdkError};
use aws_smithy_json::codec::{JsonCodec, JsonCodecSettings};
use aws_smithy_schema::codec::Codec;
use aws_smithy_schema::serde::{SerializableStruct, ShapeSerializer};
use serde_json::{Value, json};

pub(crate) const SAML_METADATA: &str = include_str!("../../fixtures/saml-metadata.xml");

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The client on stage, the name of the scene, and what Cognito would answer.
pub(crate) struct Stage {
    pub(crate) cognito: Client,
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) expected: Value,
    http: reqwest::Client,
    endpoints: Arc<Endpoints>,
}

impl Stage {
    pub(crate) fn from_environment() -> Outcome<Self> {
        let urls: Vec<String> = variable("POOLHOUSE_ENDPOINT")?
            .split(',')
            .map(|url| url.trim_end_matches('/').to_owned())
            .collect();
        let region = std::env::var("AWS_DEFAULT_REGION").unwrap_or_else(|_| "us-east-1".to_owned());
        let credentials = Credentials::new(
            variable("AWS_ACCESS_KEY_ID")?,
            variable("AWS_SECRET_ACCESS_KEY")?,
            None,
            None,
            "scene",
        );
        let endpoints = Arc::new(Endpoints { urls, turn: AtomicUsize::new(0) });
        let config = Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.clone()))
            .credentials_provider(credentials)
            .endpoint_url(endpoints.next())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            // One attempt: a retry would hide an internal error.
            .retry_config(RetryConfig::disabled())
            .interceptor(TakeTurns(Arc::clone(&endpoints)))
            .build();
        Ok(Self {
            cognito: Client::from_conf(config),
            name: format!("scene-rust-{}", variable("SCENE_NAME")?).to_lowercase(),
            region,
            expected: serde_json::from_str(include_str!("../../fixtures/expected.json"))?,
            http: reqwest::Client::builder().build()?,
            endpoints,
        })
    }

    pub(crate) async fn get_json(&self, url: &str) -> Outcome<Value> {
        let body = self.http.get(url).send().await?.error_for_status()?.text().await?;
        Ok(serde_json::from_str(&body)?)
    }

    /// What Poolhouse sent to this address, newest first.
    pub(crate) async fn messages(&self, pool: &str, to: &str) -> Outcome<Vec<Value>> {
        let url = format!("{}/_poolhouse/messages?pool={pool}&to={to}", self.endpoints.next());
        let mut answer = self.get_json(&url).await?;
        Ok(serde_json::from_value(answer["messages"].take())?)
    }

    /// `call` is refused with the code and the exact message that expected.json has for `error`.
    pub(crate) async fn refused<T, E: ProvideErrorMetadata>(
        &self,
        error: &str,
        values: &[(&str, &str)],
        call: impl Future<Output = Result<T, SdkError<E>>>,
    ) -> Outcome {
        let mut wanted = self.expected["errors"][error].clone();
        let mut message = wanted[1].as_str().ok_or("an error that expected.json has not")?.to_owned();
        for (key, value) in values {
            message = message.replace(&format!("{{{key}}}"), value);
        }
        wanted[1] = message.into();
        let (code, message) = failure(error, call).await?;
        equal(error, &json!([code, message]), &wanted)
    }
}

/// The replicas, in turn.
#[derive(Debug)]
struct Endpoints {
    urls: Vec<String>,
    turn: AtomicUsize,
}

impl Endpoints {
    fn next(&self) -> &str {
        &self.urls[self.turn.fetch_add(1, Ordering::Relaxed) % self.urls.len()]
    }
}

#[derive(Debug)]
struct TakeTurns(Arc<Endpoints>);

impl Intercept for TakeTurns {
    fn name(&self) -> &'static str {
        "TakeTurns"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().set_uri(format!("{}/", self.0.next()))?;
        Ok(())
    }
}

pub(crate) fn variable(name: &str) -> Outcome<String> {
    std::env::var(name).map_err(|error| format!("{name}: {error}").into())
}

pub(crate) fn done(group: &str) {
    println!("rust: {group}");
}

pub(crate) fn check(holds: bool, message: &str) -> Outcome {
    if holds { Ok(()) } else { Err(message.into()) }
}

/// Structures are compared member by member, so that the first difference is told and nothing else.
pub(crate) fn equal(what: &str, actual: &Value, expected: &Value) -> Outcome {
    if let (Some(found), Some(wanted)) = (actual.as_object(), expected.as_object()) {
        for key in wanted.keys().chain(found.keys()) {
            equal(&format!("{what}: {key}"), &actual[key], &expected[key])?;
        }
        return Ok(());
    }
    check(actual == expected, &format!("{what}\n  expected: {expected}\n  actual:   {actual}"))
}

/// Every member of `expected` is in `actual`, with that value.
pub(crate) fn has(what: &str, actual: &Value, expected: &Value) -> Outcome {
    for (key, value) in expected.as_object().ok_or("expected values that are not an object")? {
        equal(&format!("{what}: {key}"), &actual[key], value)?;
    }
    Ok(())
}

/// The code and the message with which the service refuses `call`.
pub(crate) async fn failure<T, E: ProvideErrorMetadata>(
    what: &str,
    call: impl Future<Output = Result<T, SdkError<E>>>,
) -> Outcome<(String, String)> {
    let error = call.await.err().ok_or_else(|| format!("{what}: the call should have been refused"))?;
    let status = error.raw_response().map(|response| response.status().as_u16());
    let refusal = error.as_service_error().ok_or_else(|| format!("{what}: no answer of the service"))?;
    equal(&format!("{what}: status"), &json!(status), &json!(400))?;
    Ok((refusal.code().unwrap_or_default().to_owned(), refusal.message().unwrap_or_default().to_owned()))
}

/// What the SDK understood of an answer, as JSON, so that it can be kept in a file and compared.
pub(crate) fn json(answer: &impl SerializableStruct) -> Outcome<Value> {
    let mut serializer = JsonCodec::new(JsonCodecSettings::default()).create_serializer();
    serializer.write_struct(answer.schema(), answer)?;
    Ok(serde_json::from_slice(&serializer.finish())?)
}

pub(crate) fn json_list<T: SerializableStruct>(items: &[T]) -> Outcome<Value> {
    items.iter().map(json).collect()
}

/// Seconds since 1970 that are not far from now.
pub(crate) fn recent(what: &str, date: &Value) -> Outcome {
    #[expect(
        clippy::disallowed_methods,
        reason = "the dates of a running server are compared with the real time"
    )]
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    let date = date.as_f64().ok_or_else(|| format!("{what} is not a date: {date}"))?;
    check((now - date).abs() < 600.0, &format!("{what} is {} seconds ago", now - date))
}

/// Whether `text` is `length` characters of which each is a digit or one of `letters`.
pub(crate) fn made_of(
    text: &Value,
    length: std::ops::RangeInclusive<usize>,
    letters: fn(char) -> bool,
) -> bool {
    text.as_str().is_some_and(|text| {
        length.contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit() || letters(c))
    })
}

pub(crate) fn string(value: &Value) -> Outcome<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("not a string: {value}").into())
}
