//! Real clients of AWS and of OAuth, and a browser: each plays its scene (`tests/clients/README.md`) on each database and on
//! two replicas, with `kill -9` between `build` and `verify`.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Instant;

use serde_json::Value;

use super::Stage;
use super::report::Report;
use crate::process::{Process, output};
use crate::server::{Recipe, Server};
use crate::tools::Terraform;
use crate::{Outcome, repository, target, tools};

/// Patience for one act, in seconds.
const PATIENCE: &str = "900";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Client {
    AwsCli,
    Boto3,
    Browser,
    Federation,
    Go,
    Js,
    JsOauth,
    JsSignIn,
    PythonOauth,
    PythonSignIn,
    Rust,
    Terraform,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Sqlite,
    Postgres,
    Replicas,
}

/// The slowest client first, so that no thread is left with it at the end.
const CLIENTS: [Client; 12] = [
    Client::Terraform,
    Client::Browser,
    Client::Federation,
    Client::AwsCli,
    Client::JsSignIn,
    Client::PythonSignIn,
    Client::JsOauth,
    Client::PythonOauth,
    Client::Js,
    Client::Boto3,
    Client::Rust,
    Client::Go,
];
const PLACES: [Place; 3] = [Place::Sqlite, Place::Postgres, Place::Replicas];

impl Client {
    fn has_browser(self) -> bool {
        matches!(self, Self::Browser | Self::Federation)
    }

    fn plays_on(self, place: Place) -> bool {
        match self {
            // What pages look like does not depend on the database; two replicas have PostgreSQL.
            Self::Browser | Self::Federation => place != Place::Postgres,
            // Slow, and its calls are replayed on both databases (`tests/it/terraform.rs`).
            Self::Terraform => place == Place::Replicas,
            Self::AwsCli
            | Self::Boto3
            | Self::Go
            | Self::Js
            | Self::JsOauth
            | Self::JsSignIn
            | Self::PythonOauth
            | Self::PythonSignIn
            | Self::Rust => true,
        }
    }
}

/// What the client programs need.
struct Theatre<'a> {
    stage: &'a Stage,
    /// Folder of `python` and `aws`.
    python: PathBuf,
    node: PathBuf,
    /// The program of the Go scene, or why there is none.
    go: Result<PathBuf, String>,
    terraform: Result<Terraform, String>,
    documents: Documents,
    mails: Mails,
}

/// The mail server that takes what servers send.
struct Mails {
    _process: Process,
    smtp_url: String,
    folder: String,
}

/// The server of the documents that federated providers publish.
struct Documents {
    _process: Process,
    oidc_issuer: String,
    saml_metadata_url: String,
}

pub(super) fn play(stage: &Stage, report: &mut Report) {
    let started = Instant::now();
    let theatre = match Theatre::open(stage) {
        Ok(theatre) => theatre,
        Err(problem) => return report.tell("client programs", started.elapsed(), &Err(problem)),
    };
    report.tell("client programs", started.elapsed(), &Ok("installed".to_owned()));

    let missing = theatre.missing();
    for (client, why) in &missing {
        report.skip(&format!("{client:?}"), why);
    }
    let scenes = CLIENTS.into_iter().flat_map(|client| PLACES.map(|place| (client, place)));
    let scenes = scenes.filter(|(client, place)| {
        client.plays_on(*place) && missing.iter().all(|(missing, _)| missing != client)
    });
    let scenes = Mutex::new(scenes);
    let next = || scenes.lock().ok()?.next();
    let (ends, ended) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let (ends, theatre, next) = (ends.clone(), &theatre, &next);
            scope.spawn(move || {
                while let Some((client, place)) = next() {
                    let started = Instant::now();
                    let outcome = theatre.play(client, place);
                    let end = (format!("{client:?} on {place:?}"), started.elapsed(), outcome);
                    ends.send(end).expect("the receiver lives as long as this scope");
                }
            });
        }
        drop(ends);
        for (name, duration, outcome) in &ended {
            report.tell(&name, duration, &outcome);
        }
    });
}

