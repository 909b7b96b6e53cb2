//! Opening the database file: making it, recognising it, checking it. What is not ours is not touched.

use super::StoreError;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// Marks a file as ours ("WRML"): SQLite's `application_id`.
const APPLICATION: i64 = 0x5752_4d4c;

/// The version of the tables below.
const SCHEMA: i64 = 2;

/// From version 1, which did not count what is kept of a visitor.
const COUNTED: &str = "
    ALTER TABLE visitors ADD COLUMN events INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE visitors ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
    UPDATE visitors SET (events, bytes) =
        (SELECT count(*), coalesce(sum(octet_length(json)), 0) FROM events WHERE events.visitor = visitors.visitor);
    UPDATE meta SET value = '2' WHERE key = 'schema';
";

/// Files up to this size are checked from end to end when the server starts; larger ones would keep it waiting.
const CHECKED_BYTES: u64 = 1 << 30;

const BUSY: Duration = Duration::from_secs(5);

const TABLES: &str = "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE models (
        id TEXT NOT NULL,
        version TEXT NOT NULL,
        json TEXT NOT NULL,
        PRIMARY KEY (id, version)
    ) WITHOUT ROWID;

    CREATE TABLE visitors (
        visitor TEXT PRIMARY KEY,
        first_received INTEGER NOT NULL,
        last_received INTEGER NOT NULL,
        -- How many events are kept, and how many bytes their json has together.
        events INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID;
    CREATE INDEX visitors_by_last ON visitors (last_received);

    -- seq is the order of arrival. json is the event as sent; time + shift is when it happened as far as we know.
    CREATE TABLE events (
        seq INTEGER PRIMARY KEY,
        visitor TEXT NOT NULL,
        id TEXT NOT NULL,
        type TEXT NOT NULL,
        time INTEGER NOT NULL,
        shift INTEGER NOT NULL,
        client TEXT,
        received_at INTEGER NOT NULL,
        json TEXT NOT NULL,
        UNIQUE (visitor, id)
    );
";

/// Why the database can't be opened.
#[derive(Debug)]
pub enum OpenError {
    /// It can't be reached: no such folder, no permission, in use.
    Unusable(String),
    /// It is no database, that of another program, or of a newer version of this one.
    Foreign(String),
    /// It is damaged.
    Damaged(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Unusable(message) | OpenError::Foreign(message) | OpenError::Damaged(message) => f.write_str(message),
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> OpenError {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match error.sqlite_error_code() {
            Some(NotADatabase) => OpenError::Foreign("it is no SQLite database; name another file, or move this one away".into()),
            Some(DatabaseCorrupt) => damaged(&error.to_string()),
            _ => OpenError::Unusable(StoreError::from(error).to_string()),
        }
    }
}

fn damaged(what: &str) -> OpenError {
    OpenError::Damaged(format!("it is damaged ({what}); restore a backup, or save what can be with `sqlite3 FILE .recover`"))
}

/// The connection that writes.
pub fn writer(path: &Path, max_bytes: Option<u64>) -> Result<Connection, OpenError> {
    let existing = path.metadata().map_or(0, |data| data.len());
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    recognise(&connection)?;
    if existing > CHECKED_BYTES {
        anstream::eprintln!("the database is larger than 1 GiB and not checked for damage");
    } else if existing > 0 {
        let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if verdict != "ok" {
            return Err(damaged(verdict.lines().last().unwrap_or_default()));
        }
    }
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(OpenError::Unusable("its file system can't hold a write-ahead log; put it on a local disk".into()));
    }
    // FULL syncs the log at each commit: what is acknowledged survives a power cut.
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;")?;
    create(&mut connection)?;
    if let Some(max_bytes) = max_bytes {
        let page: u32 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        let _: i64 = connection.query_row(
            &format!("PRAGMA max_page_count = {}", (max_bytes / u64::from(page)).clamp(1, 4_294_967_294)),
            [],
            |row| row.get(0),
        )?;
    }
    Ok(connection)
}

/// The connection that reads.
pub fn reader(path: &Path) -> Result<Connection, OpenError> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch("PRAGMA query_only = ON;")?;
    Ok(connection)
}

