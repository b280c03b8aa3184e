-- Times are whole microseconds since 1970, ids the 16 bytes of a UUID.

-- The truth: one row for each thing that happened to a run.
CREATE TABLE event (
    run BLOB NOT NULL,
    seq INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

-- The fold of each log, written with its last event: what lists and answers read.
CREATE TABLE run (
    id BLOB PRIMARY KEY,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    open INTEGER NOT NULL CHECK (open IN (0, 1)),
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    actor TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    code TEXT,
    ended INTEGER,
    snapshot TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX run_open ON run (id) WHERE open = 1;
CREATE INDEX run_fingerprint ON run (fingerprint, ended);
CREATE INDEX run_ends ON run (action, target, ended) WHERE ended IS NOT NULL AND state <> 'refused';

-- A place in the queue of a lock, in the order of n, or the lock itself.
CREATE TABLE claim (
    n INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    run BLOB NOT NULL,
    alone INTEGER NOT NULL CHECK (alone IN (0, 1)),
    held INTEGER NOT NULL CHECK (held IN (0, 1)),
    UNIQUE (key, run)
) STRICT;
CREATE INDEX claim_run ON claim (run);

-- An Idempotency-Key of an actor; it expires some time after its run has ended.
CREATE TABLE bound_key (
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    run BLOB NOT NULL,
    expires INTEGER,
    PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX bound_key_run ON bound_key (run);
CREATE INDEX bound_key_expires ON bound_key (expires) WHERE expires IS NOT NULL;

-- Assertions that were used.
CREATE TABLE jti (
    jti TEXT PRIMARY KEY,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX jti_expires ON jti (expires);

-- Numbers that only grow.
CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counter (name, value) VALUES ('fence', 0);

-- Who did what, and what was denied. Rows are never changed.
CREATE TABLE audit (
    n INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT,
    action TEXT,
    target TEXT,
    code TEXT,
    run BLOB,
    detail TEXT
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'an audit row is never changed'); END;
CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'an audit row is never deleted'); END;

-- The stop switch.
CREATE TABLE stop (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    stopped INTEGER NOT NULL CHECK (stopped IN (0, 1)),
    since INTEGER,
    actor TEXT,
    reason TEXT
) STRICT;

-- API tokens: hashes, never secrets.
CREATE TABLE token (
    id TEXT PRIMARY KEY,
    record TEXT NOT NULL
) STRICT, WITHOUT ROWID;
