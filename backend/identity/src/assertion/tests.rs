//! Assertions: one that is right, and every way to be wrong.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::*;
use crate::{Error, Role};

const KEY: &str = "0123456789abcdef0123456789abcdef";
const OTHER_KEY: &str = "fedcba9876543210fedcba9876543210";
const NOW: i64 = 1_767_225_600;
const BODY: &[u8] = br#"{"target":"node/web-1"}"#;

fn key(text: &str) -> SecretString {
    SecretString::from(text)
}

fn claims() -> Claims {
    Claims {
        iss: "http://grafana.test/".to_owned(),
        aud: "http://127.0.0.1:8642".to_owned(),
        sub: subject(1, "Ada"),
        name: "Ada".to_owned(),
        email: "ada@example.test".to_owned(),
        org: 1,
        role: Role::Editor,
        ds: "lf".to_owned(),
        iat: NOW,
        exp: NOW + 30,
        jti: "0197-unique".to_owned(),
        htm: "POST".to_owned(),
        htu: "/api/v1/actions/drain-node/run".to_owned(),
        bh: body_hash(BODY),
    }
}

/// Verifies `token` against the request that [`claims`] describes.
fn verify_at(token: &str, now: i64) -> Result<Claims, AssertionFault> {
    let hash = body_hash(BODY);
    let origins = ["http://127.0.0.1:8642".to_owned(), "https://ops.test".to_owned()];
    let expected = Expected {
        method: "POST",
        path: "/api/v1/actions/drain-node/run",
        sub_path: "/ops",
        body_hash: &hash,
        origins: &origins,
        now: Timestamp::from_second(now).unwrap(),
    };
    Verifier::new(&key(KEY), None).unwrap().verify(token, &expected)
}

#[track_caller]
fn check(change: impl FnOnce(&mut Claims), expected: Result<(), AssertionFault>) {
    let mut claims = claims();
    change(&mut claims);
    let token = Signer::new(&key(KEY)).unwrap().sign(&claims);
    assert_eq!(verify_at(&token, NOW), expected.map(|()| claims));
}

/// Signs a header of the test's own making with the right key.
fn with_header(header: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(&serde_json::to_value(claims()).unwrap()));
    let key = EncodingKey::from_secret(KEY.as_bytes());
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

fn right_header() -> Value {
    json!({"alg": "HS256", "typ": "JWT", "kid": Signer::new(&key(KEY)).unwrap().kid()})
}

#[test]
fn an_assertion_made_for_this_request_is_accepted() {
    check(|_| {}, Ok(()));
    check(|claims| claims.aud = "https://ops.test".to_owned(), Ok(()));
    check(|claims| claims.htu.insert_str(0, "/ops"), Ok(()));
    verify_at(&with_header(&right_header()), NOW).unwrap();
}

#[test]
fn the_header_on_the_wire_is_the_one_of_the_contract() {
    let signer = Signer::new(&key(KEY)).unwrap();
    let token = signer.sign(&claims());
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    // The first eight digits `printf %s KEY | sha256sum` prints.
    assert_eq!(header, json!({"alg": "HS256", "typ": "JWT", "kid": "3eb1bd43"}));
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(payload["role"], "Editor");
    assert_eq!(payload["org"], 1);
    assert_eq!(payload["sub"], "grafana:1:ada");
}

#[test]
fn another_request_is_refused() {
    check(|claims| claims.aud = "http://127.0.0.1:8643".to_owned(), Err(AssertionFault::Audience));
    check(|claims| claims.aud = String::new(), Err(AssertionFault::Audience));
    check(|claims| claims.htm = "GET".to_owned(), Err(AssertionFault::Method));
    check(|claims| claims.htm = "post".to_owned(), Err(AssertionFault::Method));
    check(|claims| claims.htu.push('/'), Err(AssertionFault::Path));
    check(|claims| claims.htu.insert_str(0, "/ops/ops"), Err(AssertionFault::Path));
    check(|claims| claims.htu = "/ops".to_owned(), Err(AssertionFault::Path));
    check(|claims| claims.bh = body_hash(b"{}"), Err(AssertionFault::Body));
    check(|claims| claims.bh = String::new(), Err(AssertionFault::Body));
    check(|claims| claims.jti = String::new(), Err(AssertionFault::NoId));
}

