//! What is left of all that fades, asked for one time after another while nothing else happens: what came of rules in the same hour or day, as many points of each, and fades alike
//! is one lump, and known at once.
//!
//! It knows neither scores nor what is asked of them.

use super::contribution::saturated;
use super::fading::{Left, Run, rounded};
use crate::engine::state::State;
use crate::engine::state::again::pooled::Pooled;
use crate::engine::state::calm::is_negative;
use crate::engine::state::flow::UNITS;
use crate::model::{MAX_MILLI, Model};
use crate::order::sort;
use crate::time::Time;

/// What fades.
pub struct Lumps {
    /// By hours, and by days.
    by: [Fading; 2],
}

#[derive(Default)]
struct Fading {
    lumps: Vec<Lump>,
    /// Of rules whose points must be known together.
    single: Vec<Run>,
}

/// What came in an hour or day of rules that have that much in common.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Lump {
    number: i64,
    decay: usize,
    /// How many points came of each.
    points: i64,
    /// To which sum, and on which side of zero.
    sum: usize,
    is_negative: bool,
    /// How many they are.
    times: i64,
}

/// For each sum, how much of it fades: what is above zero, and what is below.
pub struct Part {
    pub up: Vec<i128>,
    pub down: Vec<i128>,
}

impl Part {
    fn add(&mut self, sum: usize, is_negative: bool, points: i64) {
        let sums = if is_negative { &mut self.down } else { &mut self.up };
        sums.get_mut(sum).into_iter().for_each(|sum| *sum += i128::from(points));
    }
}

impl Lumps {
    /// Of what fades now.
    pub fn of(state: &State, model: &Model) -> Lumps {
        let mut by = [Fading::default(), Fading::default()];
        let mut most = 0_i128;
        for (fading, own) in state.flow.fading.iter().zip(&mut by) {
            // Where those of the latest hour or day begin.
            let (mut begin, mut number) = (0, i64::MIN);
            for run in fading.runs(model) {
                let (Some(rule), Some(plan)) = (model.rules.get(run.rule), model.program.rules.get(run.rule)) else { continue };
                let Some(decay) = plan.decay.filter(|_| state.counts(plan)) else { continue };
                if rule.min.is_some() || rule.max.is_some() {
                    own.single.push(run);
                    continue;
                }
                if number != run.unit {
                    lump_together(&mut own.lumps, begin);
                    (begin, number) = (own.lumps.len(), run.unit);
                }
                let points = saturated(run.points);
                most += i128::from(points.abs());
                own.lumps.push(Lump { number, decay, points, sum: plan.sum, is_negative: is_negative(rule), times: 1 });
            }
            lump_together(&mut own.lumps, begin);
        }
        if most > i128::from(MAX_MILLI) {
            // Rules might saturate, each by itself.
            for (fading, own) in state.flow.fading.iter().zip(&mut by) {
                let counts = |run: &Run| model.program.rules.get(run.rule).is_some_and(|plan| state.counts(plan));
                *own = Fading { lumps: Vec::new(), single: fading.runs(model).filter(counts).collect() };
            }
        }
        Lumps { by }
    }

    /// What is left at a time.
    pub fn part(&self, state: &mut State, model: &Model, time: Time) -> Part {
        let (program, offset) = (&*model.program, model.utc_offset);
        let mut part = Part { up: vec![0; state.sums.len()], down: vec![0; state.sums.len()] };
        let mut points = vec![0_i64; model.rules.len()];
        let mut add = |rule: usize, more: i64| points.get_mut(rule).into_iter().for_each(|points| *points = points.saturating_add(more));
        for (own, unit) in self.by.iter().zip(UNITS) {
            let number = offset.number(time, unit);
            let mut known = (i64::MIN, usize::MAX, 0.0);
            for lump in &own.lumps {
                if (known.0, known.1) != (lump.number, lump.decay) {
                    let factor = program.decays.get(lump.decay).map_or(0.0, |decay| decay.factor(number - lump.number));
                    known = (lump.number, lump.decay, factor);
                }
                part.add(lump.sum, lump.is_negative, lump.times * rounded(lump.points as f64 * known.2));
            }
            let mut left = Left::new(&program.decays, number);
            for run in &own.single {
                let decay = program.rules.get(run.rule).and_then(|plan| plan.decay);
                if let Some(decay) = decay {
                    add(run.rule, left.of(decay, *run));
                }
            }
            if let Some(pooled) = Pooled::only(&mut state.flow.pooled) {
                pooled.left(&program.decays, unit, number).for_each(|(rule, left)| add(rule, left));
            }
        }
        // Those of which nothing is left still have their bounds; so have those that never matched, at every time alike.
        for ((rule, plan), points) in model.rules.iter().zip(&program.rules).zip(points) {
            let is_single = rule.min.is_some() || rule.max.is_some() || points != 0;
            if is_single && plan.decay.is_some() && state.counts(plan) {
                part.add(plan.sum, is_negative(rule), rule.bounded(saturated(points)));
            }
        }
        part
    }
}

