//! The `Idempotency-Key`: whatever has changed since, a repeated request gets its first answer.

use std::fs;

use axum::body::Body;
use http::{Request, header};
use identity::Role;
use runs::RunStore as _;

use super::house::{Answer, EDITOR, House, RUN, note};
use crate::app::reload::reload;

fn keyed(house: &House, key: &str, body: &str) -> Request<Body> {
    let claims = house.claims(EDITOR, "POST", RUN, body);
    let mut request = house.signed(House::request("POST", RUN, body), &claims);
    request.headers_mut().insert("idempotency-key", key.parse().unwrap());
    request
}

async fn press(house: &House, key: &str, body: &str) -> Answer {
    house.send(keyed(house, key, body)).await
}

#[track_caller]
fn same(first: &Answer, second: &Answer) {
    assert_eq!((second.status, &second.text), (first.status, &first.text));
    assert_eq!(second.headers.get(header::LOCATION), first.headers.get(header::LOCATION));
}

#[tokio::test]
async fn a_repeated_request_gets_its_first_answer() {
    let house = House::new().await;
    let first = press(&house, "key-1", &note("keyed")).await;
    assert_eq!(first.status, 202, "{}", first.text);
    house.ended(&first.run().id).await;
    same(&first, &press(&house, "key-1", &note("keyed")).await);
    press(&house, "key-1", &note("other")).await.is(422, "key_reused");
    assert_eq!(house.notes.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn the_first_answer_outlives_definition_and_rights() {
    let house = House::new().await;
    let first = press(&house, "key-1", &note("keyed")).await;
    house.ended(&first.run().id).await;
    let file = house.app.config.actions.join("call-node-api.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("[Editor, Admin]", "[Admin]")).unwrap();
    reload(&house.app).await;
    press(&house, "key-2", &note("keyed")).await.is(403, "auth_forbidden");
    same(&first, &press(&house, "key-1", &note("keyed")).await);
    press(&house, "key-1", &note("other")).await.is(422, "key_reused");
    fs::remove_file(&file).unwrap();
    reload(&house.app).await;
    press(&house, "key-2", &note("keyed")).await.is(404, "not_found");
    same(&first, &press(&house, "key-1", &note("keyed")).await);
    // Somebody else's key is another key, also with the same name.
    let claims = house.claims(("adam", Role::Admin), "POST", RUN, &note("keyed"));
    let mut other = house.signed(House::request("POST", RUN, &note("keyed")), &claims);
    other.headers_mut().insert("idempotency-key", "key-1".parse().unwrap());
    house.send(other).await.is(404, "not_found");
    assert_eq!(house.notes.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_whose_press_met_a_run_repeats_that() {
    let house = House::new().await;
    let first = press(&house, "key-1", &note("keyed")).await;
    let met = press(&house, "key-2", &note("keyed")).await;
    assert_eq!((met.status.as_u16(), met.run().deduplicated), (200, true), "{}", met.text);
    house.ended(&first.run().id).await;
    same(&met, &press(&house, "key-2", &note("keyed")).await);
    same(&first, &press(&house, "key-1", &note("keyed")).await);
}

#[tokio::test]
async fn a_repeated_answer_takes_a_fresh_assertion() {
    let house = House::new().await;
    let body = note("keyed");
    let first = press(&house, "key-1", &body).await;
    house.ended(&first.run().id).await;
    let claims = house.claims(EDITOR, "POST", RUN, &body);
    let again = || {
        let mut request = house.signed(House::request("POST", RUN, &body), &claims);
        request.headers_mut().insert("idempotency-key", "key-1".parse().unwrap());
        request
    };
    same(&first, &house.send(again()).await);
    house.send(again()).await.is(401, "auth_assertion");
}

#[tokio::test]
async fn a_bad_key_is_told_and_presses_nothing() {
    let house = House::new().await;
    for key in ["a b", &"k".repeat(256)] {
        press(&house, key, &note("x")).await.is(400, "invalid_params");
    }
    let filter = runs::RunFilter { limit: 10, ..runs::RunFilter::default() };
    assert!(house.store.list(filter).await.unwrap().runs.is_empty());
}