#[test]
fn time_is_checked_with_five_seconds_of_skew() {
    let token = Signer::new(&key(KEY)).unwrap().sign(&claims());
    for (now, expected) in [
        (NOW - 6, Some(AssertionFault::Future)),
        (NOW - 5, None),
        (NOW + 34, None),
        (NOW + 35, Some(AssertionFault::Expired)),
        (NOW + 86_400, Some(AssertionFault::Expired)),
    ] {
        assert_eq!(verify_at(&token, now).err(), expected, "{}", now - NOW);
    }
    check(|claims| claims.exp = NOW + 60, Ok(()));
    check(|claims| claims.exp = NOW + 61, Err(AssertionFault::Lifetime));
    check(|claims| claims.exp = NOW - 1, Err(AssertionFault::Lifetime));
    check(|claims| (claims.iat, claims.exp) = (i64::MIN, i64::MAX), Err(AssertionFault::Lifetime));
    check(|claims| (claims.iat, claims.exp) = (i64::MAX, i64::MAX), Err(AssertionFault::Future));
}

#[test]
fn no_algorithm_but_hs256_is_obeyed() {
    let mut header = right_header();
    for alg in ["none", "None", "HS384", "HS512", "RS256", "ES256", "hs256"] {
        header["alg"] = alg.into();
        assert_eq!(verify_at(&with_header(&header), NOW), Err(AssertionFault::Algorithm), "{alg}");
        let unsigned = with_header(&header).rsplit_once('.').unwrap().0.to_owned() + ".";
        assert_eq!(verify_at(&unsigned, NOW), Err(AssertionFault::Algorithm), "{alg}");
    }
    let kid = Signer::new(&key(KEY)).unwrap().kid().to_owned();
    let header = Header { kid: Some(kid), ..Header::new(Algorithm::HS512) };
    let secret = EncodingKey::from_secret(KEY.as_bytes());
    let token = jsonwebtoken::encode(&header, &claims(), &secret).unwrap();
    assert_eq!(verify_at(&token, NOW), Err(AssertionFault::Algorithm));
}

#[test]
fn a_header_with_more_or_less_than_ours_is_refused() {
    for (field, value) in [
        ("crit", json!(["b64"])),
        ("jku", json!("http://evil.test/keys")),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("typ", json!("jwt")),
        ("typ", json!(null)),
        ("kid", json!(null)),
    ] {
        let mut header = right_header();
        header[field] = value;
        assert_eq!(verify_at(&with_header(&header), NOW), Err(AssertionFault::Header), "{field}");
    }
    let mut header = right_header();
    header["kid"] = "00000000".into();
    assert_eq!(verify_at(&with_header(&header), NOW), Err(AssertionFault::UnknownKey));
}

#[test]
fn a_changed_or_foreign_signature_is_refused() {
    let token = Signer::new(&key(KEY)).unwrap().sign(&claims());
    let (message, signature) = token.rsplit_once('.').unwrap();
    for wrong in ["", "AAAA", &signature[1..]] {
        let token = format!("{message}.{wrong}");
        let fault = verify_at(&token, NOW).unwrap_err();
        assert!(matches!(fault, AssertionFault::Signature | AssertionFault::Malformed), "{fault}");
    }
    let foreign = Signer::new(&key(OTHER_KEY)).unwrap().sign(&claims());
    assert_eq!(verify_at(&foreign, NOW), Err(AssertionFault::UnknownKey));
    let mut parts = token.split('.');
    let header = parts.next().unwrap();
    let mut admin = claims();
    admin.role = Role::Admin;
    let admin = URL_SAFE_NO_PAD.encode(serde_json::to_string(&admin).unwrap());
    let forged = format!("{header}.{admin}.{signature}");
    assert_eq!(verify_at(&forged, NOW), Err(AssertionFault::Signature));
}

#[test]
fn both_keys_of_a_rotation_are_accepted() {
    let verifier = Verifier::new(&key(OTHER_KEY), Some(&key(KEY))).unwrap();
    let hash = body_hash(BODY);
    let origins = [claims().aud];
    let expected = Expected {
        method: "POST",
        path: "/api/v1/actions/drain-node/run",
        sub_path: "",
        body_hash: &hash,
        origins: &origins,
        now: Timestamp::from_second(NOW).unwrap(),
    };
    for secret in [KEY, OTHER_KEY] {
        let token = Signer::new(&key(secret)).unwrap().sign(&claims());
        assert_eq!(verifier.verify(&token, &expected), Ok(claims()));
    }
    let third = Signer::new(&key(&"x".repeat(64))).unwrap().sign(&claims());
    assert_eq!(verifier.verify(&third, &expected), Err(AssertionFault::UnknownKey));
}

#[test]
fn a_short_key_is_refused_on_both_sides() {
    let short = key(&"x".repeat(31));
    let fault = Error::KeyTooShort { bytes: 31, min: 32 };
    assert_eq!(Signer::new(&short).err(), Some(fault.clone()));
    assert_eq!(Verifier::new(&short, None).err(), Some(fault.clone()));
    assert_eq!(Verifier::new(&key(KEY), Some(&short)).err(), Some(fault));
    Signer::new(&make_key(&[9; 32])).unwrap();
}