/// Makes those one, from a place on, that have all in common.
fn lump_together(lumps: &mut Vec<Lump>, begin: usize) {
    sort(lumps.get_mut(begin..).unwrap_or_default());
    let mut kept = begin;
    for place in begin..lumps.len() {
        let Some(next) = lumps.get(place).copied() else { continue };
        match lumps.get_mut(kept) {
            Some(last) if place > begin && Lump { times: last.times, ..next } == *last => last.times += next.times,
            _ => {
                kept += usize::from(place > begin);
                lumps.get_mut(kept).into_iter().for_each(|own| *own = next);
            }
        }
    }
    lumps.truncate(kept + usize::from(begin < lumps.len()));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::event::Event;
    use crate::json;

    const HOUR: i64 = 3_600_000;

    /// Takes in events of two types, and asserts that what is left at each of so many hours behind them, with what does not fade, is what the state comes to that is brought there.
    fn assert_left(rules: &str, count: i64, apart: i64, hours: i64) {
        let text = format!(
            r#"{{ "id": "m", "version": "1", "utc_offset": "+05:30", "scores": {{ "engagement": {{ "groups": {{ "some": {{}} }} }}, "fit": {{}} }}, "rules": [{rules}] }}"#
        );
        let model = Model::load(&json::parse(&text).unwrap()).unwrap();
        let mut state = State::new(&model, "v", None);
        let mut now = 1_769_040_000_000;
        for place in 0..count {
            now += apart;
            let r#type = if place % 3 == 0 { "page_view" } else { "click" };
            state.take(&model, "v", &Event { id: format!("{place:05}"), r#type: r#type.into(), time: now, ..Event::default() });
        }
        state.advance(&model, "v", now);
        let lumps = Lumps::of(&state, &model);
        let left = |time: Time| -> Vec<i128> {
            let part = lumps.part(&mut state.clone(), &model, time);
            part.up.iter().zip(&part.down).map(|(up, down)| up + down).collect()
        };
        let rest: Vec<i128> = state.sums.iter().zip(left(now)).map(|(sum, left)| sum - left).collect();
        for time in (0..hours).map(|hours| now + hours * HOUR) {
            let mut then = state.clone();
            then.advance(&model, "v", time);
            let found: Vec<i128> = rest.iter().zip(left(time)).map(|(rest, left)| rest + left).collect();
            assert_eq!(found, then.sums.to_vec(), "{} hours behind", (time - now) / HOUR);
        }
    }

    #[test]
    fn what_is_left_is_what_the_state_comes_to() {
        let rules = [
            r#"{ "id": "a", "on": "*", "points": 10, "decay": { "half_life": "2d" } }"#,
            r#"{ "id": "like-a", "on": "*", "points": 10, "decay": { "half_life": "2d" } }"#,
            r#"{ "id": "below", "on": "click", "points": -3.001, "decay": { "half_life": "30h" } }"#,
            r#"{ "id": "elsewhere", "on": "click", "points": 10, "group": "some", "decay": { "half_life": "2d" } }"#,
            r#"{ "id": "at-most", "on": "click", "points": 4, "max": 6, "decay": { "linear": "4d" } }"#,
            r#"{ "id": "at-least", "on": "page_view", "points": 0.5, "min": 2, "decay": { "expire": "1d" } }"#,
            r#"{ "id": "at-least-once", "on": "note", "points": 0.5, "min": 2, "decay": { "expire": "1d" } }"#,
            r#"{ "id": "between", "on": "click", "points": -1, "min": -4, "max": -0.5, "decay": { "step": { "every": "5h", "by": 0.2 } } }"#,
            r#"{ "id": "shut", "on": "*", "points": 100, "when": { "traits.role": "chief" }, "decay": { "half_life": "3d" } }"#,
            r#"{ "id": "shut-least", "on": "*", "points": 1, "min": 50, "when": { "traits.role": "chief" }, "decay": { "half_life": "3d" } }"#,
            r#"{ "id": "limited", "on": "*", "points": 7, "limit": { "times": 2, "per": "day" }, "decay": { "linear": "50h" } }"#,
            r#"{ "id": "stays", "on": "*", "points": 7 }"#,
            r#"{ "id": "other", "on": "*", "points": 0.001, "score": "fit", "decay": { "half_life": "1d" } }"#,
        ];
        assert_left(&rules.join(","), 30, 3 * HOUR + 1, 150);
    }

    #[test]
    fn what_is_more_than_a_score_can_be_is_that_much_of_each_rule() {
        let rules = [
            r#"{ "id": "much", "on": "*", "points": 1000000000, "decay": { "half_life": "20d" } }"#,
            r#"{ "id": "less", "on": "click", "points": -1000000000, "decay": { "half_life": "3d" } }"#,
        ];
        // Of 9,999 matches in three days, 9,000 are as much as a score can be.
        assert_left(&rules.join(","), 9_999, 20_000, 200);
    }

    #[test]
    fn those_that_have_all_in_common_become_one() {
        let lump = |points: i64, sum: usize, times: i64| Lump { number: 1, decay: 0, points, sum, is_negative: false, times };
        let told = |lumps: &[Lump]| -> Vec<(i64, usize, i64)> { lumps.iter().map(|own| (own.points, own.sum, own.times)).collect() };
        for (list, begin, expected) in [
            (vec![(5, 0), (3, 0), (5, 1), (5, 0), (3, 0), (5, 0)], 0, vec![(3, 0, 2), (5, 0, 3), (5, 1, 1)]),
            // What comes before stays as it is.
            (vec![(5, 0), (5, 0), (5, 0), (5, 0)], 1, vec![(5, 0, 1), (5, 0, 3)]),
            (vec![(5, 0), (5, 0)], 2, vec![(5, 0, 1), (5, 0, 1)]),
            (vec![(5, 0)], 0, vec![(5, 0, 1)]),
            (vec![], 0, vec![]),
        ] {
            let mut lumps: Vec<Lump> = list.iter().map(|(points, sum)| lump(*points, *sum, 1)).collect();
            lump_together(&mut lumps, begin);
            assert_eq!(told(&lumps), expected, "{list:?} from {begin}");
        }
        // Two that are several already.
        let mut lumps = vec![lump(5, 0, 2), lump(5, 0, 3)];
        lump_together(&mut lumps, 0);
        assert_eq!(told(&lumps).iter().map(|(.., times)| times).sum::<i64>(), 5);
    }
}
