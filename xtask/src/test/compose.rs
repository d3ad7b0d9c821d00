//! Whether Docker Compose understands `docker-compose.yml`, and tells the server where it is published. Nothing is started.

use crate::process::output;
use crate::{Outcome, repository, tools};

/// What the file says with no profile chosen, which is PostgreSQL, and with the other one.
const CHOICES: [&[&str]; 2] = [&[], &["--profile", "sqlite"]];

pub(super) fn check() -> Outcome<String> {
    for choice in CHOICES {
        for (address, published) in [(None, "127.0.0.1"), (Some("0.0.0.0"), "0.0.0.0")] {
            let mut compose = tools::docker_compose()?;
            compose.current_dir(repository()).env_remove("PUBLISH_ADDRESS");
            compose.envs(address.map(|address| ("PUBLISH_ADDRESS", address)));
            let config = output(compose.args(choice).arg("config"))?;
            // With that the server refuses the control token that stands in the file.
            if !config.contains(&format!("POOLHOUSE_PUBLISHED_ADDRESS: {published}")) {
                return Err(
                    format!("with PUBLISH_ADDRESS={address:?} the server is not told {published}").into()
                );
            }
        }
    }
    Ok("with PostgreSQL, with SQLite, on loopback and beyond".to_owned())
}
