//! What a statement costs does not grow with rows that it does not ask for: as SQLite plans it, it walks an index from
//! where it begins, reads no table from end to end, and sorts nothing.

use storage::Store;

use crate::database::TestDatabase;
use crate::samples::{insert_pool, pool};

const SOURCES: [(&str, &str); 34] = [
    ("app_clients.rs", include_str!("../../src/app_clients.rs")),
    ("auth_events.rs", include_str!("../../src/auth_events.rs")),
    ("authorization_codes.rs", include_str!("../../src/authorization_codes.rs")),
    ("browser_sessions.rs", include_str!("../../src/browser_sessions.rs")),
    ("codes.rs", include_str!("../../src/codes.rs")),
    ("deliveries.rs", include_str!("../../src/deliveries.rs")),
    ("devices.rs", include_str!("../../src/devices.rs")),
    ("domains.rs", include_str!("../../src/domains.rs")),
    ("federated_sign_ins.rs", include_str!("../../src/federated_sign_ins.rs")),
    ("groups.rs", include_str!("../../src/groups.rs")),
    ("identity_providers.rs", include_str!("../../src/identity_providers.rs")),
    ("local_ca.rs", include_str!("../../src/local_ca.rs")),
    ("lockouts.rs", include_str!("../../src/lockouts.rs")),
    ("managed_login_branding.rs", include_str!("../../src/managed_login_branding.rs")),
    ("messages.rs", include_str!("../../src/messages.rs")),
    ("mock_idp.rs", include_str!("../../src/mock_idp.rs")),
    ("passkeys.rs", include_str!("../../src/passkeys.rs")),
    ("password_history.rs", include_str!("../../src/password_history.rs")),
    ("pool_certificates.rs", include_str!("../../src/pool_certificates.rs")),
    ("provider_documents.rs", include_str!("../../src/provider_documents.rs")),
    ("resource_servers.rs", include_str!("../../src/resource_servers.rs")),
    ("saml_replays.rs", include_str!("../../src/saml_replays.rs")),
    ("sealing_key_check.rs", include_str!("../../src/sealing_key_check.rs")),
    ("sign_ins.rs", include_str!("../../src/sign_ins.rs")),
    ("signing_keys.rs", include_str!("../../src/signing_keys.rs")),
    ("software_tokens.rs", include_str!("../../src/software_tokens.rs")),
    ("terms.rs", include_str!("../../src/terms.rs")),
    ("ui_customizations.rs", include_str!("../../src/ui_customizations.rs")),
    ("unknown_names.rs", include_str!("../../src/unknown_names.rs")),
    ("user_identities.rs", include_str!("../../src/user_identities.rs")),
    ("user_pools.rs", include_str!("../../src/user_pools.rs")),
    ("user_sessions.rs", include_str!("../../src/user_sessions.rs")),
    ("users/list.rs", include_str!("../../src/users/list.rs")),
    ("users/mod.rs", include_str!("../../src/users/mod.rs")),
];

/// The literals of a source file that read, change or delete rows.
fn statements(source: &str) -> Vec<&str> {
    let begins =
        ["\"SELECT ", "\"UPDATE ", "\"DELETE "].into_iter().flat_map(|verb| source.match_indices(verb));
    begins.map(|(begin, _)| source[begin + 1..].split('"').next().unwrap()).collect()
}

/// The steps of SQLite's plan. Parameters are left unbound: the plan does not depend on their values.
async fn plan(store: &Store, statement: &str) -> Vec<String> {
    let sql = format!("EXPLAIN QUERY PLAN {statement}");
    let rows = store.read().await.unwrap().query(sql.leak()).all().await.unwrap();
    rows.iter().map(|row| row.get("detail").unwrap()).collect()
}

/// Parts of statements, and the step that each is granted.
const GRANTED: [(&str, &str); 2] = [
    // A client has at most two secrets, a pool two domains.
    ("FROM app_client_secrets WHERE client_id = $1", "USE TEMP B-TREE FOR LAST TERM OF ORDER BY"),
    ("FROM domains WHERE pool_id = $1 ORDER BY", "USE TEMP B-TREE FOR ORDER BY"),
];

/// A statement, and the step that SQLite takes now and then: where one pool has all users, both ways read the same rows.
const TOLERATED: (&str, &str) = ("DELETE FROM user_pools WHERE id = $1", "SCAN user_search");

async fn assert_cheap(store: &Store) {
    let mut granted = 0;
    for (file, source) in SOURCES {
        let statements = statements(source);
        assert!(!statements.is_empty(), "{file}");
        for statement in statements {
            let steps = plan(store, statement).await;
            for step in &steps {
                if (statement, step.as_str()) == TOLERATED {
                    continue;
                }
                if step.starts_with("SCAN") || step.contains("TEMP B-TREE") {
                    let is_granted =
                        GRANTED.iter().any(|(part, way)| statement.contains(part) && step == way);
                    assert!(is_granted, "{file}: {statement}\n{steps:#?}");
                    granted += 1;
                }
            }
            if statement.contains("LIMIT") && statement.contains("> ") {
                assert!(
                    steps[0].contains('>'),
                    "a page begins behind the one before: {statement}\n{steps:#?}"
                );
            }
            if file == "users/list.rs" {
                let [begin, others @ ..] = steps.as_slice() else { panic!("{statement}") };
                // From the last user of the page before, even among many of the same time or value.
                let walks = [">(?,?)", "username_key>? AND username_key<?", "(pool_id=? AND id>? AND id<?)"];
                assert!(walks.iter().any(|walk| begin.contains(walk)), "{statement}\n{steps:#?}");
                let equals = statement.match_indices(" = $").map(|(end, _)| &statement[..end]);
                let equals = equals.filter_map(|text| text.rsplit([' ', '.']).next());
                for column in equals {
                    assert!(begin.contains(&format!("{column}=?")), "{column}: {statement}\n{steps:#?}");
                }
                let one_user = "SEARCH users USING INDEX sqlite_autoindex_users_1 (id=?)";
                assert!(others.iter().all(|step| step == one_user), "{statement}\n{steps:#?}");
            }
        }
    }
    assert_eq!(granted, GRANTED.len(), "what is granted is needed");
}

#[tokio::test]
async fn no_statement_reads_a_whole_table_or_sorts() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    assert_cheap(&store).await;

    // With the statistics of a database that has one pool with many users, which make `pool_id` look useless.
    insert_pool(&store, &pool("A")).await;
    let mut tx = store.begin().await.unwrap();
    tx.script(
        "INSERT INTO users (id, pool_id, username, username_key, status, enabled, attributes, created_at, modified_at,
                            version)
         WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 2000)
         SELECT RANDOMBLOB(16), 'us-east-1_A', 'user' || i, CAST('user' || i AS BLOB), 'CONFIRMED', TRUE, '{}',
                '2027-01-15T08:00:00+00:00', '2027-01-15T08:00:00+00:00', 1 FROM numbers;
         INSERT INTO user_search (pool_id, name, value_key, user_id)
         SELECT pool_id, 'name', CAST('same name' AS BLOB), id FROM users;
         ANALYZE",
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_cheap(&store).await;
}
