//! Tokens: their text, their hash, their end.

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn token(seed: u8) -> TokenSecret {
    TokenSecret::new(&std::array::from_fn(|n| seed.wrapping_add(u8::try_from(n).unwrap())))
}

fn record(secret: &TokenSecret) -> TokenRecord {
    TokenRecord {
        expires: Some(at("2026-02-01T00:00:00Z")),
        grants: BTreeSet::from([Grant::Stop]),
        ..TokenRecord::new(secret, "init", Role::Admin, at("2026-01-01T00:00:00Z"))
    }
}

#[test]
fn a_token_comes_back_from_its_text() {
    let secret = token(7);
    let text = secret.text().expose_secret();
    assert_eq!(text.len(), 3 + 16 + 1 + 64);
    let parsed = TokenSecret::parse(text).unwrap();
    assert_eq!(parsed.id(), secret.id());
    assert_eq!(parsed.hash(), secret.hash());
}

#[test]
fn the_record_knows_its_token_and_no_other() {
    let secret = token(7);
    let record = record(&secret);
    let now = at("2026-01-15T00:00:00Z");
    let actor = record.check(&secret, now).unwrap();
    assert_eq!(actor.subject, format!("token:{}", secret.id()));
    assert_eq!((actor.role, actor.via, actor.org), (Role::Admin, Via::Token, None));
    assert!(actor.has(Grant::Stop) && actor.is_person());

    assert_eq!(record.check(&token(8), now), Err(TokenFault::Wrong));
    let same_id = format!("lf_{}_{}", secret.id(), "0".repeat(64));
    let same_id = TokenSecret::parse(&same_id).unwrap();
    assert_eq!(record.check(&same_id, now), Err(TokenFault::Wrong));
}

#[test]
fn an_expired_token_is_refused_from_the_very_instant() {
    let secret = token(7);
    let record = record(&secret);
    assert!(record.check(&secret, at("2026-01-31T23:59:59.999Z")).is_ok());
    assert_eq!(record.check(&secret, at("2026-02-01T00:00:00Z")), Err(TokenFault::Expired));
}

#[test]
fn a_record_is_stored_without_the_secret_and_comes_back() {
    let secret = token(7);
    let record = record(&secret);
    let json = serde_json::to_string(&record).unwrap();
    let half = secret.text().expose_secret().rsplit_once('_').unwrap().1.to_owned();
    assert!(!json.contains(&half), "{json}");
    assert_eq!(serde_json::from_str::<TokenRecord>(&json).unwrap(), record);
    assert!(
        serde_json::from_str::<TokenRecord>(&json.replace("\"hash\":\"", "\"hash\":\"0")).is_err()
    );
}

#[test]
fn debug_shows_neither_secret_nor_hash() {
    let secret = token(7);
    let record = record(&secret);
    let half = secret.text().expose_secret().rsplit_once('_').unwrap().1.to_owned();
    let hash = serde_json::to_value(record.hash).unwrap().as_str().unwrap().to_owned();
    for shown in [format!("{secret:?}"), format!("{record:?}"), format!("{:?}", record.hash)] {
        assert!(!shown.contains(&half) && !shown.contains(&hash), "{shown}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_token_or_not_without_a_panic(text in "(lf_)?[0-9a-f_é]{0,90}") {
        if let Some(token) = TokenSecret::parse(&text) {
            prop_assert_eq!(token.text().expose_secret(), text);
        }
    }
}
