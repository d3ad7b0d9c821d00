//! Programs that the chores need beside Rust: found, or installed from Debian's packages, PyPI and npm.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::{output, run};
use crate::{Outcome, repository, target};

/// The oldest Node.js that the AWS SDK for JavaScript runs on, and the one to get when that of Debian is older.
const OLDEST_NODE: u32 = 20;
const NODE: &str = "node@22";

/// Whether this program runs as root.
///
/// # Errors
/// When there is no /proc.
pub(crate) fn is_root() -> Outcome<bool> {
    Ok(fs::metadata("/proc/self")?.uid() == 0)
}

/// The folder of `initdb`, `postgres` and `psql`; the newest version when there are several.
///
/// # Errors
/// When PostgreSQL is not there and cannot be installed.
pub(crate) fn postgres_programs() -> Outcome<PathBuf> {
    if let Some(folder) = find_postgres() {
        return Ok(folder);
    }
    install(&["postgresql"])?;
    find_postgres().ok_or_else(|| "Debian's package postgresql has no initdb".into())
}

fn find_postgres() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok();
    let mut found: Vec<(u32, PathBuf)> = versions
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|version| Some((version.file_name().to_str()?.parse().ok()?, version.path().join("bin"))))
        .collect();
    found.sort();
    let installed = found.into_iter().rev().map(|(_, folder)| folder);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has_all =
        |folder: &PathBuf| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).exists());
    installed.chain(std::env::split_paths(&path)).find(has_all)
}

/// The folder of `python` and `aws`: a virtual environment with what the client programs need.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn python_clients() -> Outcome<PathBuf> {
    let environment = target()?.join("xtask/python");
    let requirements = repository().join("tests/clients/boto3/requirements.txt");
    let programs = environment.join("bin");
    let stamp = environment.join("requirements.txt");
    let wanted = fs::read_to_string(&requirements)?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    let make = |python: &str| {
        output(Command::new(python).args(["-m", "venv", "--clear"]).arg(&environment)).map(drop)
    };
    if make("python3").is_err() {
        install(&["python3-venv"])?;
        make("/usr/bin/python3")?;
    }
    run(Command::new(programs.join("pip"))
        .args(["install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(&requirements))?;
    fs::write(stamp, wanted)?;
    Ok(programs)
}

/// The program of pgbouncer.
///
/// # Errors
/// When it is not there and cannot be installed.
pub(crate) fn pgbouncer() -> Outcome<PathBuf> {
    let program = Path::new("/usr/sbin/pgbouncer");
    if !program.exists() {
        install(&["pgbouncer"])?;
    }
    Ok(program.to_owned())
}

/// A `python3` with nothing but its standard library.
///
/// # Errors
/// When there is none and none can be installed.
pub(crate) fn python() -> Outcome<&'static str> {
    if !answers("python3") {
        install(&["python3"])?;
    }
    Ok("python3")
}

/// The `node` program, once what the programs of `tests/clients` import from npm is installed.
///
/// # Errors
/// When Node.js or a package cannot be installed.
pub(crate) fn node_clients() -> Outcome<PathBuf> {
    if !answers("node") || !answers("npm") {
        install(&["nodejs", "npm"])?;
    }
    let node = recent_node()?;
    for folder in ["tests/clients/js", "tests/clients/browser"] {
        let folder = repository().join(folder);
        let stamp = folder.join("node_modules/.installed-package-lock.json");
        let wanted = fs::read_to_string(folder.join("package-lock.json"))?;
        if !fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            npm(&["ci", "--prefix"], &folder)?;
            fs::write(stamp, wanted)?;
        }
    }
    Ok(node)
}

/// The program of `tests/clients/go`, built; or that there is no Go, which is not installed for it.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn go_client() -> Outcome<Result<PathBuf, String>> {
    let usual = ["go", "/usr/local/go/bin/go"];
    let Some(go) = usual.into_iter().find(|go| output(Command::new(go).arg("version")).is_ok()) else {
        return Ok(Err("there is no go on the PATH".to_owned()));
    };
    let program = target()?.join("xtask/go/client");
    let mut build = Command::new(go);
    build.current_dir(repository().join("tests/clients/go")).args(["build", "-o"]).arg(&program).arg(".");
    output(&mut build)?;
    Ok(Ok(program))
}

