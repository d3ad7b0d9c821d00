//! What the endpoints of a domain leave in the database: grants behind codes, browsers behind cookies. And how a request
//! finds its domain and its scopes.

use domain::app_clients::AppClient;
use domain::domains::{Domain, DomainKind};
use domain::ids::ClientId;
use domain::resource_servers::ResourceServer;
use domain::user_pools::UserPool;
use domain::user_sessions::UserSession;
use domain::users::User;
use storage::Store;
use tokio::task::JoinSet;

use crate::database::{TestDatabase, on_both};
use crate::oauth_samples::{authorization_code, browser_session};
use crate::samples::{
    assert_reference, at, client, insert_client, insert_pool, insert_user, pool, prefix_domain,
    resource_server, user,
};
use crate::sign_in_samples::user_session;

on_both!(
    a_code_is_read_as_it_was_written_with_its_user,
    a_code_is_used_once,
    of_many_who_show_one_code_at_once_one_uses_it,
    codes_that_wait_are_taken_back_with_their_session_or_all,
    a_code_goes_with_its_user_and_its_client,
    a_code_needs_a_client_and_a_user,
    a_browser_is_found_by_its_cookie_until_it_signs_out,
    sessions_of_a_browser_are_listed_while_they_live,
    a_browser_is_signed_out_by_the_name_of_its_session,
    a_browser_session_goes_with_its_user_and_its_client,
    what_has_ended_is_deleted_a_few_at_a_time,
    domains_of_one_name_are_found_in_all_regions,
    scopes_of_all_resource_servers_are_read_in_full,
    a_session_remembers_where_it_began_and_what_it_is_for,
);

async fn bob(store: &Store) -> (UserPool, AppClient, User) {
    let pool = pool("A");
    insert_pool(store, &pool).await;
    let (client, bob) = (client(&pool, "client1"), user(&pool, 1, "bob"));
    insert_client(store, &client).await;
    insert_user(store, &pool, &bob).await;
    (pool, client, bob)
}

async fn a_code_is_read_as_it_was_written_with_its_user(database: &TestDatabase) {
    let store = database.store().await;
    let (_, client, bob) = bob(&store).await;
    let full = authorization_code(&client, &bob);
    let bare = domain::oauth::AuthorizationCode {
        redirect_uri_was_given: false,
        nonce: None,
        code_challenge: None,
        resource: None,
        used: true,
        ..full.clone()
    };
    let mut tx = store.begin().await.unwrap();
    tx.insert_authorization_code("full", &full).await.unwrap();
    tx.insert_authorization_code("bare", &bare).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = store.read().await.unwrap();
    assert!(read.authorization_code("full").await.unwrap() == Some((full, bob.clone())));
    assert!(read.authorization_code("bare").await.unwrap() == Some((bare, bob)));
    assert!(read.authorization_code("Full").await.unwrap().is_none());
    assert!(read.authorization_code("").await.unwrap().is_none());
}

async fn a_code_is_used_once(database: &TestDatabase) {
    let store = database.store().await;
    let (_, client, bob) = bob(&store).await;
    let mut tx = store.begin().await.unwrap();
    for code in ["one", "two"] {
        tx.insert_authorization_code(code, &authorization_code(&client, &bob)).await.unwrap();
    }
    assert!(tx.use_authorization_code("one").await.unwrap());
    assert!(!tx.use_authorization_code("one").await.unwrap());
    assert!(!tx.use_authorization_code("three").await.unwrap());
    assert!(tx.authorization_code("one").await.unwrap().unwrap().0.used);
    assert!(!tx.authorization_code("two").await.unwrap().unwrap().0.used);
    tx.commit().await.unwrap();
}

