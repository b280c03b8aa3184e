//! The schema and its versions. Migrations only go forward, each in one transaction.

use rusqlite::Connection;

/// "LFR1": says that a database is ours.
pub(super) const APPLICATION: i64 = 0x4c46_5231;

/// Each brings the schema from its index to the next version.
const MIGRATIONS: [&str; 2] = [
    include_str!("../../migrations/sqlite/0001_first.sql"),
    include_str!("../../migrations/sqlite/0002_met.sql"),
];

/// The newest schema.
pub(super) const NEWEST: i64 = MIGRATIONS.len().cast_signed() as i64;

/// Returns (application, version) of a database; both are 0 when it is empty.
pub(super) fn found(conn: &Connection) -> rusqlite::Result<(i64, i64)> {
    let number = |pragma| conn.pragma_query_value(None, pragma, |row| row.get(0));
    Ok((number("application_id")?, number("user_version")?))
}

/// Brings the schema up to [`NEWEST`].
pub(super) fn migrate(conn: &mut Connection, from: i64) -> rusqlite::Result<()> {
    for (index, sql) in MIGRATIONS.iter().enumerate() {
        let version = index.cast_signed() as i64 + 1;
        if version <= from {
            continue;
        }
        let step = conn.transaction()?;
        step.execute_batch(sql)?;
        step.pragma_update(None, "application_id", APPLICATION)?;
        step.pragma_update(None, "user_version", version)?;
        step.commit()?;
    }
    Ok(())
}
