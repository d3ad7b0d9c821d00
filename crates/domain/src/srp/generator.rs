//! Powers of the generator, by a table: no squarings are left to do, and a power costs a quarter of one of another base.

use std::sync::LazyLock;

use crypto_bigint::modular::FixedMontyForm;
use crypto_bigint::{CtAssign, CtEq, U3072};

use super::GROUP;

/// Bits of an exponent that are looked up at once.
const WINDOW_BITS: usize = 4;
/// Windows of an exponent of 32 bytes.
const WINDOWS: usize = 32 * 8 / WINDOW_BITS;

/// In each row, for a window, g^(digit · 16^window) for each digit. In Montgomery form; 400 kB.
static POWERS: LazyLock<Vec<[U3072; 1 << WINDOW_BITS]>> = LazyLock::new(|| {
    let mut base = FixedMontyForm::new(&U3072::from(2u8), &GROUP);
    let row = |_| {
        let mut power = FixedMontyForm::one(&GROUP);
        let row = std::array::from_fn(|_| {
            let this = power.to_montgomery();
            power *= base;
            this
        });
        base = power;
        row
    };
    (0..WINDOWS).map(row).collect()
});

/// g^exponent mod N, big-endian. In constant time: every entry of a row is read, whichever it is.
pub(super) fn power(exponent: &[u8; 32]) -> U3072 {
    let mut power = FixedMontyForm::one(&GROUP);
    for (window, row) in POWERS.iter().enumerate() {
        let byte = exponent[exponent.len() - 1 - window / 2];
        let digit = (byte >> (WINDOW_BITS * (window % 2))) & 0xf;
        let mut factor = row[0];
        for (candidate, entry) in (0u8..).zip(row) {
            factor.ct_assign(entry, candidate.ct_eq(&digit));
        }
        power *= FixedMontyForm::from_montgomery(factor, &GROUP);
    }
    power.retrieve()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_by_the_table_is_the_power() {
        let two = FixedMontyForm::new(&U3072::from(2u8), &GROUP);
        let ascending: [u8; 32] = std::array::from_fn(|index| u8::try_from(index * 7).unwrap());
        let mut one = [0; 32];
        one[31] = 1;
        for exponent in [[0; 32], one, ascending, [0x80; 32], [0xff; 32]] {
            let mut wide = [0; super::super::GROUP_BYTES];
            wide[super::super::GROUP_BYTES - 32..].copy_from_slice(&exponent);
            assert_eq!(power(&exponent), two.pow(&U3072::from_be_slice(&wide)).retrieve(), "{exponent:?}");
        }
    }
}