async fn codes_that_wait_are_taken_back_with_their_session_or_all(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, client, bob) = bob(&store).await;
    let jane = user(&pool, 2, "jane");
    insert_user(&store, &pool, &jane).await;
    let of = |user: &User, session: &str| domain::oauth::AuthorizationCode {
        origin_session_id: Some(session.to_owned()),
        ..authorization_code(&client, user)
    };
    let mut tx = store.begin().await.unwrap();
    for (code, user, session) in
        [("one", &bob, "sso1"), ("used", &bob, "sso1"), ("other", &bob, "sso2"), ("jane", &jane, "sso1")]
    {
        tx.insert_authorization_code(code, &of(user, session)).await.unwrap();
    }
    assert!(tx.use_authorization_code("used").await.unwrap());
    let unknown = domain::oauth::AuthorizationCode { origin_session_id: None, ..of(&bob, "") };
    tx.insert_authorization_code("old", &unknown).await.unwrap();

    tx.delete_authorization_codes_of_session(&bob.id, "sso1").await.unwrap();
    let mut left = Vec::new();
    for code in ["one", "used", "other", "jane", "old"] {
        left.extend(tx.authorization_code(code).await.unwrap().map(|_| code));
    }
    assert_eq!(left, ["used", "other", "jane", "old"]);
    // Signing out everywhere takes back the others. A used one stays, so that its second use is noticed.
    tx.revoke_user_sessions(&bob.id, at(1)).await.unwrap();
    left.clear();
    for code in ["one", "used", "other", "jane", "old"] {
        left.extend(tx.authorization_code(code).await.unwrap().map(|_| code));
    }
    assert_eq!(left, ["used", "jane"]);
    tx.commit().await.unwrap();
}

async fn of_many_who_show_one_code_at_once_one_uses_it(database: &TestDatabase) {
    let store = database.store().await;
    let (_, client, bob) = bob(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.insert_authorization_code("code", &authorization_code(&client, &bob)).await.unwrap();
    tx.commit().await.unwrap();
    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let store = store.clone();
        callers.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let used = tx.use_authorization_code("code").await.unwrap();
            tx.commit().await.unwrap();
            used
        });
    }
    assert_eq!(callers.join_all().await.into_iter().filter(|used| *used).count(), 1);
}

async fn a_code_goes_with_its_user_and_its_client(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, client, bob) = bob(&store).await;
    let (other, jane) = (crate::samples::client(&pool, "client2"), user(&pool, 2, "jane"));
    let mut tx = store.begin().await.unwrap();
    tx.insert_app_client(&other).await.unwrap();
    tx.insert_user(&pool, &jane).await.unwrap().unwrap();
    for (code, client, user) in [("one", &client, &bob), ("two", &other, &bob), ("three", &client, &jane)] {
        tx.insert_authorization_code(code, &authorization_code(client, user)).await.unwrap();
    }
    assert!(tx.delete_app_client(&pool.id, &other.id).await.unwrap());
    assert!(tx.authorization_code("two").await.unwrap().is_none());
    assert!(tx.delete_user(&jane).await.unwrap());
    assert!(tx.authorization_code("three").await.unwrap().is_none());
    assert!(tx.authorization_code("one").await.unwrap().is_some());
    tx.commit().await.unwrap();
}

async fn a_code_needs_a_client_and_a_user(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, client, bob) = bob(&store).await;
    let of_nobody = authorization_code(&client, &user(&pool, 9, "who"));
    let code = authorization_code(&client, &bob);
    let of_no_client =
        domain::oauth::AuthorizationCode { client_id: ClientId::from("who".to_owned()), ..code };
    for missing in [of_nobody, of_no_client] {
        let mut tx = store.begin().await.unwrap();
        assert_reference(&tx.insert_authorization_code("code", &missing).await);
    }
    let session = browser_session(&client, &user(&pool, 9, "who"), 1);
    let mut tx = store.begin().await.unwrap();
    assert_reference(&tx.insert_browser_session("cookie", &session).await);
}

async fn a_browser_is_found_by_its_cookie_until_it_signs_out(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, client, bob) = bob(&store).await;
    let stranger = crate::samples::pool("B");
    insert_pool(&store, &stranger).await;
    let (one, two) = (browser_session(&client, &bob, 1), browser_session(&client, &bob, 2));
    let mut tx = store.begin().await.unwrap();
    tx.insert_browser_session("one", &one).await.unwrap();
    tx.insert_browser_session("two", &two).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert!(tx.browser_session("one").await.unwrap() == Some((one.clone(), bob.clone())));
    assert!(tx.browser_session("two").await.unwrap() == Some((two, bob)));
    assert!(tx.browser_session(&one.id).await.unwrap().is_none(), "its name is not its cookie");
    // Of this pool alone, and once.
    assert!(!tx.delete_browser_session(&stranger.id, "one").await.unwrap());
    assert!(tx.browser_session("one").await.unwrap().is_some());
    assert!(tx.delete_browser_session(&pool.id, "one").await.unwrap());
    assert!(!tx.delete_browser_session(&pool.id, "one").await.unwrap());
    assert!(tx.browser_session("one").await.unwrap().is_none());
    assert!(tx.browser_session("two").await.unwrap().is_some());
    tx.commit().await.unwrap();
}

