//! A server that is started on what is broken says what it is and what to do, and leaves everything as it was.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::super::Stage;
use super::super::report::Report;
use crate::Outcome;
use crate::server::{Recipe, Server};

/// How a folder with a database and its key is broken.
type Break = fn(&Path) -> std::io::Result<()>;

const BROKEN: [(&str, Break, &str); 9] = [
    (
        "no-key",
        |home| fs::remove_file(home.join("poolhouse.key")),
        "is missing, and the database was begun with it",
    ),
    ("empty-key", |home| fs::write(home.join("poolhouse.key"), ""), "poolhouse.key: it is empty"),
    (
        "half-key",
        |home| fs::write(home.join("poolhouse.key"), "c2hvcnQ="),
        "a sealing key is 32 bytes, this one has 5",
    ),
    (
        "no-base64",
        |home| fs::write(home.join("poolhouse.key"), "not a key!"),
        "does not hold a key in base64",
    ),
    (
        "other-key",
        |home| fs::write(home.join("poolhouse.key"), OTHER_KEY),
        "was begun with another sealing key",
    ),
    ("key-is-folder", folder_in_place_of_key, "cannot read the sealing key file"),
    ("text", |home| fs::write(home.join("poolhouse.db"), "a text\n".repeat(999)), "is damaged"),
    ("folder", folder_in_place_of_file, "cannot use the database"),
    ("no-folder", |home| fs::remove_dir_all(home.join("data")), "cannot use the database"),
];

const OTHER_KEY: &str = "QW5vdGhlciBrZXkgdGhhbiB0aGUgb25lIGluIHVzZS4=";

fn folder_in_place_of_key(home: &Path) -> std::io::Result<()> {
    fs::remove_file(home.join("poolhouse.key"))?;
    fs::create_dir(home.join("poolhouse.key"))
}

fn folder_in_place_of_file(home: &Path) -> std::io::Result<()> {
    fs::remove_file(home.join("poolhouse.db"))?;
    fs::create_dir(home.join("poolhouse.db"))
}

pub(super) fn run(stage: &Stage, report: &mut Report) {
    report.step("a start with what is broken", || {
        for (name, broken, told) in BROKEN {
            refused(stage, name, broken, told).map_err(|error| format!("{name}: {error}"))?;
        }
        Ok(format!("{} ways, each told by name, and no file made", BROKEN.len()))
    });
    report.step("a missing sealing key on PostgreSQL", || missing_key(stage));
    report.step("a sealing key that others may read", || readable_key(stage));
}

fn refused(stage: &Stage, name: &str, broken: Break, told: &str) -> Outcome {
    let name = format!("broken-{name}");
    // One case has its database in a folder of its own, which goes.
    let file = if name.ends_with("no-folder") { "data/poolhouse.db" } else { "poolhouse.db" };
    let home = stage.folder.join(&name);
    fs::create_dir_all(home.join("data"))?;
    let recipe = Recipe::sqlite_at(&stage.folder, &stage.poolhouse(), &name, &home.join(file))?;
    Server::start(&stage.folder, &recipe)?.terminate()?;
    broken(&home)?;
    let before = files(&home)?;
    match Server::start(&stage.folder, &recipe) {
        Ok(_) => return Err("the server starts".into()),
        Err(error) if error.to_string().contains(told) => {}
        Err(error) => return Err(error),
    }
    let made: Vec<_> = files(&home)?.difference(&before).cloned().collect();
    if made.is_empty() { Ok(()) } else { Err(format!("these files were made: {made:?}").into()) }
}

/// Names in a folder.
fn files(home: &Path) -> Outcome<BTreeSet<String>> {
    Ok(fs::read_dir(home)?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.ends_with("-shm") && !name.ends_with("-wal"))
        .collect())
}

fn missing_key(stage: &Stage) -> Outcome<String> {
    let name = "faults_missing_key";
    let url = stage.postgres.create_database(name)?;
    let recipe = Recipe::postgres(&stage.folder, &stage.poolhouse(), name, &url)?.with_key_file();
    Server::start(&stage.folder, &recipe)?.terminate()?;
    let key = stage.folder.join(name).join("poolhouse.key");
    let aside = key.with_extension("aside");
    fs::rename(&key, &aside)?;
    match Server::start(&stage.folder, &recipe) {
        Ok(_) => return Err("the server starts without its key".into()),
        Err(error) if error.to_string().contains("is missing, and the database was begun with it") => {}
        Err(error) => return Err(error),
    }
    if key.exists() {
        return Err("a new key was made".into());
    }
    fs::rename(&aside, &key)?;
    Server::start(&stage.folder, &recipe)?;
    Ok("refused, and no new key is made".to_owned())
}

fn readable_key(stage: &Stage) -> Outcome<String> {
    let recipe = Recipe::sqlite(&stage.folder, &stage.poolhouse(), "readable-key")?;
    let server = Server::start(&stage.folder, &recipe)?;
    let told = "others than its owner may read the sealing key file";
    let before = server.log_lines(told)?;
    server.terminate()?;
    let key = stage.folder.join("readable-key").join("poolhouse.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640))?;
    let server = Server::start(&stage.folder, &recipe)?;
    let log = server.log();
    server.terminate()?;
    let after = fs::read_to_string(log)?.lines().filter(|line| line.contains(told)).count();
    if (before, after) == (0, 1) {
        Ok("one line in the log".to_owned())
    } else {
        Err(format!("lines before and after: {before}, {after}").into())
    }
}
