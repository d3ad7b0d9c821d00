//! Whether Docker Compose understands `docker-compose.yml`. Nothing is started.

use crate::process::output;
use crate::{Outcome, repository, tools};

/// What the file says with no profile chosen, which is PostgreSQL, and with the other one.
const CHOICES: [&[&str]; 2] = [&[], &["--profile", "sqlite"]];

pub(super) fn check() -> Outcome<String> {
    for choice in CHOICES {
        let mut compose = tools::docker_compose()?;
        output(compose.current_dir(repository()).args(choice).args(["config", "--quiet"]))?;
    }
    Ok("with PostgreSQL, with SQLite".to_owned())
}
