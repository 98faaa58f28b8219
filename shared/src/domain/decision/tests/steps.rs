//! The nine steps, each with its examples.

mod choices;
mod facts;
mod order;
