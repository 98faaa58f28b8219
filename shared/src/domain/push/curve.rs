//! Whether a public key is a point of the curve that Web Push agrees on keys with: P-256 (FIPS 186-4,
//! D.1.2.3).
//!
//! The libraries of the tree tell it only where a private key is at hand, and so randomness. What is held
//! against the curve here is public, so that the time it takes may tell what it is.

/// A number below 2^256, its most significant part first: numbers are ordered as their parts are.
type Number = [u64; 4];

/// The field's prime, 2^256 - 2^224 + 2^192 + 2^96 - 1.
const P: Number =
    [0xffff_ffff_0000_0001, 0x0000_0000_0000_0000, 0x0000_0000_ffff_ffff, 0xffff_ffff_ffff_ffff];

/// The curve is y² = x³ - 3x + b.
const B: Number =
    [0x5ac6_35d8_aa3a_93e7, 0xb3eb_bd55_7698_86bc, 0x651d_06b0_cc53_b0f6, 0x3bce_3c3e_27d2_604b];

/// Whether the coordinates, with the most significant byte first, are those of a point of the curve.
/// There is no other condition, since the group has a prime number of points.
pub(super) fn has_point(x: &[u8; 32], y: &[u8; 32]) -> bool {
    let (x, y) = (number(x), number(y));
    let left = plus(times(y, y), plus(x, plus(x, x)));
    let right = plus(times(x, times(x, x)), B);
    x < P && y < P && left == right
}

fn number(bytes: &[u8; 32]) -> Number {
    let mut number = [0; 4];
    for (part, bytes) in number.iter_mut().zip(bytes.chunks_exact(8)) {
        *part = bytes.iter().fold(0, |part, byte| part << 8 | u64::from(*byte));
    }
    number
}

/// The sum, modulo the prime.
fn plus(a: Number, b: Number) -> Number {
    let (sum, has_carry) = part_by_part(a, b, u64::overflowing_add);
    if has_carry || sum >= P { part_by_part(sum, P, u64::overflowing_sub).0 } else { sum }
}

/// The product, modulo the prime: doubled for each bit, and added to where it is set.
fn times(a: Number, b: Number) -> Number {
    let bits = a.into_iter().flat_map(|part| (0..64).rev().map(move |bit| part >> bit & 1 == 1));
    bits.fold([0; 4], |product, is_set| {
        let doubled = plus(product, product);
        if is_set { plus(doubled, b) } else { doubled }
    })
}

/// The sum or the difference, and whether something is left to carry or to borrow.
fn part_by_part(a: Number, b: Number, step: fn(u64, u64) -> (u64, bool)) -> (Number, bool) {
    let (mut result, mut carries) = ([0; 4], false);
    for ((part, a), b) in result.iter_mut().zip(a).zip(b).rev() {
        let (partial, first) = step(a, b);
        let (whole, second) = step(partial, u64::from(carries));
        (*part, carries) = (whole, first || second);
    }
    (result, carries)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
    use ring::rand::{SecureRandom as _, SystemRandom};

    use super::*;

    fn is_on_curve(point: &[u8; 65]) -> bool {
        let (x, y) = point[1..].split_at(32);
        has_point(x.try_into().unwrap(), y.try_into().unwrap())
    }

    /// What `ring` makes of it when it is to agree with it on something.
    fn ring_agrees(point: &[u8; 65]) -> bool {
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        agree_ephemeral(private, &UnparsedPublicKey::new(&ECDH_P256, point), |_| ()).is_ok()
    }

    fn random_point() -> [u8; 65] {
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        private.compute_public_key().unwrap().as_ref().try_into().unwrap()
    }

    #[test]
    fn points_that_ring_makes_are_on_the_curve_and_their_neighbours_are_not() {
        for _ in 0..5 {
            let point = random_point();
            assert!(is_on_curve(&point));
            let mut bit = [0];
            SystemRandom::new().fill(&mut bit).unwrap();
            for byte in 1..65 {
                let mut other = point;
                other[byte] ^= 1 << (bit[0] % 8);
                assert_eq!(is_on_curve(&other), ring_agrees(&other), "{other:?}");
            }
        }
    }

    #[test]
    fn of_a_point_its_mirror_image_is_one_too() {
        let point = random_point();
        let y = number(point[33..].try_into().unwrap());
        let (mirrored, _) = part_by_part(P, y, u64::overflowing_sub);
        let mut image = point;
        for (to, part) in image[33..].chunks_exact_mut(8).zip(mirrored) {
            to.copy_from_slice(&part.to_be_bytes());
        }
        assert!(is_on_curve(&image) && ring_agrees(&image));
    }

    #[test]
    fn coordinates_beyond_the_prime_are_none_though_they_are_congruent() {
        // x = 0 has a point: the square root of b. Zero and the prime are one number in the field.
        let root = [
            0x66, 0x48, 0x5c, 0x78, 0x0e, 0x2f, 0x83, 0xd7, 0x24, 0x33, 0xbd, 0x5d, 0x84, 0xa0,
            0x6b, 0xb6, 0x54, 0x1c, 0x2a, 0xf3, 0x1d, 0xae, 0x87, 0x17, 0x28, 0xbf, 0x85, 0x6a,
            0x17, 0x4f, 0x93, 0xf4,
        ];
        assert!(has_point(&[0; 32], &root));
        let mut prime = [0; 32];
        for (to, part) in prime.chunks_exact_mut(8).zip(P) {
            to.copy_from_slice(&part.to_be_bytes());
        }
        assert!(!has_point(&prime, &root));
        assert!(!has_point(&[0; 32], &[0; 32]) && !has_point(&[0xff; 32], &[0xff; 32]));
    }

    proptest! {
        #[test]
        fn ring_says_the_same_of_any_two_numbers(bytes: [[u8; 32]; 2]) {
            let [x, y] = bytes;
            let mut point = [4; 65];
            point[1..33].copy_from_slice(&x);
            point[33..].copy_from_slice(&y);
            prop_assert_eq!(has_point(&x, &y), ring_agrees(&point));
        }
    }
}
