#![no_main]

use api_fuzz::{Surface, attack};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| attack(Surface::Query, input));
