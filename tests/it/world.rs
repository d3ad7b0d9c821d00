//! A server of a test's own, and the calls that a test makes.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

use api::config::Config;
use api::{
    Clock as _, FixedClock, KeyStock, Listeners, Poolhouse, Random, SeededRandom, SystemClock, Tls,
    generate_key, serve,
};
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use storage::{Sealer, Store};
use wire::Operation;

/// Errors of the protocol, which the model lists for no operation.
const PROTOCOL_ERRORS: [&str; 6] = [
    "IncompleteSignatureException",
    "MissingAuthenticationTokenException",
    "NotImplementedException",
    "RequestEntityTooLargeException",
    "SerializationException",
    "UnknownOperationException",
];

/// The password of users that a world makes.
pub const PASSWORD: &str = "Passw0rd!";

/// Every flow of app clients that needs no trigger.
pub const ALL_FLOWS: [&str; 5] = [
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
];

/// The scope of a signed call: `test` is no account, so it is 000000000000.
pub const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
    Credential=test/20260102/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0";

/// Makes `sqlite::name` and `postgres::name` of tests that take a [`World`]. Without POOLHOUSE_TEST_POSTGRES_URL the
/// latter end at once; `cargo xtask test` sets it.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $name() { super::$name(crate::world::World::on_sqlite().await).await })*
        }
        mod postgres {
            $(#[tokio::test] async fn $name() {
                if let Some(world) = crate::world::World::on_postgres().await { super::$name(world).await }
            })*
        }
    };
}
pub(crate) use on_both;

pub struct World {
    pub url: String,
    /// Of HTTPS, with `tls`.
    pub https_port: Option<u16>,
    pub clock: Arc<FixedClock>,
    pub http: reqwest::Client,
    pub store: Store,
    authorization: String,
    _folder: Option<Folder>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    /// The body of a call that succeeded.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        serde_json::from_str(&self.text).unwrap()
    }

    /// Code and message of a call that was refused.
    #[track_caller]
    pub fn error(self) -> (String, String) {
        assert_eq!(self.status, 400, "{}", self.text);
        let body: Value = serde_json::from_str(&self.text).unwrap();
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        assert_eq!(self.headers["x-amzn-errortype"], format!("{}:", text("__type")));
        (text("__type"), text("message"))
    }
}

impl World {
    pub async fn on_sqlite() -> Self {
        Self::on_sqlite_with(Config::default()).await
    }

    /// A server with these settings, as far as tests do not set them.
    pub async fn on_sqlite_with(config: Config) -> Self {
        let folder = Folder::new();
        let url = format!("sqlite:{}", folder.0.join("poolhouse.db").display());
        Self::on(&url, Some(folder), "127.0.0.1:0", config).await
    }

    /// A server that is reachable from other machines.
    pub async fn in_the_open(control_token: Option<&str>) -> Self {
        let folder = Folder::new();
        let url = format!("sqlite:{}", folder.0.join("poolhouse.db").display());
        let control_token = control_token.map(|token| token.to_owned().into());
        Self::on(&url, Some(folder), "0.0.0.0:0", Config { control_token, ..Config::default() }).await
    }

    pub async fn on_postgres() -> Option<Self> {
        Self::on_postgres_with(Config::default()).await
    }

