//! Stored events that can't be read cost nobody anything else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{Folder, Server, URL, batch, ids_of, now, page};
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::fs::{File, read_to_string};

#[test]
fn an_event_that_can_not_be_read_is_left_out_and_told_once() {
    let folder = Folder::new();
    let (db, log) = (folder.path("w.db"), folder.path("log"));
    let server = Server::logged(&db, &[], File::create(&log).unwrap());
    let (time, odd) = (now() - 60_000, "x\\n2027 warmlead: all is well\\u001b[2J");
    server.post(batch(&[
        page(odd, "good", time, URL),
        page(odd, "bad-1", time, URL),
        page(odd, "bad-2", time, URL),
        page(odd, "bad-3", time, URL),
    ]));
    server.post(batch(&[page("other", "a", time, URL)]));
    let damage = Connection::open(&db).unwrap();
    damage
        .execute_batch(
            "UPDATE events SET json = '{' WHERE id = 'bad-1'; UPDATE events SET json = x'ff' WHERE id = 'bad-2';
         UPDATE events SET client = x'00' WHERE id = 'bad-3';",
        )
        .unwrap();

    let list = server.get("/v1/visitors");
    assert_eq!(list.status, 200, "{}", list.text());
    assert_eq!(ids_of(&server, "x%0A2027%20warmlead%3A%20all%20is%20well%1B%5B2J"), BTreeSet::from(["good".to_owned()]));
    let mixed = server.post(batch(&[page("other", "b", time, URL), page(odd, "next", time, URL), page(odd, "bad-1", time, URL)]));
    assert_eq!((mixed.status, mixed.results()), (200, vec!["stored".into(), "stored".into(), "duplicate".to_owned()]));
    assert_eq!(ids_of(&server, "other").len(), 2);

    server.kill();
    let log = read_to_string(log).unwrap();
    let told: Vec<&str> = log.lines().collect();
    assert_eq!(told.len(), 3, "{log}");
    for (line, id) in told.iter().zip(["bad-3", "bad-1", "bad-2"]) {
        let whole =
            format!(r"the stored event `{id}` of visitor `x\u000a2027 warmlead: all is well\u001b[2J` can't be read and is left out: ");
        assert!(line.contains(&whole), "{line}");
    }
}