#[test]
fn claims_that_are_missing_or_mistyped_are_malformed() {
    let secret = EncodingKey::from_secret(KEY.as_bytes());
    let kid = Some(Signer::new(&key(KEY)).unwrap().kid().to_owned());
    let header = Header { kid, ..Header::new(Algorithm::HS256) };
    let whole = serde_json::to_value(claims()).unwrap();
    for field in whole.as_object().unwrap().keys() {
        for value in [None, Some(json!([]))] {
            let mut claims = whole.clone();
            let map = claims.as_object_mut().unwrap();
            match value {
                None => map.remove(field),
                Some(value) => map.insert(field.clone(), value),
            };
            let token = jsonwebtoken::encode(&header, &claims, &secret).unwrap();
            assert_eq!(verify_at(&token, NOW), Err(AssertionFault::Malformed), "{field}");
        }
    }
}

#[test]
fn an_unknown_role_gives_no_rights() {
    let mut claims = serde_json::to_value(claims()).unwrap();
    claims["role"] = "Superuser".into();
    let claims: Claims = serde_json::from_value(claims).unwrap();
    assert_eq!(claims.role, Role::None);
}

#[test]
fn nobody_is_no_person() {
    for (login, person) in [
        ("ada", true),
        ("Service desk", true),
        ("", false),
        (" ", false),
        ("service", false),
        ("Service", false),
        ("grafana_scheduler", false),
    ] {
        let claims = Claims { sub: subject(1, login), ..claims() };
        assert_eq!(claims.is_person(), person, "{login}");
    }
    assert!(!Claims { sub: "token:1:ada".to_owned(), ..claims() }.is_person());
    assert_eq!(Claims { sub: subject(1, "a:b"), ..claims() }.login(), "a:b");
}

#[test]
fn an_origin_is_scheme_host_and_port() {
    for (address, expected) in [
        ("http://127.0.0.1:8642", Some("http://127.0.0.1:8642")),
        ("https://Ops.Test:443/leverframe/?a=b", Some("https://ops.test")),
        ("http://user:secret@ops.test/", Some("http://ops.test")),
        ("http://[::1]:80/x", Some("http://[::1]")),
        ("ops.test", None),
        ("file:///etc/passwd", None),
        ("unix:/run/x.sock", None),
        ("", None),
    ] {
        assert_eq!(origin(address).ok().as_deref(), expected, "{address}");
    }
}

#[test]
fn what_has_no_origin_is_refused_without_repeating_any_of_it() {
    for address in [
        "ftp://user:planted-secret@ops.test",
        "http://user:planted-secret@",
        "http://user:planted-secret@ops.test:no-port/",
        "https://user:planted-secret#@ops.test:99999",
        "//user:planted-secret@ops.test",
        "user:planted-secret@ops.test",
        "planted-secret@ops.test",
        "planted-secret",
    ] {
        let fault = origin(address).unwrap_err();
        let shown = format!("{fault} {fault:?}");
        assert!(!shown.contains("planted") && !shown.contains("user"), "{address}: {shown}");
    }
}

#[test]
fn logins_of_nobody_are_known_in_any_spelling() {
    for login in ["", "  ", "service", "Service", " grafana_scheduler ", "GRAFANA_SCHEDULER"] {
        assert!(is_nobody_login(login), "{login:?}");
        assert!(!Claims { sub: subject(1, login), ..claims() }.is_person(), "{login:?}");
    }
    for login in ["ada", "services", "service-1"] {
        assert!(!is_nobody_login(login), "{login:?}");
    }
}

#[test]
fn debug_and_faults_show_no_secret() {
    let signer = Signer::new(&key(KEY)).unwrap();
    let verifier = Verifier::new(&key(KEY), Some(&key(OTHER_KEY))).unwrap();
    let shown = format!("{signer:?} {verifier:?} {:?}", claims());
    for secret in [KEY, OTHER_KEY, "ada@example.test", "0197-unique"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn an_assertion_of_many_bytes_is_not_even_looked_at() {
    let token = "a".repeat(ASSERTION_BYTES_MAX + 1);
    assert_eq!(verify_at(&token, NOW), Err(AssertionFault::TooLong));
}

proptest! {
    #[test]
    fn garbage_is_refused_without_a_panic(token in "[A-Za-z0-9_.=-]{0,200}|\\PC{0,100}") {
        prop_assert!(verify_at(&token, NOW).is_err());
    }

    #[test]
    fn one_changed_character_is_refused(place in any::<prop::sample::Index>(), to in "[A-Za-z0-9_-]") {
        let token = Signer::new(&key(KEY)).unwrap().sign(&claims());
        let place = place.index(token.len());
        let mut changed = token.clone();
        changed.replace_range(place..=place, &to);
        prop_assume!(changed != token);
        prop_assert!(verify_at(&changed, NOW).is_err());
    }
}
