//! What is decided, held against the contract: step by step with examples.

mod steps;
mod world;
