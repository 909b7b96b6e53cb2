//! The pages that people see: a visitor, the list of visitors, what is not there. maud escapes whatever goes in.
//!
//! They need no script and load nothing.

use super::reply::Refused;
use super::visitors::{Entry, Everything, Said};
use crate::cli::shorten;
use crate::date::utc;
use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use warmlead::engine::{Assessment, Points, ScoreValue};
use warmlead::explain::Line;
use warmlead::json;
use warmlead::time::Time;
use warmlead::value::{Object, Value};

/// How many events a page shows.
const SHOWN: usize = 500;

const STYLE: &str = include_str!("page.css");

fn page(title: &str, body: Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " · Warmlead" }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

/// The visitors seen most recently.
pub fn list(entries: &[Entry], now: Time) -> String {
    let body = html! {
        main {
            h1 { "Visitors" }
            @if entries.is_empty() {
                p { "Nobody has been here yet. As soon as a page reports events, its visitors appear in this list." }
            } @else {
                p.quiet { "The " (entries.len()) " seen most recently, as of " (utc(now)) " UTC." }
                div.scroll tabindex="0" role="region" aria-label="Visitors" {
                    table {
                        thead { tr { th scope="col" { "Visitor" } th scope="col" { "Stage" } th scope="col" { "Grade" } th.number scope="col" { "Events" } th scope="col" { "Last seen (UTC)" } } }
                        tbody {
                            @for entry in entries {
                                tr {
                                    td.who { (link(entry)) }
                                    td { @match &entry.now { Some(now) => (stage(&now.stage, now.mql)), None => span.quiet { "too many events" } } }
                                    td { (entry.now.as_ref().and_then(|now| now.grade.as_deref()).unwrap_or("–")) }
                                    td.number { (entry.events) }
                                    td { time { (utc(entry.last_received)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    page("Visitors", body)
}

/// The way to a visitor's page: who it is, if they have said so, and always the id, by which others find them.
fn link(entry: &Entry) -> Markup {
    let href = format!("/v1/visitors/{}", path_segment(&entry.visitor));
    match entry.now.as_ref().and_then(|now| who(&now.traits)) {
        Some(who) => html! { a href=(href) { (who) } div.id { (entry.visitor) } },
        None => html! { a.id href=(href) { (entry.visitor) } },
    }
}

/// Everything about a visitor.
pub fn visitor(everything: &Everything) -> String {
    let Everything { visitor, assessment, timeline, chat, document } = everything;
    let traits = document.at("traits").and_then(Value::as_object);
    let who = traits.and_then(who);
    let body = html! {
        (way_back())
        main {
            h1 { (who.as_deref().unwrap_or("Visitor")) " " span.id { (visitor) } }
            (summary(assessment, document))
            @if let Some(traits) = traits.filter(|traits| !traits.is_empty()) { (profile(traits)) }
            @for (name, score) in &assessment.scores {
                (receipt(name, score, assessment))
            }
            @if !assessment.transitions.is_empty() { (transitions(assessment)) }
            @if !chat.is_empty() { (conversation(chat)) }
            (events(timeline))
        }
    };
    page(&format!("Visitor {}", who.as_deref().unwrap_or(visitor)), body)
}

fn way_back() -> Markup {
    html! { header { nav aria-label="Breadcrumb" { a href="/v1/visitors" { "Visitors" } } } }
}

/// What a visitor has said of themselves, under the names that forms and Segment's libraries use: a name, else an address; and a company.
fn who(traits: &Object) -> Option<String> {
    let text = |key: &str| traits.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let first = |keys: &[&str]| keys.iter().find_map(|key| text(key));
    let parts = [first(&["first_name", "firstName"]), first(&["last_name", "lastName"])];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    let name = first(&["name", "full_name"]).map(str::to_owned).or((!parts.is_empty()).then(|| parts.join(" ")));
    let name = name.or(text("email").map(str::to_owned));
    let company = traits.get("company").and_then(|company| company.as_str().or_else(|| company.at("name")?.as_str()));
    let company = company.map(str::trim).filter(|company| !company.is_empty());
    let who = match (name, company) {
        (Some(name), Some(company)) => Some(format!("{name}, {company}")),
        (name, company) => name.or(company.map(str::to_owned)),
    };
    who.as_deref().map(shorten)
}

fn profile(traits: &Object) -> Markup {
    let mut facts = Vec::new();
    flatten("", traits, &mut facts);
    html! {
        section {
            h2 { "Profile" }
            dl.profile { @for (name, value) in &facts { div { dt { (name) } dd { (value) } } } }
        }
    }
}

/// Traits by their paths, as conditions name them.
fn flatten(before: &str, traits: &Object, facts: &mut Vec<(String, String)>) {
    for (key, value) in traits.iter() {
        let path = format!("{before}{key}");
        match value {
            Value::Object(inner) if !inner.is_empty() => flatten(&format!("{path}."), inner, facts),
            Value::String(text) => facts.push((path, text.clone())),
            other => facts.push((path, json::print(other))),
        }
    }
}

fn summary(assessment: &Assessment, document: &Value) -> Markup {
    html! {
        dl.summary {
            div { dt { "Stage" } dd { (stage(&assessment.stage, assessment.mql)) } }
            div { dt { "Grade" } dd { (assessment.grade.as_deref().unwrap_or("–")) } }
            @for (name, score) in &assessment.scores {
                div {
                    dt { (name) }
                    dd { (points(score.value)) @if let Some(max) = score.max { span.quiet { " of " (points(max)) } } @if let Some(grade) = &score.grade { span.grade { (grade) } } }
                }
            }
            @if let Some(channel) = document.at("first.channel").and_then(Value::as_str) {
                div { dt { "First came by" } dd { (channel.replace('_', " ")) } }
            }
        }
        @if assessment.consent.is_some() { p.note { "The consent that the scoring model asks for is missing, so nothing is scored." } }
        @if !assessment.disqualified.is_empty() { p.note { "Disqualified: " (assessment.disqualified.join(", ")) "." } }
        p.quiet {
            "As of " (utc(assessment.at)) " UTC, from " (assessment.events) " events, by version " (assessment.model.version) " of the model " (assessment.model.id) "."
            @if let Some(since) = assessment.mql_at { " Became an MQL on " (utc(since)) " UTC." }
        }
    }
}

fn receipt(name: &str, score: &ScoreValue, assessment: &Assessment) -> Markup {
    let own = assessment.receipt.as_ref().and_then(|receipt| receipt.0.iter().find(|(own, _)| own == name));
    let lines = own.map(|(_, lines)| lines.as_slice()).unwrap_or_default();
    let decimals = decimals(lines, score.value);
    let negative = if score.value.0 < 0 { "−" } else { "" };
    html! {
        section {
            h2 { "Why " (name) " is " (points(score.value)) }
            @if lines.is_empty() {
                p { "No rule has matched." }
            } @else {
                table.receipt {
                    thead { tr { th scope="col" { "Rule" } th.number scope="col" { "Matches" } th.number scope="col" { "Counted" } th.number scope="col" { "Points" } } }
                    tbody { @for line in lines { (receipt_line(line, decimals)) } }
                    tfoot { tr { th scope="row" colspan="3" { (name) } td.number { (negative) (fixed(score.value, decimals)) } } }
                }
            }
        }
    }
}

fn receipt_line(line: &Line, decimals: usize) -> Markup {
    let signed = |points: Points| signed(points, decimals);
    let plain = |what: Markup| html! { tr.adjustment { th scope="row" colspan="3" { (what) } td.number { (signed(line.points())) } } };
    match line {
        Line::Rule { rule, group, matches, counted, points } => html! {
            tr {
                th scope="row" { (rule) @if let Some(group) = group { span.quiet { " in " (group) } } }
                td.number { (matches) }
                td.number { (counted) }
                td.number { (signed(*points)) }
            }
        },
        Line::Group { group, .. } => plain(html! { "Limit of the group " (group) }),
        Line::Part { score, .. } => plain(html! { "From " (score) }),
        Line::Adjustment { adjustment: "rounding", .. } => plain(html! { "Rounding" }),
        Line::Adjustment { .. } => plain(html! { "Limit of the score" }),
    }
}

fn transitions(assessment: &Assessment) -> Markup {
    html! {
        section {
            h2 { "Stages" }
            ol.stages {
                @for transition in assessment.transitions.iter() {
                    li { time { (utc(transition.at)) } " " (label(&transition.from)) " → " strong { (label(&transition.to)) } @if transition.event.is_none() { span.quiet { " as time passed" } } }
                }
            }
        }
    }
}

fn conversation(chat: &[Said]) -> Markup {
    html! {
        section {
            h2 { "Chat" }
            ol.chat { @for said in chat { li { time { (utc(said.time)) } p { (said.text) } } } }
        }
    }
}

fn events(timeline: &[Object]) -> Markup {
    html! {
        section {
            h2 { "Timeline" }
            p.quiet {
                "Times are UTC; the newest stands first."
                @if timeline.len() > SHOWN { " Of " (timeline.len()) " events these are the last " (SHOWN) "; the JSON form of this page has all." }
            }
            ol.timeline { @for event in timeline.iter().rev().take(SHOWN) { (event_line(event)) } }
        }
    }
}

fn event_line(event: &Object) -> Markup {
    let text = |key: &str| event.get(key).and_then(Value::as_str).unwrap_or_default();
    let whole = |key: &str| event.get(key).and_then(Value::as_number).unwrap_or_default() as i64;
    let details = ["properties", "traits"].into_iter().filter_map(|key| Some((key, event.get(key)?)));
    html! {
        li {
            time { (utc(whole("time").saturating_add(whole("shift")))) }
            div {
                strong { (text("type")) }
                @if let Some(path) = event.get("path").or(event.get("url")).and_then(Value::as_str) { " " span.path { (path) } }
                @if whole("shift") != 0 { " " span.quiet { "(clock corrected)" } }
                @for (name, value) in details { div.details { span.quiet { (name) " " } code { (json::print(value)) } } }
            }
        }
    }
}

fn stage(stage: &str, mql: bool) -> Markup {
    html! { span.stage.mql[mql] { (label(stage)) } @if mql && stage != "mql" { " " span.quiet { "(MQL)" } } }
}

/// A stage as people write it: the abbreviations of the field in capitals, as in the panel.
fn label(stage: &str) -> String {
    if matches!(stage, "mql" | "sql" | "sal" | "pql" | "mqa") { stage.to_uppercase() } else { stage.to_owned() }
}

/// Points as JSON has them.
fn points(points: Points) -> String {
    json::print(&points)
}

/// How many decimals it takes to write all of these.
fn decimals(lines: &[Line], total: Points) -> usize {
    let all = || lines.iter().map(Line::points).chain([total]);
    [1000, 100, 10].iter().position(|unit| all().all(|points| points.0 % unit == 0)).unwrap_or(3)
}

/// Points that add up: with a sign, and as many decimals as the others.
fn signed(points: Points, decimals: usize) -> String {
    let sign = if points.0 < 0 { '−' } else { '+' };
    format!("{sign}{}", fixed(points, decimals))
}

/// Points without a sign, with so many decimals, exactly.
fn fixed(points: Points, decimals: usize) -> String {
    let milli = points.0.unsigned_abs();
    let fraction = format!("{:03}", milli % 1000);
    match fraction.get(..decimals) {
        Some("") | None => (milli / 1000).to_string(),
        Some(fraction) => format!("{}.{fraction}", milli / 1000),
    }
}

/// A visitor's id as a part of an address.
fn path_segment(id: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~' => char::from(byte).to_string(),
        // A dot is escaped, too: browsers resolve `.` and `..`.
        _ => format!("%{byte:02X}"),
    };
    id.bytes().map(byte).collect()
}

/// Why something is not shown.
pub fn refused(refused: &Refused) -> String {
    let title = match refused.status.as_u16() {
        401 => "A token is needed",
        403 => "Not shown here",
        404 => "Not found",
        _ => "That did not work",
    };
    // Who may not see visitors would be sent in a circle.
    let back = refused.status == StatusCode::NOT_FOUND;
    page(title, html! { @if back { (way_back()) } main { h1 { (title) } p { (sentence(&refused.message)) } } })
}

fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}

/// For an address where nothing is.
pub fn not_found() -> String {
    let body = html! { main { h1 { "There is no such page" } p { "The address may be mistyped, or the page may have moved. " a href="/" { "Go to the first page" } "." } } };
    page("No such page", body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_signs() {
        assert_eq!(path_segment("a/../b c?é"), "a%2F%2E%2E%2Fb%20c%3F%C3%A9");
        let shown = [signed(Points(-2500), 1), signed(Points(10_000), 0), signed(Points(7), 3), points(Points(1))];
        assert_eq!(shown, ["−2.5", "+10", "+0.007", "0.001"]);
        let line = |milli: i64| Line::Adjustment { adjustment: "score", points: Points(milli) };
        let needed = |milli: i64| decimals(&[line(-5000), line(milli)], Points(0));
        assert_eq!([needed(1000), needed(-200), needed(30), needed(4)], [0, 1, 2, 3]);
    }
}
