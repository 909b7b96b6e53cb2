//! How the sender behaves, as tables; and a long simulation of a bad network and a picky collector.

use super::{Answer, Batch, Limits, Outcome, Sender, Verdict, Waiting};
use crate::json::parse;
use crate::value::Value;
use std::collections::BTreeSet;

const NOW: i64 = 1_769_000_000_000;

fn waiting(id: &str) -> Waiting {
    Waiting { id: id.into(), event: parse(&format!(r#"{{"id": "{id}", "type": "x", "time": 1}}"#)).unwrap() }
}

fn rows(ids: &str) -> Vec<Waiting> {
    ids.split_whitespace().map(waiting).collect()
}

fn ids(ids: &str) -> Vec<String> {
    ids.split_whitespace().map(str::to_owned).collect()
}

fn sent(batch: Option<Batch>) -> String {
    batch.map_or("nothing".into(), |batch| batch.ids.join(" ") + if batch.last { " ." } else { "" })
}

/// The answer of a status, told by the function that takes it.
fn answer<T>(status: u16, body: &str, take: impl FnOnce(Answer<'_>) -> T) -> T {
    match status {
        0 => take(Answer::Unreachable),
        status => take(Answer::Response { status, retry_at: None, body: &parse(body).unwrap_or_default() }),
    }
}

fn results(pairs: &str) -> String {
    let result = |pair: &str| {
        let (id, status) = pair.split_once(':').unwrap();
        format!(r#"{{"id": "{id}", "status": "{status}"}}"#)
    };
    let results: Vec<String> = pairs.split_whitespace().map(result).collect();
    format!(r#"{{"success": true, "results": [{}]}}"#, results.join(","))
}

#[test]
fn events_wait_a_second_for_company() {
    let mut sender = Sender::new(Limits::default());
    assert_eq!(sender.due(), None);
    sender.recorded(NOW);
    sender.recorded(NOW + 900);
    assert_eq!(sender.due(), Some(NOW + 1_000));
    assert_eq!(sent(sender.next(&rows("a b"), false, "v", NOW + 999)), "nothing");
    assert_eq!(sent(sender.next(&rows("a b"), false, "v", NOW + 1_000)), "a b .");
    sender.hurry(NOW + 2);
    assert_eq!(sender.due(), Some(NOW + 2));
    assert_eq!(sent(sender.next(&[], false, "v", NOW + 4)), "nothing");
    assert_eq!(sender.due(), None, "nothing waits, nothing is due");
    sender.busy(NOW);
    assert_eq!(sender.due(), Some(NOW + 1_000), "another tab is sending: look again");
}

#[test]
fn an_answer_says_what_is_done_with() {
    // The body; what is done, how many are acknowledged, what is refused; whether it failed instead.
    let table = [
        (results("a:stored b:duplicate c:rejected"), "a b c", 2, "c", false),
        (results("b:stored a:what"), "b", 1, "", false),
        (results("z:stored a:stored a:stored"), "a", 1, "", false),
        (r#"{"success": true, "results": [{"index": 1, "status": "stored"}, {"index": 9, "status": "stored"}]}"#.into(), "b", 1, "", false),
        (r#"{"success": true, "results": [{"index": 0, "id": null, "status": "rejected"}]}"#.into(), "a", 0, "a", false),
        (r#"{"success": true, "results": []}"#.into(), "", 0, "", true),
        (r#"{"success": false, "results": [{"id": "a", "status": "stored"}]}"#.into(), "", 0, "", true),
        (r#"{"success": true}"#.into(), "", 0, "", true),
        ("<html>log in to the hotel's network</html>".into(), "", 0, "", true),
    ];
    for (body, done, acknowledged, refused, failed) in table {
        let mut sender = Sender::new(Limits::default());
        let outcome = answer(200, &body, |answer| sender.answered(&ids("a b c"), answer, NOW, 0.5));
        assert_eq!((outcome.done, outcome.acknowledged, outcome.refused), (ids(done), acknowledged, ids(refused)), "{body}");
        assert_eq!(sender.retry_at(NOW).is_some(), failed, "{body}");
    }
}

#[test]
fn a_verdict_brings_what_is_missing() {
    let events = r#"[{"id": "m", "type": "email_click", "time": 5}, {"type": "no_id", "time": 5}, {"id": "bad"}, 7]"#;
    let table = [
        (r#""verdict": {"verdict": "same"}"#.to_owned(), Some(Verdict::Same), 0),
        (format!(r#""verdict": {{"verdict": "fewer events", "missing": {events}}}"#), Some(Verdict::FewerEvents), 1),
        (r#""verdict": {"verdict": "refuted", "missing": {}}"#.to_owned(), Some(Verdict::Refuted), 0),
        (r#""verdict": {"verdict": "maybe"}"#.to_owned(), None, 0),
        (r#""verdict": 5"#.to_owned(), None, 0),
        (r#""other": 5"#.to_owned(), None, 0),
    ];
    for (member, verdict, missing) in table {
        let body = format!(r#"{{"success": true, "results": [{{"id": "a", "status": "stored"}}], {member}}}"#);
        let outcome = answer(200, &body, |answer| Sender::new(Limits::default()).answered(&ids("a"), answer, NOW, 0.0));
        assert_eq!((outcome.verdict, outcome.missing.len()), (verdict, missing), "{member}");
    }
}

#[test]
fn failures_are_tried_again_later_and_later() {
    // Status, failures before, the pause in seconds if chance says the longest.
    let table = [
        (0, 0, 2),
        (500, 0, 2),
        (503, 3, 16),
        (507, 0, 2),
        (408, 1, 4),
        (429, 0, 2),
        (302, 0, 2),
        (401, 0, 300),
        (404, 0, 300),
        (403, 20, 300),
    ];
    for (status, before, pause) in table {
        let mut sender = Sender::new(Limits::default());
        sender.recorded(NOW - 1_000);
        for _ in 0..=before {
            let outcome = answer(status, "", |answer| sender.answered(&ids("a b"), answer, NOW, 1.0 - f64::EPSILON));
            assert_eq!(outcome, Outcome::default(), "nothing is lost");
        }
        let due = sender.due().unwrap() - NOW;
        assert!((pause * 1_000 - 1..=pause * 1_000).contains(&due), "{status}: {due}");
        assert_eq!(sender.retry_at(NOW), sender.due());
        assert_eq!(sent(sender.next(&rows("a b"), false, "v", NOW + due - 1)), "nothing");
        assert_eq!(sent(sender.parting(&rows("a b"), false, "v", NOW)), "a b .", "a page that goes away tries once more");
        assert_eq!(sent(sender.next(&rows("a b"), false, "v", NOW + due)), "a b .");
        sender.online(NOW + 5);
        assert_eq!(sender.due(), Some(NOW), "a network that comes back ends the pause");
        answer(200, &results("a:stored b:stored"), |answer| sender.answered(&ids("a b"), answer, NOW, 0.0));
        answer(500, "", |answer| sender.answered(&ids("a"), answer, NOW, 1.0 - f64::EPSILON));
        assert!(sender.due().unwrap() - NOW <= 2_000, "success starts the count over");
    }
}

#[test]
fn a_connection_that_broke_off_makes_nothing_suspect() {
    let mut sender = Sender::new(Limits::default());
    let broken = r#"{"success": false, "code": "INCOMPLETE_BODY"}"#;
    for _ in 0..9 {
        let outcome = answer(400, broken, |answer| sender.answered(&ids("a"), answer, NOW, 0.0));
        assert_eq!((outcome, sender.retry_at(NOW).is_some()), (Outcome::default(), true));
    }
    assert_eq!(sent(sender.next(&rows("a b"), false, "v", NOW + 1_000)), "a b .");
}

#[test]
fn a_pause_that_the_collector_asks_for_is_kept() {
    let mut sender = Sender::new(Limits::default());
    let busy = Answer::Response { status: 429, retry_at: Some(NOW + 90_000), body: &Value::Null };
    sender.answered(&ids("a"), busy, NOW, 0.0);
    sender.hurry(NOW + 1);
    sender.online(NOW + 2);
    assert_eq!((sender.due(), sender.retry_at(NOW + 2)), (Some(NOW + 90_000), Some(NOW + 90_000)));
    assert_eq!(sent(sender.parting(&rows("a"), false, "v", NOW + 3)), "nothing");
    assert_eq!(sent(sender.parting(&rows("a"), false, "v", NOW + 90_000)), "a .");
    assert_eq!(sent(sender.next(&rows("a"), false, "v", NOW + 90_000)), "a .");
    assert_eq!(sender.retry_at(NOW + 90_000), None);
}

#[test]
fn a_clock_that_is_set_back_puts_nothing_off() {
    const YEARS: i64 = 4 * 365 * 86_400_000;
    let body = Value::Null;
    for (retry_at, pause) in [(None, 1_000), (Some(NOW + YEARS + 60_000), 60_000)] {
        let mut sender = Sender::new(Limits::default());
        sender.hurry(NOW + YEARS);
        assert_eq!(sent(sender.next(&rows("a"), false, "v", NOW + YEARS)), "a .");
        sender.answered(&ids("a"), Answer::Response { status: 503, retry_at, body: &body }, NOW + YEARS, 0.0);
        assert_eq!(sender.due(), Some(NOW + YEARS + pause));
        // The page's timer rings, whatever the clock says: the pause is as long again, at most.
        assert_eq!(sent(sender.next(&rows("a"), false, "v", NOW)), "nothing");
        assert_eq!(sender.due(), Some(NOW + pause));
        assert_eq!(sent(sender.next(&rows("a"), false, "v", NOW + pause)), "a .");
    }
}

#[test]
fn a_batch_that_is_too_large_is_halved_for_good() {
    let mut sender = Sender::new(Limits::default());
    sender.hurry(NOW);
    let all = rows("a b c d e");
    assert_eq!(sent(sender.next(&all, false, "v", NOW)), "a b c d e .");
    answer(413, "", |answer| sender.answered(&ids("a b c d e"), answer, NOW, 0.0));
    assert_eq!(sent(sender.next(&all, false, "v", NOW)), "a b");
    answer(200, &results("a:stored b:stored"), |answer| sender.answered(&ids("a b"), answer, NOW, 0.0));
    assert_eq!(sent(sender.next(&rows("c d e f"), false, "v", NOW)), "c d e");
    answer(200, &results("c:stored d:stored e:stored"), |answer| sender.answered(&ids("c d e"), answer, NOW, 0.0));
    assert_eq!(sent(sender.next(&rows("f g h"), false, "v", NOW)), "f g");
}

#[test]
fn the_quota_is_ten_thousand() {
    let sender = Sender::new(Limits::default());
    for (waiting, excess) in [(0, 0), (10_000, 0), (10_001, 1), (12_000, 2_000)] {
        assert_eq!(sender.excess(waiting), excess);
    }
}

/// A collector that refuses a batch with any of the bad events, on a network that fails half of the time: whatever happens, exactly
/// the bad ones are given up, and every good one is stored.
#[test]
fn the_malformed_are_isolated_and_no_good_event_is_lost() {
    let mut chance = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        (chance >> 11) as f64 / (1_u64 << 53) as f64
    };
    for round in 0..200 {
        let count = 1 + (random() * 40.0) as usize;
        let mut queue: Vec<Waiting> = (0..count).map(|id| waiting(&format!("e{id:02}"))).collect();
        let bad: BTreeSet<String> = queue.iter().filter(|_| random() < 0.15).map(|row| row.id.clone()).collect();
        let good: BTreeSet<String> = queue.iter().map(|row| row.id.clone()).filter(|id| !bad.contains(id)).collect();
        let flaky = if round % 2 == 0 { 0.0 } else { 0.5 };
        let mut sender = Sender::new(Limits { events: 16, ..Limits::default() });
        let (mut now, mut stored, mut given_up, mut requests) = (NOW, BTreeSet::new(), BTreeSet::new(), 0);
        sender.recorded(now);
        while let Some(due) = sender.due() {
            now = now.max(due);
            let more = queue.len() > 16;
            let Some(batch) = sender.next(queue.get(..16).unwrap_or(&queue), more, "v", now) else { continue };
            requests += 1;
            let refuses = batch.ids.iter().any(|id| bad.contains(id));
            let arrives = random() >= flaky;
            if arrives && !refuses {
                stored.extend(batch.ids.iter().cloned());
            }
            let body = results(&batch.ids.iter().map(|id| format!("{id}:stored")).collect::<Vec<_>>().join(" "));
            let status = match (arrives && random() >= flaky, refuses) {
                (false, _) => 0,
                (true, true) => {
                    if round % 3 == 0 {
                        413
                    } else {
                        400
                    }
                }
                (true, false) => 200,
            };
            let outcome = answer(status, &body, |answer| sender.answered(&batch.ids, answer, now, random()));
            queue.retain(|row| !outcome.done.contains(&row.id));
            given_up.extend(outcome.refused);
        }
        assert_eq!((stored, given_up, queue.len()), (good, bad.clone(), 0), "round {round}");
        let bound = (count / 16 + 1 + bad.len() * 12) * if flaky > 0.0 { 12 } else { 1 } + if round % 3 == 0 { count } else { 0 };
        assert!(requests <= bound, "round {round}: {requests} requests for {count} events, {} bad", bad.len());
    }
}