async fn sessions_of_a_browser_are_listed_while_they_live(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, client, bob) = bob(&store).await;
    let jane = user(&pool, 2, "jane");
    insert_user(&store, &pool, &jane).await;
    let mut tx = store.begin().await.unwrap();
    for (number, user) in [(3, &bob), (1, &bob), (2, &bob), (4, &jane)] {
        let session = browser_session(&client, user, number);
        tx.insert_browser_session(&format!("cookie{number}"), &session).await.unwrap();
    }
    let expected = [1, 2, 3].map(|number| browser_session(&client, &bob, number));
    assert_eq!(tx.browser_sessions(&bob.id, at(0)).await.unwrap(), expected);
    // The second ends when the first has just ended.
    assert_eq!(tx.browser_sessions(&bob.id, expected[0].expires_at).await.unwrap(), expected[1..]);
    assert_eq!(tx.browser_sessions(&bob.id, expected[2].expires_at).await.unwrap(), []);
    tx.commit().await.unwrap();
}

async fn a_browser_is_signed_out_by_the_name_of_its_session(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, client, bob) = bob(&store).await;
    let jane = user(&pool, 2, "jane");
    insert_user(&store, &pool, &jane).await;
    let session = browser_session(&client, &bob, 1);
    let mut tx = store.begin().await.unwrap();
    tx.insert_browser_session("cookie", &session).await.unwrap();
    assert!(!tx.delete_browser_session_of_user(&jane.id, &session.id).await.unwrap());
    assert!(!tx.delete_browser_session_of_user(&bob.id, "sso0").await.unwrap());
    assert!(tx.delete_browser_session_of_user(&bob.id, &session.id).await.unwrap());
    assert!(!tx.delete_browser_session_of_user(&bob.id, &session.id).await.unwrap());
    assert!(tx.browser_session("cookie").await.unwrap().is_none());
    tx.commit().await.unwrap();
}

async fn a_browser_session_goes_with_its_user_and_its_client(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, client, bob) = bob(&store).await;
    let (other, jane) = (crate::samples::client(&pool, "client2"), user(&pool, 2, "jane"));
    let mut tx = store.begin().await.unwrap();
    tx.insert_app_client(&other).await.unwrap();
    tx.insert_user(&pool, &jane).await.unwrap().unwrap();
    for (number, client, user) in [(1, &client, &bob), (2, &other, &bob), (3, &client, &jane)] {
        let session = browser_session(client, user, number);
        tx.insert_browser_session(&format!("cookie{number}"), &session).await.unwrap();
    }
    assert!(tx.delete_app_client(&pool.id, &other.id).await.unwrap());
    assert!(tx.browser_session("cookie2").await.unwrap().is_none());
    assert!(tx.delete_user(&jane).await.unwrap());
    assert!(tx.browser_session("cookie3").await.unwrap().is_none());
    assert!(tx.browser_session("cookie1").await.unwrap().is_some());
    tx.commit().await.unwrap();
}

async fn what_has_ended_is_deleted_a_few_at_a_time(database: &TestDatabase) {
    let store = database.store().await;
    let (_, client, bob) = bob(&store).await;
    let mut tx = store.begin().await.unwrap();
    for number in 1..=4_u8 {
        let end = at(i64::from(number));
        let mut code = authorization_code(&client, &bob);
        code.expires_at = end;
        code.used = number.is_multiple_of(2);
        tx.insert_authorization_code(&format!("{number}"), &code).await.unwrap();
        let mut session = browser_session(&client, &bob, number.into());
        session.expires_at = end;
        tx.insert_browser_session(&format!("{number}"), &session).await.unwrap();
    }
    for (limit, deleted) in [(2, 2), (2, 1), (2, 0)] {
        assert_eq!(tx.delete_ended_authorization_codes(at(3), limit).await.unwrap(), deleted);
        assert_eq!(tx.delete_ended_browser_sessions(at(3), limit).await.unwrap(), deleted);
    }
    assert!(tx.authorization_code("4").await.unwrap().is_some());
    assert!(tx.browser_session("4").await.unwrap().is_some());
    assert!(tx.authorization_code("3").await.unwrap().is_none());
    assert!(tx.browser_session("3").await.unwrap().is_none());
    tx.commit().await.unwrap();
}

