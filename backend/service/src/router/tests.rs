//! The whole service without a socket: a real store, real actions, a real runner, and a node API
//! that counts.

mod audited;
mod beside;
mod doors;
mod following;
mod house;
mod keys;
mod presses;
mod stopping;

use super::*;

#[test]
fn the_routes_are_those_of_the_table() {
    let here: Vec<Route> = mounted().into_iter().map(|(route, _)| route).collect();
    assert_eq!(here, api::ROUTES);
}
