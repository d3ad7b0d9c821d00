//! SQLite whose disk is full or whose file is gone, read-only or damaged.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;

use super::super::Stage;
use super::super::report::Report;
use super::Effort;
use super::load::{Load, check};
use super::outage::{Expected, under_load};
use crate::Outcome;
use crate::process::output;
use crate::server::{Recipe, Server};

/// No request waits for a disk.
const LIMIT: Duration = Duration::from_secs(3);

pub(super) fn run(stage: &Stage, report: &mut Report, effort: Effort) {
    report.step("the SQLite file is moved away and back", || moved(stage, effort));
    report.step("the SQLite file is deleted", || deleted(stage));
    report.step("a page of the SQLite file is damaged", || damaged(stage));
    match Disk::mount(stage) {
        Ok(disk) => {
            report.step("the disk of SQLite is full", || full(stage, &disk, effort));
            report.step("the disk of SQLite is read-only", || read_only(stage, &disk, effort));
        }
        Err(why) => report.skip("the disk of SQLite is full, or read-only", &format!("no tmpfs: {why}")),
    }
}

fn expected(effort: Effort, do_pages_answer: bool) -> Expected {
    Expected { lasts: effort.fault, limit: LIMIT, is_unready: true, do_pages_answer }
}

fn moved(stage: &Stage, effort: Effort) -> Outcome<String> {
    let recipe = Recipe::sqlite(&stage.folder, &stage.poolhouse(), "file-moved")?;
    let file = recipe.sqlite_file().ok_or("no file")?.to_owned();
    let aside = file.with_extension("aside");
    let server = Server::start(&stage.folder, &recipe)?;
    under_load(
        &server,
        expected(effort, false),
        || Ok(fs::rename(&file, &aside)?),
        || Ok(fs::rename(&aside, &file)?),
    )
}

/// A file that was deleted does not come back: what was answered is still read from nowhere, and nothing more is answered.
fn deleted(stage: &Stage) -> Outcome<String> {
    let recipe = Recipe::sqlite(&stage.folder, &stage.poolhouse(), "file-deleted")?;
    let file = recipe.sqlite_file().ok_or("no file")?.to_owned();
    let server = Server::start(&stage.folder, &recipe)?;
    let load = Load::start(server.address())?;
    sleep(Duration::from_millis(500));
    fs::remove_file(&file)?;
    let begun = Instant::now();
    sleep(Duration::from_secs(1));
    let last = load.last_success()?;
    let (_, written) = load.stop()?;
    let late = last.saturating_duration_since(begun);
    if late > Duration::from_millis(100) || written.refused == 0 {
        return Err(format!("writes were answered for {late:?} after the file was gone").into());
    }
    let read = server.connect()?.call("ListUserPools", &json!({ "MaxResults": 1 }))?;
    let ready = server.connect()?.get("/ready")?;
    if (read.status, ready.status) != (500, 503) {
        return Err(format!("a read: {}, /ready: {}", read.status, ready.status).into());
    }
    let told = server.log_lines("was deleted or replaced")?;
    if told != 1 {
        return Err(format!("the log tells {told} times of it").into());
    }
    let (answered, refused) = (written.answered.len(), written.refused);
    Ok(format!(
        "{answered} answered before, the last after {late:.0?}; {refused} refused; one line in the log"
    ))
}

fn damaged(stage: &Stage) -> Outcome<String> {
    let recipe = Recipe::sqlite(&stage.folder, &stage.poolhouse(), "file-damaged")?;
    let file = recipe.sqlite_file().ok_or("no file")?.to_owned();
    Server::start(&stage.folder, &recipe)?.terminate()?; // which folds its log into the file
    let server = Server::start(&stage.folder, &recipe)?;
    let load = Load::start(server.address())?;
    sleep(Duration::from_secs(1));
    load.stop()?;
    drop(server.kill());
    let bytes = fs::metadata(&file)?.len();
    let target = fs::File::options().write(true).open(&file)?;
    target.write_all_at(&vec![0xA5; usize::try_from(bytes - 8192)?], 8192)?;
    let begun = Instant::now();
    match Server::start(&stage.folder, &recipe) {
        Ok(_) => Err("the server starts on a damaged file".into()),
        Err(error) if error.to_string().contains("is damaged") => {
            Ok(format!("{} kB; refused at the start after {:.0?}", bytes / 1024, begun.elapsed()))
        }
        Err(error) => Err(error),
    }
}

/// A small disk, which goes with this value.
struct Disk(PathBuf);

impl Disk {
    fn mount(stage: &Stage) -> Outcome<Self> {
        let path = stage.folder.join("disk");
        fs::create_dir_all(&path)?;
        output(Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(&path))?;
        Ok(Self(path))
    }

    fn remount(&self, option: &str) -> Outcome {
        output(Command::new("mount").args(["-o", &format!("remount,{option}")]).arg(&self.0)).map(drop)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn server_on(stage: &Stage, disk: &Disk, name: &str) -> Outcome<Server> {
    let file = disk.0.join(format!("{name}.db"));
    let recipe = Recipe::sqlite_at(&stage.folder, &stage.poolhouse(), name, &file)?;
    Server::start(&stage.folder, &recipe)
}

fn full(stage: &Stage, disk: &Disk, effort: Effort) -> Outcome<String> {
    let server = server_on(stage, disk, "disk-full")?;
    let filling = disk.0.join("filling");
    under_load(&server, expected(effort, true), || fill(&filling), || Ok(fs::remove_file(&filling)?))
}

/// Takes all the room that is left, also what is given back meanwhile.
fn fill(file: &Path) -> Outcome {
    // It fails: that is the point.
    let _ = fs::write(file, vec![0; 64 * 1024 * 1024]);
    if file.exists() { Ok(()) } else { Err("nothing was written".into()) }
}

fn read_only(stage: &Stage, disk: &Disk, effort: Effort) -> Outcome<String> {
    let server = server_on(stage, disk, "disk-read-only")?;
    let load = Load::start(server.address())?;
    sleep(Duration::from_millis(300));
    let (pool, written) = load.stop()?;
    // A disk with open files cannot become read-only; a server that starts on such a one says so.
    drop(server.kill());
    disk.remount("ro")?;
    let started = server_on(stage, disk, "disk-read-only");
    disk.remount("rw")?;
    let Err(error) = started else {
        return Err("the server starts on a disk that it cannot write to".into());
    };
    let server = server_on(stage, disk, "disk-read-only")?;
    check(server.address(), &pool, &written)?;
    let _ = effort;
    let first = error.to_string().lines().last().unwrap_or_default().to_owned();
    Ok(format!("refused at the start ({first}); {} answered before, 0 lost", written.answered.len()))
}
