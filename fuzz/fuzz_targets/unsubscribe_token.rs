//! Tokens of unsubscribe links, by the laws of `shared::fuzzing`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    shared::fuzzing::unsubscribe_token(data);
});