/// Terraform, and the folder with its provider.
pub(crate) struct Terraform {
    pub(crate) program: PathBuf,
    pub(crate) plugins: PathBuf,
}

/// The provider that `tests/clients/terraform/main.tf` asks for, within a folder of plugins.
const TERRAFORM_PROVIDER: &str = "registry.terraform.io/hashicorp/aws/5.100.0";

/// Terraform with the provider on this machine; or what is missing, because neither is installed for it. The variable
/// `TF_PLUGIN_DIR` names the folder of plugins if it is not a usual one.
pub(crate) fn terraform() -> Result<Terraform, String> {
    if !answers("terraform") {
        return Err("there is no terraform on the PATH".to_owned());
    }
    let home = std::env::home_dir().unwrap_or_default();
    let usual = [
        home.join(".terraform.d/plugins"),
        home.join(".local/share/terraform/plugins"),
        "/usr/local/share/terraform/plugins".into(),
        "/usr/share/terraform/plugins".into(),
        "/opt/tf-plugins".into(),
    ];
    let named = std::env::var_os("TF_PLUGIN_DIR").map(PathBuf::from);
    let plugins = named.into_iter().chain(usual).find(|folder| folder.join(TERRAFORM_PROVIDER).is_dir());
    let plugins = plugins.ok_or_else(|| format!("no folder of plugins has {TERRAFORM_PROVIDER}"))?;
    Ok(Terraform { program: "terraform".into(), plugins })
}

/// Sees to it that there are Chromium, letters for it to draw, and what imports a CA for it.
///
/// # Errors
/// When they are not there and cannot be installed.
pub(crate) fn browser() -> Outcome {
    let has = |path: &str| Path::new(path).exists();
    if !has("/usr/bin/chromium") || !has("/usr/bin/certutil") {
        install(&["chromium", "libnss3-tools", "fonts-dejavu-core"])?;
    }
    Ok(())
}

/// Sees to it that there is the program with which pysaml2 signs and encrypts.
///
/// # Errors
/// When it is not there and cannot be installed.
pub(crate) fn xmlsec() -> Outcome {
    if !answers("xmlsec1") {
        install(&["xmlsec1"])?;
    }
    Ok(())
}

fn recent_node() -> Outcome<PathBuf> {
    let version = output(Command::new("node").arg("--version"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| major >= OLDEST_NODE) {
        return Ok("node".into());
    }
    let folder = target()?.join("xtask/node");
    let node = folder.join("node_modules/node/bin/node");
    if !node.exists() {
        fs::create_dir_all(&folder)?;
        npm(&["install", NODE, "--prefix"], &folder)?;
    }
    Ok(node)
}

fn npm(arguments: &[&str], folder: &Path) -> Outcome {
    let quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
    run(Command::new("npm").args(arguments).arg(folder).args(quiet).stdout(Stdio::null()))
}

/// The load generator.
///
/// # Errors
/// When it is not there and cannot be installed.
pub(crate) fn wrk() -> Outcome<&'static str> {
    // It has no option that succeeds without a server to load.
    if Command::new("wrk").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        install(&["wrk"])?;
    }
    Ok("wrk")
}

/// Docker Compose: the plugin of `docker`, or the program of its own.
///
/// # Errors
/// When there is none and none can be installed.
pub(crate) fn docker_compose() -> Outcome<Command> {
    let mut plugin = Command::new("docker");
    plugin.arg("compose");
    if output(Command::new("docker").args(["compose", "version"])).is_ok() {
        return Ok(plugin);
    }
    if output(Command::new("docker-compose").arg("version")).is_err() {
        install(&["docker-compose"])?;
    }
    Ok(Command::new("docker-compose"))
}

fn answers(program: &str) -> bool {
    output(Command::new(program).arg("--version")).is_ok()
}

/// Installs Debian packages.
fn install(packages: &[&str]) -> Outcome {
    let names = packages.join(" ");
    if !is_root()? {
        return Err(format!("please install: sudo apt-get install {names}").into());
    }
    println!("installing {names}");
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        apt
    };
    output(apt().arg("update"))?;
    output(apt().args(["install", "--yes", "--no-install-recommends"]).args(packages))?;
    Ok(())
}
