//! The `poolhouse` command: reads what it is asked for, and hands over to the library.

use std::process::ExitCode;

use api::config::{Config, Flags};
use api::start;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(version, about = "Amazon Cognito user pools, emulated for a whole team", long_about = None)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API (the default)
    Serve,
    /// Read the configuration, print it without its secrets, and stop
    CheckConfig,
    /// Bring the database to the newest schema and stop
    Migrate,
    /// Ask a running server whether it is ready; the exit code answers
    Healthcheck,
}

fn main() -> ExitCode {
    let Cli { flags, command } = Cli::parse();
    let variables = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let outcome = Config::load(&flags, variables).map_err(Into::into).and_then(|config| {
        match command.unwrap_or(Command::Serve) {
            Command::Serve => start::serve(config),
            Command::CheckConfig => start::check_config(&config),
            Command::Migrate => start::migrate(&config),
            Command::Healthcheck => start::healthcheck(&config),
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => start::failed(&*error),
    }
}