    pub async fn on_postgres_with(config: Config) -> Option<Self> {
        let admin = std::env::var("POOLHOUSE_TEST_POSTGRES_URL").ok()?;
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("it_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut connection = sqlx::PgConnection::connect(&admin).await.unwrap();
        connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        connection.close().await.unwrap();
        let server = admin.rsplit_once('/').unwrap().0;
        Some(Self::on(&format!("{server}/{name}"), None, "127.0.0.1:0", config).await)
    }

    async fn on(database_url: &str, folder: Option<Folder>, listen: &str, config: Config) -> Self {
        let store = Store::connect(database_url, Sealer::new(&[7; 32]).unwrap()).await.unwrap();
        storage::migrate(&store).await.unwrap();
        Self::serving(store, folder, listen, config, Arc::new(SeededRandom::new(42))).await
    }

    /// Another server on the same database, with these settings.
    pub async fn replica(&self, config: Config) -> Self {
        // Another seed: what it makes must not have the ids of what is there.
        self.replica_with(config, Arc::new(SeededRandom::new(43))).await
    }

    /// Another server on the same database, with another source of randomness.
    pub async fn replica_with(&self, config: Config, random: Arc<dyn Random>) -> Self {
        Self::serving(self.store.clone(), None, "127.0.0.1:0", config, random).await
    }

    async fn serving(
        store: Store,
        folder: Option<Folder>,
        listen: &str,
        config: Config,
        random: Arc<dyn Random>,
    ) -> Self {
        let config = Config { workers: Some(1), ..config };
        let stands_at = DateTime::from_timestamp(1_767_323_045, 678_000_000).unwrap();
        // Clients hold certificates against the time of day.
        let clock = Arc::new(FixedClock::new(if config.tls { SystemClock.now() } else { stands_at }));
        let http = TcpListener::bind(listen).unwrap();
        let url = format!("http://127.0.0.1:{}", http.local_addr().unwrap().port());
        let mut https = None;
        if config.tls {
            let tls =
                Tls::new(&store, &config, clock.clone(), random.clone(), Some("poolhouse")).await.unwrap();
            tokio::spawn(tls.clone().follow_custom_domains(store.clone()));
            https = Some((TcpListener::bind("127.0.0.1:0").unwrap(), tls));
        }
        let https_port = https.as_ref().map(|(listener, _)| listener.local_addr().unwrap().port());
        let poolhouse = Poolhouse::with_keys(store.clone(), clock.clone(), random, config, key_stock());
        tokio::spawn(serve(poolhouse, Listeners { http, https }).unwrap());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let authorization = AUTHORIZATION.to_owned();
        Self { url, https_port, clock, http, store, authorization, _folder: folder }
    }

    /// Calls as another account or region from here on.
    pub fn as_caller(&mut self, access_key: &str, region: &str) {
        self.authorization = AUTHORIZATION
            .replace("Credential=test", &format!("Credential={access_key}"))
            .replace("us-east-1", region);
    }

    /// What the server's clock says.
    pub fn now(&self) -> DateTime<chrono::Utc> {
        self.clock.now()
    }

    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Calls an operation, signed. Every error must be one that the model lists for it.
    pub async fn call(&self, operation: &str, body: Value) -> Answer {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let headers = [("x-amz-target", target.as_str()), ("authorization", self.authorization.as_str())];
        let answer = self.post(&headers, body.to_string()).await;
        if answer.status != 200 {
            let body: Value = serde_json::from_str(&answer.text).unwrap();
            let code = body["__type"].as_str().unwrap();
            let listed = Operation::from_name(operation).unwrap().errors();
            assert!(
                PROTOCOL_ERRORS.contains(&code) || listed.iter().any(|error| error.as_str() == code),
                "{code} is no error of {operation}: {}",
                answer.text
            );
        }
        answer
    }

    /// Calls an operation that must succeed.
    #[track_caller]
    pub fn ok(&self, operation: &str, body: Value) -> impl Future<Output = Value> {
        let call = self.call(operation, body);
        async move { call.await.ok() }
    }

    /// Calls an operation that must be refused with this code and message.
    pub async fn refused(&self, operation: &str, body: Value, code: &str, message: &str) {
        let (found_code, found_message) = self.call(operation, body.clone()).await.error();
        assert_eq!((found_code.as_str(), found_message.as_str()), (code, message), "{operation} {body}");
    }

    /// `POST /` with these headers.
    pub async fn post(&self, headers: &[(&str, &str)], body: impl Into<reqwest::Body>) -> Answer {
        let mut request =
            self.http.post(&self.url).header("content-type", "application/x-amz-json-1.1").body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        let response = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    /// A pool with these members beside its name. Returns its id.
    pub async fn pool(&self, members: Value) -> String {
        let mut request = json!({ "PoolName": "team" });
        request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        self.ok("CreateUserPool", request).await["UserPool"]["Id"].as_str().unwrap().to_owned()
    }

    /// A client of a pool with these members beside its name. Returns its id.
    pub async fn client(&self, pool: &str, members: Value) -> String {
        let mut request = json!({ "UserPoolId": pool, "ClientName": "app" });
        request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let created = self.ok("CreateUserPoolClient", request).await;
        created["UserPoolClient"]["ClientId"].as_str().unwrap().to_owned()
    }

    /// A user with a password of their own, who can sign in. Returns their sub.
    pub async fn user(&self, pool: &str, username: &str, attributes: Value) -> String {
        let mut list = Vec::new();
        for (name, value) in attributes.as_object().unwrap() {
            list.push(json!({ "Name": name, "Value": value }));
        }
        let request = json!({ "UserPoolId": pool, "Username": username, "UserAttributes": list, "MessageAction": "SUPPRESS" });
        let user = self.ok("AdminCreateUser", request).await["User"].clone();
        let set =
            json!({ "UserPoolId": pool, "Username": username, "Password": PASSWORD, "Permanent": true });
        self.ok("AdminSetUserPassword", set).await;
        let attributes = user["Attributes"].as_array().unwrap();
        attributes.iter().find(|attribute| attribute["Name"] == "sub").unwrap()["Value"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A client that allows all flows but custom ones.
    pub async fn open_client(&self, pool: &str) -> String {
        self.client(pool, json!({ "ExplicitAuthFlows": ALL_FLOWS })).await
    }

    /// Begins USER_PASSWORD_AUTH.
    pub async fn initiate(&self, client: &str, username: &str, password: &str) -> Answer {
        let parameters = json!({ "USERNAME": username, "PASSWORD": password });
        let request =
            json!({ "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        self.call("InitiateAuth", request).await
    }

    /// Signs in by password without further challenges. Returns AuthenticationResult.
    pub async fn sign_in(&self, client: &str, username: &str) -> Value {
        self.initiate(client, username, PASSWORD).await.ok()["AuthenticationResult"].clone()
    }

    /// Answers a challenge.
    pub async fn respond(&self, client: &str, challenge: &Value, answers: Value) -> Answer {
        let request = json!({
            "ClientId": client, "ChallengeName": challenge["ChallengeName"], "Session": challenge["Session"],
            "ChallengeResponses": answers,
        });
        self.call("RespondToAuthChallenge", request).await
    }

    /// Messages in the outbox that a query selects, the newest first.
    pub async fn messages(&self, query: &str) -> Vec<Value> {
        let answer = self.get(&format!("/_poolhouse/messages?{query}")).await.ok();
        answer["messages"].as_array().unwrap().clone()
    }
}

/// Two keys for all servers of a test run: making a key takes longer than most tests.
fn key_stock() -> KeyStock {
    static KEYS: LazyLock<KeyStock> = LazyLock::new(|| KeyStock::given(vec![generate_key(), generate_key()]));
    KEYS.clone()
}

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("poolhouse-it-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // what is left behind is in the system's temporary folder
    }
}
