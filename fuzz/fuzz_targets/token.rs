//! Tokens, by the laws of `shared::fuzzing`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    shared::fuzzing::token(data);
});
