//! Who asks: an assertion of the plugin or a token of ours, checked before anything of the request
//! is believed.

use std::sync::Arc;

use api::ProblemCode;
use http::{HeaderMap, header};
use identity::{
    Actor, AssertionFault, Expected, Grants, TokenSecret, Verifier, assertion::body_hash,
};
use jiff::Timestamp;

use crate::{app::tokens::Tokens, problem::Refused};

/// An assertion's id and until when it must be remembered.
pub(crate) type Jti = (String, Timestamp);

/// A caller that proved who it is.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// Who.
    pub(crate) actor: Arc<Actor>,
    /// What an acting call spends; tokens have none.
    pub(crate) jti: Option<Jti>,
}

/// Checks callers.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    /// The plugin's key.
    pub(crate) verifier: Arc<Verifier>,
    /// The origins under which plugins know the service.
    pub(crate) origins: Vec<String>,
    /// The sub-path.
    pub(crate) base_path: String,
    /// Rights beyond the roles.
    pub(crate) grants: Grants,
    /// The tokens.
    pub(crate) tokens: Tokens,
}

/// What of a request its assertion is bound to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    pub(crate) now: Timestamp,
}

impl Door {
    /// Returns who sent `request`; the faults are 401.
    pub(crate) fn caller(&self, request: Request<'_>) -> Result<Caller, Refused> {
        let bearer = bearer(request.headers)?;
        if bearer.starts_with("lf_") {
            return self.by_token(bearer, request.now);
        }
        if bearer.matches('.').count() == 2 {
            return self.by_assertion(bearer, request);
        }
        Err(refused_token("the bearer is neither a token (`lf_…`) nor an assertion"))
    }

    fn by_token(&self, text: &str, now: Timestamp) -> Result<Caller, Refused> {
        let why = "the token is unknown, wrong or expired";
        let presented = TokenSecret::parse(text).ok_or_else(|| refused_token(why))?;
        let record = self.tokens.get(presented.id()).ok_or_else(|| refused_token(why))?;
        let actor =
            record.check(&presented, now).map_err(|fault| refused_token(why).caused_by(&fault))?;
        Ok(Caller { actor: Arc::new(actor), jti: None })
    }

    fn by_assertion(&self, text: &str, request: Request<'_>) -> Result<Caller, Refused> {
        let hash = body_hash(request.body);
        let expected = Expected {
            method: request.method,
            path: request.path,
            sub_path: &self.base_path,
            body_hash: &hash,
            origins: &self.origins,
            now: request.now,
        };
        let claims = self.verifier.verify(text, &expected).map_err(refused)?;
        // Remembered a little longer than it could be accepted, so that no clock opens a gap.
        let keep = identity::assertion::CLOCK_SKEW_SECONDS.saturating_add(1);
        let until = Timestamp::from_second(claims.exp.saturating_add(keep)).unwrap_or(request.now);
        let actor = Actor::from_claims(&claims, &self.grants);
        Ok(Caller { actor: Arc::new(actor), jti: Some((claims.jti, until)) })
    }
}

fn bearer(headers: &HeaderMap) -> Result<&str, Refused> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (first, second) = (all.next(), all.next());
    if second.is_some() {
        return Err(refused_token("there are several `Authorization` headers"));
    }
    let text = first.ok_or_else(|| refused_token("send `Authorization: Bearer …`"))?;
    let (scheme, bearer) = text
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .ok_or_else(|| refused_token("send `Authorization: Bearer …`"))?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(refused_token("only `Bearer` is taken"));
    }
    Ok(bearer.trim())
}

fn refused(fault: AssertionFault) -> Refused {
    Refused::new(ProblemCode::AuthAssertion, fault.to_string())
}

fn refused_token(why: &str) -> Refused {
    Refused::new(ProblemCode::AuthToken, why)
}