impl<'a> Theatre<'a> {
    fn open(stage: &'a Stage) -> Outcome<Self> {
        let (python, node) = (tools::python_clients()?, tools::node_clients()?);
        tools::browser()?;
        tools::xmlsec()?;
        let (go, terraform) = (tools::go_client()?, tools::terraform());
        let documents = Documents::serve(stage, &python)?;
        let mails = Mails::serve(stage, &python)?;
        Ok(Self { stage, python, node, go, terraform, documents, mails })
    }

    /// Clients that this machine does not have, and why.
    fn missing(&self) -> Vec<(Client, String)> {
        let go = self.go.as_ref().err().map(|why| (Client::Go, why.clone()));
        let terraform = self.terraform.as_ref().err().map(|why| (Client::Terraform, why.clone()));
        go.into_iter().chain(terraform).collect()
    }

    /// Plays a whole scene. Gives how many groups of checks passed.
    fn play(&self, client: Client, place: Place) -> Outcome<String> {
        let name = format!("{client:?}-{place:?}").to_lowercase();
        let mut servers = self.start(client, &name, place)?;
        let mut groups = self.act("build", client, &name, &servers)?;
        // All replicas stop before one starts again: what they know must be in the database.
        servers = kill_and_start_again(servers, self.stage)?;
        groups += self.act("verify", client, &name, &servers)?;
        groups += self.act("teardown", client, &name, &servers)?;
        servers.iter().try_for_each(Server::check_log)?;
        Ok(format!("{groups} groups of checks"))
    }

    fn start(&self, client: Client, name: &str, place: Place) -> Outcome<Vec<Server>> {
        let Stage { folder, postgres, .. } = self.stage;
        let binary = self.stage.poolhouse();
        let database = || postgres.create_database(&format!("scene_{}", name.replace('-', "_")));
        let recipes = match place {
            Place::Sqlite => vec![Recipe::sqlite(folder, &binary, name)?],
            Place::Postgres => vec![Recipe::postgres(folder, &binary, name, &database()?)?],
            Place::Replicas => {
                let database = database()?;
                let replica =
                    |number| Recipe::postgres(folder, &binary, &format!("{name}-{number}"), &database);
                vec![replica(1)?, replica(2)?]
            }
        };
        let recipes = recipes.into_iter().map(|recipe| {
            let recipe = recipe.with("POOLHOUSE_SMTP_URL", &self.mails.smtp_url);
            // The scenes have a pool with a sender of its own.
            let recipe = recipe.with("POOLHOUSE_EMAIL_FROM_DOMAINS", "example.com");
            // Both issuer modes are tried.
            let recipe =
                if place == Place::Postgres { recipe.with("POOLHOUSE_ISSUER", "aws") } else { recipe };
            if client.has_browser() { recipe.with_https() } else { recipe }
        });
        recipes.map(|recipe| Server::start(folder, &recipe)).collect()
    }