async fn domains_of_one_name_are_found_in_all_regions(database: &TestDatabase) {
    let store = database.store().await;
    let mut expected = Vec::new();
    for (name, region, created) in [("A", "us-east-1", 2), ("B", "eu-west-1", 1), ("C", "ap-south-1", 2)] {
        let pool = pool(name);
        insert_pool(&store, &pool).await;
        let domain =
            Domain { region: region.to_owned(), created_at: at(created), ..prefix_domain(&pool, "shop") };
        let kind = DomainKind::Custom { certificate_arn: "arn".to_owned() };
        let custom = Domain { domain: format!("{region}.example.com"), kind, ..domain.clone() };
        let mut tx = store.begin().await.unwrap();
        assert!(tx.insert_domain(&domain).await.unwrap() && tx.insert_domain(&custom).await.unwrap());
        tx.commit().await.unwrap();
        expected.push(domain);
    }
    expected.sort_by_key(|domain| (domain.created_at, domain.region.clone()));
    let mut read = store.read_latest().await.unwrap();
    assert_eq!(read.domains_by_name("shop").await.unwrap(), expected);
    let custom = read.domains_by_name("eu-west-1.example.com").await.unwrap();
    assert_eq!(custom.len(), 1);
    assert!(matches!(custom[0].kind, DomainKind::Custom { .. }));
    for none in ["Shop", "shops", "", "example.com"] {
        assert_eq!(read.domains_by_name(none).await.unwrap(), [], "{none}");
    }
}

async fn scopes_of_all_resource_servers_are_read_in_full(database: &TestDatabase) {
    let store = database.store().await;
    let (pool, other) = (pool("A"), pool("B"));
    insert_pool(&store, &pool).await;
    insert_pool(&store, &other).await;
    assert_eq!(store.read_latest().await.unwrap().resource_scopes(&pool.id).await.unwrap(), [""; 0]);
    let mut tx = store.begin().await.unwrap();
    let late = ResourceServer { created_at: at(1), ..resource_server(&pool, "https://a.example") };
    let empty = ResourceServer { scopes: Vec::new(), ..resource_server(&pool, "empty") };
    for server in [late, empty, resource_server(&pool, "photos"), resource_server(&other, "theirs")] {
        assert!(tx.insert_resource_server(&server).await.unwrap());
    }
    let scopes = tx.resource_scopes(&pool.id).await.unwrap();
    let expected = ["photos/write", "photos/read", "https://a.example/write", "https://a.example/read"];
    assert_eq!(scopes, expected);
    assert!(tx.delete_resource_server(&pool.id, "photos").await.unwrap());
    assert_eq!(tx.resource_scopes(&pool.id).await.unwrap(), expected[2..]);
    tx.commit().await.unwrap();
}

async fn a_session_remembers_where_it_began_and_what_it_is_for(database: &TestDatabase) {
    let store = database.store().await;
    let (_, client, bob) = bob(&store).await;
    let mut sessions = Vec::new();
    let mut tx = store.begin().await.unwrap();
    for (number, is_oauth, resource) in
        [(1, true, Some("https://api.example.com/größe")), (2, true, None), (3, false, None)]
    {
        let session = UserSession {
            is_oauth,
            resource: resource.map(str::to_owned),
            scopes: "openid api/read".to_owned(),
            ..user_session(&client, &bob, number)
        };
        tx.insert_user_session(&session).await.unwrap();
        tx.insert_refresh_token(&session, &format!("token{number}"), at(0)).await.unwrap();
        sessions.push(session);
    }
    tx.commit().await.unwrap();
    let mut read = store.read().await.unwrap();
    assert_eq!(read.user_sessions(&bob.id, at(0)).await.unwrap(), sessions);
    for (session, number) in sessions.iter().zip(1..) {
        assert!(read.user_session(&session.event_id).await.unwrap().unwrap().0 == *session);
        let token = read.refresh_token(&format!("token{number}")).await.unwrap().unwrap();
        assert!(token.session == *session);
    }
}
