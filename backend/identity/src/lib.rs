//! Who asks, and how it is proven: actors, signed assertions, tokens.
#![doc = include_str!("../README.md")]

pub mod actor;
pub mod assertion;
pub mod error;
mod hex;
pub mod token;

pub use actor::{Actor, Grant, Grants, Role, Via};
pub use assertion::{AssertionFault, Claims, Expected, Signer, Verifier, is_nobody_login};
pub use error::Error;
pub use token::{TokenFault, TokenHash, TokenRecord, TokenSecret};
