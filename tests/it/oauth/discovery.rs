//! Discovery and keys, as they name the endpoints of a domain.

use serde_json::{Value, json};

use super::App;
use super::browser::Browser;
use crate::tokens::claims;
use crate::world::{World, on_both};

on_both!(
    a_document_names_the_endpoints_of_the_domain,
    a_pool_without_a_domain_has_no_endpoints,
    a_custom_domain_goes_first,
    the_issuer_of_tokens_is_that_of_the_document,
    the_documents_are_open_to_scripts_and_to_nobody_unknown,
);

const CERTIFICATE: &str =
    "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";

/// The document as it is read at a name of this server.
async fn document(world: &World, name: &str, pool: &str) -> Value {
    Browser::at(world, name).get(&format!("/{pool}/.well-known/openid-configuration")).await.ok()
}

/// The document of a pool at an issuer, with its endpoints below `domain`.
fn expected(origin: &str, pool: &str, domain: &str) -> Value {
    json!({
        "authorization_endpoint": format!("{domain}/oauth2/authorize"),
        "end_session_endpoint": format!("{domain}/logout"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": format!("{origin}/{pool}"),
        "jwks_uri": format!("{origin}/{pool}/.well-known/jwks.json"),
        "response_types_supported": ["code", "token"],
        "revocation_endpoint": format!("{domain}/oauth2/revoke"),
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": format!("{domain}/oauth2/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": format!("{domain}/oauth2/userInfo"),
    })
}

async fn a_document_names_the_endpoints_of_the_domain(world: World) {
    let app = App::new(&world).await;
    let port = world.url.rsplit_once(':').unwrap().1;
    let (origin, by_host) =
        (format!("http://localhost:{port}"), format!("http://acme.auth.us-east-1.localhost:{port}"));
    // A name without a dot may lead elsewhere in other networks, and is in no document.
    for name in ["localhost", "acme.auth.us-east-1.localhost", "poolhouse"] {
        assert_eq!(document(&world, name, &app.pool).await, expected(&origin, &app.pool, &by_host), "{name}");
    }
    // A browser that was led here by an address cannot be led on by names.
    let origin = format!("http://127.0.0.1:{port}");
    let by_path = format!("{origin}/domains/acme");
    assert_eq!(document(&world, "127.0.0.1", &app.pool).await, expected(&origin, &app.pool, &by_path));
    // Whatever it names is there.
    let document = document(&world, "localhost", &app.pool).await;
    for (endpoint, method) in [
        ("authorization_endpoint", "GET"),
        ("end_session_endpoint", "GET"),
        ("token_endpoint", "POST"),
        ("revocation_endpoint", "POST"),
        ("userinfo_endpoint", "GET"),
    ] {
        let mut browser = app.browser(&world);
        let address = document[endpoint].as_str().unwrap();
        let answer =
            if method == "GET" { browser.get(address).await } else { browser.post(address, &[]).await };
        assert_eq!(answer.status, 400, "{address}");
    }
}

async fn a_pool_without_a_domain_has_no_endpoints(world: World) {
    let pool = world.pool(json!({})).await;
    let found = document(&world, "localhost", &pool).await;
    let names: Vec<&String> = found.as_object().unwrap().keys().collect();
    let few = [
        "id_token_signing_alg_values_supported",
        "issuer",
        "jwks_uri",
        "response_types_supported",
        "scopes_supported",
        "subject_types_supported",
    ];
    assert_eq!(names, few);
    world.ok("CreateUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "acme" })).await;
    assert!(document(&world, "localhost", &pool).await["token_endpoint"].is_string());
    world.ok("DeleteUserPoolDomain", json!({ "UserPoolId": pool, "Domain": "acme" })).await;
    assert_eq!(document(&world, "localhost", &pool).await, found);
}

async fn a_custom_domain_goes_first(world: World) {
    let app = App::new(&world).await;
    let config = json!({ "CertificateArn": CERTIFICATE });
    let request =
        json!({ "UserPoolId": app.pool, "Domain": "login.team.example", "CustomDomainConfig": config });
    world.ok("CreateUserPoolDomain", request).await;
    let port = world.url.rsplit_once(':').unwrap().1;
    let found = document(&world, "localhost", &app.pool).await;
    assert_eq!(found["token_endpoint"], json!(format!("http://login.team.example:{port}/oauth2/token")));
    let found = document(&world, "127.0.0.1", &app.pool).await;
    let below = format!("http://127.0.0.1:{port}/domains/login.team.example/oauth2/token");
    assert_eq!(found["token_endpoint"], json!(below));
}

async fn the_issuer_of_tokens_is_that_of_the_document(world: World) {
    let app = App::new(&world).await;
    for (name, prefix) in [
        ("acme.auth.us-east-1.localhost", ""),
        ("localhost", ""),
        ("127.0.0.1", ""),
        ("127.0.0.1", "/domains/acme"),
    ] {
        let mut browser = Browser::at(&world, name);
        let answer = browser.get(&format!("{prefix}/login?{}", app.query(&[]))).await;
        let fields = [("username", "jane"), ("password", crate::world::PASSWORD)];
        let answer = browser.submit(&answer, &fields).await;
        let code = super::browser::parameter(&answer, "code").unwrap();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", super::CALLBACK),
            ("client_id", &app.client),
        ];
        let tokens = browser.post(&format!("{prefix}/oauth2/token"), &form).await.ok();
        let found = document(&world, name, &app.pool).await;
        assert_eq!(claims(&tokens["id_token"])["iss"], found["issuer"], "{name}{prefix}");
        assert_eq!(claims(&tokens["access_token"])["iss"], found["issuer"], "{name}{prefix}");
    }
}

async fn the_documents_are_open_to_scripts_and_to_nobody_unknown(world: World) {
    let app = App::new(&world).await;
    for name in ["localhost", "acme.auth.us-east-1.localhost", "nobody.example.com"] {
        let mut browser = Browser::at(&world, name);
        for document in ["openid-configuration", "jwks.json"] {
            let answer = browser.get(&format!("/{}/.well-known/{document}", app.pool)).await;
            assert_eq!(
                (answer.status, answer.headers["content-type"].as_bytes()),
                (200, &b"application/json"[..])
            );
            assert_eq!(answer.headers["access-control-allow-origin"], "*");
            let answer = browser.get(&format!("/us-east-1_unknown1/.well-known/{document}")).await;
            assert_eq!(answer.status, 404);
            let body: Value = serde_json::from_str(&answer.text).unwrap();
            assert_eq!(body, json!({ "message": "User pool does not exist." }));
        }
        let keys = browser.get(&format!("/{}/.well-known/jwks.json", app.pool)).await.ok();
        assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    }
}
