//! What is not built is listed, and the list may only shrink.

use std::collections::BTreeSet;

use serde_json::json;
use wire::Operation;

use crate::world::World;

const LIST: &str = include_str!("../coverage/not-implemented.txt");

#[tokio::test]
async fn the_list_of_missing_operations_is_what_the_server_answers() {
    let world = World::on_sqlite().await;
    let mut missing = BTreeSet::new();
    for operation in Operation::ALL {
        let answer = world.call(operation.name(), json!({})).await;
        if answer.status == 501 {
            let text = format!("{operation} is not implemented by Poolhouse yet.");
            assert!(answer.text.contains("NotImplementedException") && answer.text.contains(&text));
            missing.insert(operation.name());
        }
    }
    let listed: BTreeSet<&str> = LIST.lines().filter(|line| !line.is_empty()).collect();
    let built: Vec<_> = listed.difference(&missing).collect();
    let unlisted: Vec<_> = missing.difference(&listed).collect();
    assert!(built.is_empty(), "built: take these lines out of tests/coverage/not-implemented.txt: {built:?}");
    assert!(unlisted.is_empty(), "these operations worked before, the list may only shrink: {unlisted:?}");
}