    /// Runs a client program. Gives how many groups of checks it tells of.
    fn act(&self, act: &str, client: Client, name: &str, servers: &[Server]) -> Outcome<usize> {
        let programs = repository().join("tests/clients");
        let mut command = Command::new("timeout");
        command.arg(PATIENCE);
        match client {
            Client::AwsCli => command.arg(self.python.join("python")).arg(programs.join("aws-cli/scene.py")),
            Client::Boto3 => command.arg(self.python.join("python")).arg(programs.join("boto3/scene.py")),
            Client::Browser => command.arg(&self.node).arg(programs.join("browser/walk.mjs")),
            Client::Federation => command.arg(&self.node).arg(programs.join("browser/federation.mjs")),
            Client::Go => command.arg(self.go.as_ref().map_err(String::as_str)?),
            Client::Js => command.arg(&self.node).arg(programs.join("js/scene.mjs")),
            Client::JsOauth => command.arg(&self.node).arg(programs.join("js/oauth.mjs")),
            Client::JsSignIn => command.arg(&self.node).arg(programs.join("js/sign_in.mjs")),
            Client::PythonOauth => {
                command.arg(self.python.join("python")).arg(programs.join("python/oauth.py"))
            }
            Client::PythonSignIn => {
                command.arg(self.python.join("python")).arg(programs.join("python/sign_in.py"))
            }
            Client::Rust => command.arg(self.stage.binaries.join("client-rust-sdk")),
            Client::Terraform => {
                let terraform = self.terraform.as_ref().map_err(String::as_str)?;
                command
                    .env("TERRAFORM", &terraform.program)
                    .env("TF_PLUGIN_DIR", &terraform.plugins)
                    .arg(self.python.join("python"))
                    .arg(programs.join("terraform/scene.py"))
            }
        };
        let urls: Vec<String> = servers.iter().map(Server::url).collect();
        let https_urls: Vec<&str> = servers.iter().filter_map(Server::https_url).collect();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path =
            std::env::join_paths([self.python.clone()].into_iter().chain(std::env::split_paths(&path)))?;
        command
            .arg(act)
            .env("PATH", path)
            .env("POOLHOUSE_ENDPOINT", urls.join(","))
            .env("POOLHOUSE_TLS_ENDPOINT", https_urls.join(","))
            .env("POOLHOUSE_OIDC_ISSUER", &self.documents.oidc_issuer)
            .env("POOLHOUSE_SAML_METADATA_URL", &self.documents.saml_metadata_url)
            .env("SCENE_MAILS", &self.mails.folder)
            .env("SCENE_SCREENSHOTS", target()?.join("xtask/screenshots").join(name))
            .env("SCENE_NAME", name)
            .env("SCENE_STATE", self.stage.folder.join(&format!("{name}.json")))
            // Nothing of the caller's own AWS settings, and no proxy between programs of this machine.
            .env_remove("AWS_PROFILE")
            .env_remove("AWS_SESSION_TOKEN")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("NO_PROXY", "127.0.0.1");
        Ok(output(&mut command)?.lines().count())
    }
}

fn kill_and_start_again(servers: Vec<Server>, stage: &Stage) -> Outcome<Vec<Server>> {
    let killed: Vec<_> = servers.into_iter().map(Server::kill).collect();
    killed.into_iter().map(|server| server.start_again(&stage.folder)).collect()
}

impl Documents {
    fn serve(stage: &Stage, python: &Path) -> Outcome<Self> {
        let (process, known) = fixture(stage, python, "provider_server.py")?;
        Ok(Self {
            _process: process,
            oidc_issuer: text(&known, "oidc_issuer")?,
            saml_metadata_url: text(&known, "saml_metadata_url")?,
        })
    }
}

impl Mails {
    fn serve(stage: &Stage, python: &Path) -> Outcome<Self> {
        let (process, known) = fixture(stage, python, "mail_server.py")?;
        Ok(Self { _process: process, smtp_url: text(&known, "smtp_url")?, folder: text(&known, "folder")? })
    }
}

/// Starts a program of `fixtures`, and gives what it tells of itself in its first line.
fn fixture(stage: &Stage, python: &Path, program: &str) -> Outcome<(Process, Value)> {
    let mut command = Command::new(python.join("python"));
    command.arg(repository().join("tests/clients/fixtures").join(program)).stdout(Stdio::piped());
    let mut process = Process::start(&stage.folder, &mut command)?;
    let mut line = String::new();
    BufReader::new(process.stdout().ok_or("the standard output is taken")?).read_line(&mut line)?;
    Ok((process, serde_json::from_str(&line)?))
}

fn text(known: &Value, key: &str) -> Outcome<String> {
    known[key].as_str().map(str::to_owned).ok_or_else(|| format!("no {key}: {known}").into())
}