/// Refuses what is not ours, before anything is written.
fn recognise(connection: &Connection) -> Result<(), OpenError> {
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if tables == 0 && application == 0 {
        return Ok(());
    }
    if application != APPLICATION {
        return Err(OpenError::Foreign("it is the SQLite database of another program; name another file".into()));
    }
    let version = version(connection)?;
    if version != SCHEMA.to_string() && version != "1" {
        return Err(OpenError::Foreign(format!(
            "its tables are of version {version}, and this program knows version {SCHEMA}; run the newer warmlead"
        )));
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<String, rusqlite::Error> {
    connection.query_row("SELECT value FROM meta WHERE key = 'schema'", [], |row| row.get(0))
}

/// Makes the tables in a new file, or brings those of an older version up to date: wholly or, if the machine stops in between, not at all.
fn create(connection: &mut Connection) -> Result<(), OpenError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 {
        transaction.execute_batch(TABLES)?;
        transaction.execute("INSERT INTO meta (key, value) VALUES ('schema', ?1)", [SCHEMA.to_string()])?;
        transaction.execute_batch(&format!("PRAGMA application_id = {APPLICATION};"))?;
    } else if version(&transaction)? == "1" {
        transaction.execute_batch(COUNTED)?;
    }
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    fn file(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("warmlead-open-{}-{name}.db", std::process::id()));
        for suffix in ["", "-wal", "-shm"] {
            _ = fs::remove_file(format!("{}{suffix}", path.display()));
        }
        path
    }

    #[test]
    fn a_file_is_made_and_recognised() {
        let path = file("new");
        drop(writer(&path, None).unwrap());
        drop(writer(&path, None).unwrap());
        reader(&path).unwrap();
    }

    #[test]
    fn what_is_not_ours_is_refused_and_left_alone() {
        let text = file("text");
        fs::write(&text, "not a database, but long enough to look at".repeat(100)).unwrap();
        assert!(matches!(writer(&text, None), Err(OpenError::Foreign(_))));

        let other = file("other");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        let before = fs::read(&other).unwrap();
        assert!(matches!(writer(&other, None), Err(OpenError::Foreign(_))));
        assert_eq!(fs::read(&other).unwrap(), before);

        let newer = file("newer");
        writer(&newer, None).unwrap().execute_batch("UPDATE meta SET value = '3'").unwrap();
        assert!(matches!(writer(&newer, None), Err(OpenError::Foreign(_))));

        assert!(matches!(writer(Path::new("/nonexistent/folder/x.db"), None), Err(OpenError::Unusable(_))));
    }

    #[test]
    fn an_older_file_is_brought_up_to_date() {
        let path = file("older");
        let first = "
            PRAGMA application_id = 1465011532;
            CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            INSERT INTO meta VALUES ('schema', '1');
            CREATE TABLE visitors (visitor TEXT PRIMARY KEY, first_received INTEGER NOT NULL, last_received INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE events (seq INTEGER PRIMARY KEY, visitor TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL, UNIQUE (visitor, id));
            INSERT INTO visitors VALUES ('v', 1, 2), ('w', 1, 2);
            INSERT INTO events (visitor, id, json) VALUES ('v', 'a', '{}'), ('v', 'b', '\"é\"');
        ";
        Connection::open(&path).unwrap().execute_batch(first).unwrap();
        for _ in 0..2 {
            let connection = writer(&path, None).unwrap();
            let mut statement =
                connection.prepare("SELECT visitor || ' ' || events || ' ' || bytes FROM visitors ORDER BY visitor").unwrap();
            let counted: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            assert_eq!((counted, version(&connection).unwrap().as_str()), (vec!["v 2 6".into(), "w 0 0".to_owned()], "2"));
        }
    }

    #[test]
    fn damage_is_seen() {
        let path = file("damaged");
        let connection = writer(&path, None).unwrap();
        let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            INSERT INTO events (visitor, id, type, time, shift, received_at, json) SELECT 'v', 'e' || i, 't', i, 0, 0, '{}' FROM n";
        connection.execute_batch(fill).unwrap();
        drop(connection);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 9000].fill(0xa5);
        fs::write(&path, bytes).unwrap();
        assert!(matches!(writer(&path, None), Err(OpenError::Damaged(_))));
    }
}
