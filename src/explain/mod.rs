//! Why a score is what it is, and what comes next: the receipt, the next change of stage, the ways to become an MQL (docs/model.md, section 10); and
//! what changes when one model takes another's place.
//!
//! It asks the engine and decides nothing by itself: what would be is found by letting a copy of the running state live on.

mod asks;
pub mod diff;
mod next_change;
pub mod receipt;
pub(crate) mod sample;
pub(crate) mod to_mql;

pub use diff::{Diff, Moved, diff};
pub use next_change::NextChange;
pub use receipt::{Line, Receipt};
pub use to_mql::{Addition, More};

use crate::engine::{Assessment, Visitor};
use crate::model::Model;
use crate::time::Time;

impl Visitor {
    /// Assesses the visitor at a time, and says how it came about (`receipt`) and what comes next (`next_change`, `to_mql`).
    ///
    /// ```
    /// use warmlead::{engine::Visitor, event::Event, json, model::Model};
    /// let model = Model::load(&json::parse(r#"{
    ///     "id": "tiny", "version": "1", "scores": { "engagement": {} },
    ///     "rules": [{ "id": "pricing", "on": "page_view", "where": { "path": "/pricing" }, "points": 10, "decay": { "expire": "7d" } }],
    ///     "stages": [{ "id": "lead", "when": { "scores.engagement": { "$gte": 10 } }, "exit": { "scores.engagement": { "$lt": 10 } } },
    ///                { "id": "mql", "when": { "scores.engagement": { "$gte": 30 } } }], "mql": "mql"
    /// }"#).unwrap()).unwrap();
    /// let mut visitor = Visitor::new("v");
    /// let event = json::parse(r#"{ "id": "e", "type": "page_view", "url": "/pricing", "time": "2026-01-21T12:00:00Z" }"#).unwrap();
    /// visitor.record(&model, Event::read(&event, String::new).unwrap());
    /// let explained = json::parse(&json::print(&visitor.explain(&model, 1_769_000_000_000))).unwrap();
    /// assert_eq!(json::print(explained.at("next_change").unwrap()), r#"{"at":1769558400000,"stage":"visitor"}"#, "2026-01-28T00:00:00Z");
    /// assert_eq!(json::print(explained.at("to_mql").unwrap()), r#"[{"add":[{"rule":"pricing","events":2}]}]"#);
    /// ```
    pub fn explain(&self, model: &Model, now: Time) -> Assessment {
        let forgotten = self.forgotten();
        self.present_digested(model, now, |present, digested| Assessment {
            forgotten,
            next_change: Some(next_change::next_change(present)),
            to_mql: Some(to_mql::to_mql(present)),
            ..present.assess(digested, true)
        })
    }
}
