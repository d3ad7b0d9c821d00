//! Randomness that is handed in, and the shapes of random text that Cognito's ids have.
//!
//! The source is the caller's: the system's generator in the server, a seeded one in tests.

use uuid::Uuid;

/// A source of random bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes` with unpredictable values.
    fn fill(&self, bytes: &mut [u8]);
}

const DIGITS: &[u8] = b"0123456789";
const LOWER_LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const LOWER_ALPHANUMERIC: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Random bytes, as many as the caller's array holds.
pub fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

/// A version 4 UUID.
pub fn uuid(random: &dyn Random) -> Uuid {
    uuid::Builder::from_random_bytes(bytes(random)).into_uuid()
}

/// Decimal digits, leading zeros included: confirmation codes.
pub fn digits(random: &dyn Random, length: usize) -> String {
    text(random, DIGITS, length)
}

/// Characters of `[a-z]`.
pub fn lower_letters(random: &dyn Random, length: usize) -> String {
    text(random, LOWER_LETTERS, length)
}

/// Characters of `[a-z0-9]`: client ids and secrets.
pub fn lower_alphanumeric(random: &dyn Random, length: usize) -> String {
    text(random, LOWER_ALPHANUMERIC, length)
}

/// Characters of `[0-9A-Za-z]`: user pool ids.
pub fn alphanumeric(random: &dyn Random, length: usize) -> String {
    text(random, ALPHANUMERIC, length)
}

/// Draws each character with the same chance: a byte beyond the last whole multiple of the alphabet is passed over. Bytes are
/// drawn by the block, since every draw from the system costs as much as many bytes.
fn text(random: &dyn Random, alphabet: &[u8], length: usize) -> String {
    let fair = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let usable = bytes::<64>(random).into_iter().map(usize::from).filter(|byte| *byte < fair);
        text.extend(usable.take(length - text.len()).map(|byte| char::from(alphabet[byte % alphabet.len()])));
    }
    text
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU8, Ordering};

    /// Counts up, so that a test sees which bytes were used.
    pub(crate) struct Counting(pub AtomicU8);

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
        }
    }

    #[test]
    fn every_character_of_the_alphabet_has_the_same_chance() {
        let random = Counting(AtomicU8::new(0));
        // 250 of the 256 possible bytes are used, 25 for each digit.
        let drawn = digits(&random, 250);
        for digit in DIGITS {
            assert_eq!(drawn.bytes().filter(|byte| byte == digit).count(), 25);
        }
    }

    #[test]
    fn ids_have_the_length_asked_for_and_only_their_alphabet() {
        let random = Counting(AtomicU8::new(7));
        let id = lower_alphanumeric(&random, 26);
        assert_eq!(id.len(), 26);
        assert!(id.bytes().all(|byte| LOWER_ALPHANUMERIC.contains(&byte)));
        assert_eq!(uuid(&random).get_version_num(), 4);
    }
}
