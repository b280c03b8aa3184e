//! Connections that read: a fixed number, lent for one question each.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use runs::Error;
use rusqlite::Connection;
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use crate::error::Trouble;

/// How long a question waits for a connection.
const WAIT: Duration = Duration::from_secs(5);

/// The connections.
pub(super) struct Readers {
    free: Arc<Mutex<Vec<Connection>>>,
    places: Arc<Semaphore>,
}

/// A connection on loan; it goes back even after a panic.
struct Lent {
    conn: Option<Connection>,
    free: Arc<Mutex<Vec<Connection>>>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        free.extend(self.conn.take());
    }
}

impl Readers {
    pub(super) fn new(connections: Vec<Connection>) -> Self {
        let places = Arc::new(Semaphore::new(connections.len()));
        Self { free: Arc::new(Mutex::new(connections)), places }
    }

    /// Runs `work` on a free connection, off the async threads.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let place = timeout(WAIT, Arc::clone(&self.places).acquire_owned()).await;
        let Ok(Ok(place)) = place else { return Err(Trouble::busy("too many readers").into()) };
        let conn = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let lent = Lent { conn, free: Arc::clone(&self.free) };
        let reading = spawn_blocking(move || {
            // Dropped in this order: first the connection goes back, then the place is free.
            let _place = place;
            let lent = lent;
            match &lent.conn {
                Some(conn) => work(conn),
                None => Err(Trouble::busy("no connection is free").into()),
            }
        });
        let broken = || Err(Trouble::unavailable("reading broke down").into());
        reading.await.unwrap_or_else(|_| broken())
    }
}
