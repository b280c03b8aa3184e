//! What the service asks of its durable place beyond runs. A trait, so that a test can take the
//! disk away.

use async_trait::async_trait;
use identity::TokenRecord;
use jiff::Timestamp;
use runs::{Error, RunStore};
use store::{AuditRecord, StopFlag, Store};

/// The durable place of the service.
#[async_trait]
pub(crate) trait Durable: RunStore {
    /// Remembers a record.
    async fn keep_audit(&self, record: AuditRecord) -> Result<(), Error>;

    /// Spends an assertion's id, kept until it expires; false if it was spent before.
    async fn spend(&self, jti: &str, expires: Timestamp, now: Timestamp) -> Result<bool, Error>;

    /// Keeps the stop switch.
    async fn keep_stop(&self, flag: StopFlag) -> Result<(), Error>;

    /// Returns the stop switch as it was kept.
    fn kept_stop(&self) -> StopFlag;

    /// Returns the records of all API tokens.
    async fn tokens(&self) -> Result<Vec<TokenRecord>, Error>;
}

#[async_trait]
impl Durable for Store {
    async fn keep_audit(&self, record: AuditRecord) -> Result<(), Error> {
        self.audit(record).await
    }

    async fn spend(&self, jti: &str, expires: Timestamp, now: Timestamp) -> Result<bool, Error> {
        self.spend_jti(jti, expires, now).await
    }

    async fn keep_stop(&self, flag: StopFlag) -> Result<(), Error> {
        self.set_stop(flag).await
    }

    fn kept_stop(&self) -> StopFlag {
        self.stop()
    }

    async fn tokens(&self) -> Result<Vec<TokenRecord>, Error> {
        self.list_tokens().await
    }
}
