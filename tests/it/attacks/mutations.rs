//! The seeds of the fuzz targets in `crates/api/fuzz`, and some thousand mutations of them, always the same: whatever is sent, the
//! server answers, and never with a fault of its own.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

use api::{Random as _, SeededRandom};

use crate::world::{World, on_both};

#[path = "../../../crates/api/fuzz/src/requests.rs"]
mod requests;

use requests::{Surface, Target};

on_both!(
    no_json_body_is_a_fault,
    no_form_body_is_a_fault,
    no_query_is_a_fault,
    no_authorization_is_a_fault,
    no_cookie_is_a_fault,
);

/// Mutations of all seeds of a surface.
const MUTATIONS: usize = 600;

/// What parsers trip over.
const TOKENS: [&[u8]; 22] = [
    b"\0",
    b"%00",
    b"%",
    b"%FF",
    b"\xff",
    b"\xc3\x28",
    b"&",
    b"=",
    b"&&",
    b";",
    b"\"",
    b"{",
    b"[",
    b"null",
    b"-1",
    b"1e309",
    b"99999999999999999999",
    b"\\ud800",
    b"../",
    b"\xe2\x80\xae",
    b",",
    b"https://evil.example",
];

async fn no_json_body_is_a_fault(world: World) {
    attack(&world, Surface::JsonBody).await;
}

async fn no_form_body_is_a_fault(world: World) {
    attack(&world, Surface::FormBody).await;
}

async fn no_query_is_a_fault(world: World) {
    attack(&world, Surface::Query).await;
}

async fn no_authorization_is_a_fault(world: World) {
    attack(&world, Surface::Authorization).await;
}

async fn no_cookie_is_a_fault(world: World) {
    attack(&world, Surface::Cookies).await;
}

async fn attack(world: &World, surface: Surface) {
    let address: SocketAddr = world.url.trim_start_matches("http://").parse().unwrap();
    tokio::task::spawn_blocking(move || {
        let target = Target::settle(address).unwrap();
        let seeds = seeds(surface);
        for seed in &seeds {
            target.attack(surface, seed).unwrap();
        }
        let begun = Instant::now();
        let dice = Dice(SeededRandom::new(0x5eed));
        for _ in 0..MUTATIONS {
            let input = dice.mutation(&seeds);
            target.attack(surface, &input).unwrap();
        }
        println!(
            "{} seeds and {MUTATIONS} mutations of {}: {:?}",
            seeds.len(),
            surface.name(),
            begun.elapsed()
        );
    })
    .await
    .unwrap();
}

/// In the order of their names, so that every run is the same.
fn seeds(surface: Surface) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/api/fuzz/seeds").join(surface.name());
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 3, "{files:?}");
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

struct Dice(SeededRandom);

impl Dice {
    /// A number below `sides`.
    fn roll(&self, sides: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }

    /// A seed with one to eight changes.
    fn mutation(&self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut input = seeds[self.roll(seeds.len())].clone();
        for _ in 0..=self.roll(8) {
            let (at, other) = (self.roll(input.len() + 1), self.roll(input.len() + 1));
            let (from, to) = (at.min(other), at.max(other));
            match self.roll(6) {
                0 if at < input.len() => input[at] ^= 1 << self.roll(8),
                1 => drop(input.splice(at..at, TOKENS[self.roll(TOKENS.len())].iter().copied())),
                2 => drop(input.splice(from..to.min(from + 40), [])),
                3 => {
                    let again = input[from..to].to_vec();
                    drop(input.splice(to..to, again));
                }
                4 => {
                    let seed = &seeds[self.roll(seeds.len())];
                    let cut = self.roll(seed.len());
                    drop(input.splice(at.., seed[cut..].iter().copied()));
                }
                _ => drop(
                    input.splice(from..to.min(from + 8), TOKENS[self.roll(TOKENS.len())].iter().copied()),
                ),
            }
            input.truncate(16 * 1024);
        }
        input
    }
}
