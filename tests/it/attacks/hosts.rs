//! A stranger's `Host`: it makes no link in a mail and no issuer of a token.

use api::config::Config;
use serde_json::{Value, json};

use crate::world::{PASSWORD, World, on_both};

on_both!(a_strangers_host_makes_no_link_and_no_issuer);

const CERTIFICATE: &str =
    "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";

/// Signs somebody up as a caller by this host does, and signs Jane in. Returns the link of the mail and the issuer, up to their
/// paths.
async fn told(world: &World, pool: &str, client: &str, host: &str, username: &str) -> (String, String) {
    let call = |operation: &str, body: Value| {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let host = host.to_owned();
        async move { world.post(&[("x-amz-target", &target), ("host", &host)], body.to_string()).await.ok() }
    };
    let email = json!([{ "Name": "email", "Value": format!("{username}@example.com") }]);
    let request =
        json!({ "ClientId": client, "Username": username, "Password": PASSWORD, "UserAttributes": email });
    call("SignUp", request).await;
    let sent = world.messages(&format!("pool={pool}&user={username}")).await;
    let body = sent[0]["body"].as_str().unwrap();
    let link = &body[body.find("http").unwrap()..body.find("/confirmUser").unwrap()];
    // It leads to this server where it is followed.
    let rest = body[body.find("/confirmUser").unwrap()..].split(['"', '\'', '<', '>', ' ']).next().unwrap();
    let followed = world.http.get(format!("{}{}", world.url, rest.replace("&amp;", "&")));
    let asked = link.split_once("://").unwrap().1.split('/').next().unwrap();
    let page = followed.header("host", asked).send().await.unwrap();
    assert_eq!(page.status(), 200, "{asked}");

    let parameters = json!({ "USERNAME": "jane", "PASSWORD": PASSWORD });
    let request =
        json!({ "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
    let tokens = call("InitiateAuth", request).await;
    let token = tokens["AuthenticationResult"]["AccessToken"].as_str().unwrap();
    let issuer = claims(token)["iss"].as_str().unwrap().to_owned();
    let discovery = world.http.get(format!("{}/{pool}/.well-known/openid-configuration", world.url));
    let discovery: Value = discovery.header("host", host).send().await.unwrap().json().await.unwrap();
    assert_eq!(discovery["issuer"], json!(issuer), "{host}");
    (link.to_owned(), issuer.strip_suffix(&format!("/{pool}")).unwrap().to_owned())
}

fn claims(token: &str) -> Value {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    let body = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
}

async fn pool_with_links(world: &World) -> (String, String) {
    let pool = world
        .pool(json!({
            "AutoVerifiedAttributes": ["email"],
            "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_LINK" },
        }))
        .await;
    world.user(&pool, "jane", json!({})).await;
    let client = world.open_client(&pool).await;
    (pool, client)
}

async fn a_strangers_host_makes_no_link_and_no_issuer(world: World) {
    let (pool, client) = pool_with_links(&world).await;
    let config = json!({ "CertificateArn": CERTIFICATE });
    let domain = json!({ "UserPoolId": pool, "Domain": "login.team.example", "CustomDomainConfig": config });
    world.ok("CreateUserPoolDomain", domain).await;
    let world =
        world.replica(Config { allowed_hosts: vec!["box.lan".to_owned()], ..Config::default() }).await;
    let port = world.url.rsplit_once(':').unwrap().1;
    let default = format!("http://localhost:{port}");
    let (mut strangers, mut own) = (0, 0);
    for (number, (host, expected)) in [
        ("evil.example", default.as_str()),
        ("evil.example:666", &default),
        ("localhost.evil.example", &default),
        ("poolhouse:9229", &default),
        ("host.docker.internal:9229", &default),
        ("192.0.2.7:9229", &default),
        ("x.auth.us-east-1.amazoncognito.com", &default),
        ("localhost:9229", "http://localhost:9229"),
        ("127.0.0.1:9229", "http://127.0.0.1:9229"),
        ("[::1]:9229", "http://[::1]:9229"),
        ("Box.lan", "http://box.lan"),
        // The names of domains are none of issuers, which are the same at all of them.
        ("acme.auth.us-east-1.localhost:9229", "http://localhost:9229"),
        ("login.team.example:8080", "http://localhost:8080"),
    ]
    .into_iter()
    .enumerate()
    {
        let found = told(&world, &pool, &client, host, &format!("user-{number}")).await;
        assert_eq!(found, (expected.to_owned(), expected.to_owned()), "{host}");
        *if expected == default { &mut strangers } else { &mut own } += 1;
    }
    println!(
        "{strangers} of {strangers} hosts of strangers in no link and no issuer, {own} names of this server in both"
    );
}

#[tokio::test]
async fn the_public_url_goes_before_every_host() {
    let world = World::on_sqlite().await;
    let (pool, client) = pool_with_links(&world).await;
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "acme" })).await;
    let public_url = Some("https://cognito.example.com/base".to_owned());
    let world = world.replica(Config { public_url: public_url.clone(), ..Config::default() }).await;
    for host in ["evil.example", "localhost:9229"] {
        let found = told(&world, &pool, &client, host, &format!("user-of-{}", host.len())).await;
        assert_eq!(found, (public_url.clone().unwrap(), public_url.clone().unwrap()), "{host}");
    }
}
