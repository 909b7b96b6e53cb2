//! What the collector serves: the model, visitors, a site; and how it starts and ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{Folder, Response, Server, URL, batch, ids_of, now, page, start};
use warmlead::models::B2B_SAAS;
use warmlead::value::Value;

#[test]
fn the_model_is_served_with_a_tag() {
    let folder = Folder::new();
    let server = start(&folder);
    let first = server.get_with("/v1/model", &[("origin", "https://acme.example")]);
    assert_eq!((first.status, first.text().as_str(), first.header("content-type")), (200, B2B_SAAS, Some("application/json")));
    assert_eq!((first.header("cache-control"), first.header("access-control-allow-origin")), (Some("no-cache"), Some("*")));
    let tag = first.header("etag").unwrap();
    for known in [tag.to_owned(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".into()] {
        let again = server.get_with("/v1/model", &[("if-none-match", &known)]);
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(tag)), "{known}");
    }
    assert_eq!(server.get_with("/v1/model", &[("if-none-match", "\"other\"")]).status, 200);
    let small = server.get_with("/v1/model", &[("accept-encoding", "br")]);
    assert_eq!((small.header("content-encoding"), small.header("etag")), (Some("br"), Some(format!("W/{tag}").as_str())));
    assert!(small.body.len() < first.body.len() / 2);
}

#[test]
fn other_origins_may_report_and_not_read() {
    let folder = Folder::new();
    let server = start(&folder);
    let ask =
        [("origin", "https://acme.example"), ("access-control-request-method", "POST"), ("access-control-request-headers", "content-type")];
    let preflight = server.request("OPTIONS", "/v1/batch", &ask, b"").unwrap();
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (200, Some("*")));
    assert_eq!(preflight.header("access-control-allow-headers"), Some("content-type"));
    let too_large = server.request("POST", "/v1/batch", &ask[..1], "x".repeat(600_000).as_bytes()).unwrap();
    assert_eq!((too_large.status, too_large.header("access-control-allow-origin")), (413, Some("*")), "errors can be read, too");
    server.post(batch(&[page("v", "a", now(), URL)]));
    for path in ["/v1/visitors", "/v1/visitors/v", "/v1/health"] {
        let response = server.get_with(path, &ask[..1]);
        assert_eq!((response.status, response.header("access-control-allow-origin")), (200, None), "{path}");
    }
}

#[test]
fn a_visitor_can_be_read_by_programs_and_people() {
    let folder = Folder::new();
    let server = start(&folder);
    let time = now() - 60_000;
    let chat = |id: &str, event: &str, text: &str, at: i64| {
        format!(
            r#"{{"type":"track","messageId":"{id}","anonymousId":"a/b <i>","timestamp":{at},"event":"{event}","properties":{{"action":"sales-chat","text":"{text}"}}}}"#
        )
    };
    let messages = [
        page("a/b <i>", "p", time, "https://acme.example/pricing?<script>"),
        chat("m2", "chat_message", "and <b>when</b>?", time + 20),
        chat("m1", "chat_message", "How much", time + 10),
        r#"{"type":"track","messageId":"s","anonymousId":"a/b <i>","timestamp":"2026-01-01T00:00:00Z","event":"chat_start"}"#.into(),
        // Of two on one day, one counts.
        r#"{"type":"track","messageId":"e","anonymousId":"a/b <i>","timestamp":"2025-12-01T09:00:00Z","event":"email_click"}"#.into(),
        r#"{"type":"track","messageId":"f","anonymousId":"a/b <i>","timestamp":"2025-12-01T10:00:00Z","event":"email_click"}"#.into(),
    ];
    server.post(batch(&messages));
    let one = server.get("/v1/visitors/a%2Fb%20%3Ci%3E");
    assert_eq!((one.status, one.at("visitor"), one.header("cache-control")), (200, "\"a/b <i>\"".into(), Some("no-store")));
    assert_eq!(
        (one.at("chat.0.text"), one.at("chat.1.text"), one.at("chat.2")),
        ("\"How much\"".into(), "\"and <b>when</b>?\"".into(), "nothing".into())
    );
    assert_eq!((one.at("chat.0.action"), one.at("document.id")), ("\"sales-chat\"".into(), "\"a/b <i>\"".into()));
    let everything = one.json();
    let timeline = everything.at("timeline").and_then(Value::as_array).unwrap();
    let ids: Vec<&str> = timeline.iter().map(|event| event.at("id").unwrap().as_str().unwrap()).collect();
    assert_eq!(ids, ["e", "f", "s", "p", "m1", "m2"], "in order of time");
    assert!(timeline.iter().all(|event| (event.at("receivedAt").unwrap().as_number().unwrap() - now() as f64).abs() < 10_000.0));
    let (value, lines) =
        (everything.at("assessment.scores.engagement.value").unwrap(), everything.at("assessment.receipt.engagement").unwrap());
    let milli = |points: &Value| (points.as_number().unwrap() * 1000.0).round() as i64;
    let sum: i64 = lines.as_array().unwrap().iter().map(|line| milli(line.at("points").unwrap())).sum();
    assert_eq!(sum, milli(value), "the receipt adds up");

    let html = server.get_with("/v1/visitors/a%2Fb%20%3Ci%3E", &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")]);
    let page = html.text();
    assert_eq!((html.status, html.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(html.header("content-security-policy").unwrap().contains("default-src 'none'"));
    assert!(page.contains(r#"</th><td class="number">2</td><td class="number">1</td>"#), "matches, and how many of them counted");
    for shown in ["a/b &lt;i&gt;", "and &lt;b&gt;when&lt;/b&gt;?", "?&lt;script&gt;", "Why engagement is"] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains("<script") && !page.contains("<b>when") && !page.contains("<i>"));

    let list = server.get("/v1/visitors");
    assert_eq!(
        (list.at("visitors.0.visitor"), list.at("visitors.0.events"), list.at("visitors.0.stage")),
        ("\"a/b <i>\"".into(), "6".into(), "\"visitor\"".into())
    );
    let page = server.get_with("/v1/visitors", &[("accept", "text/html")]).text();
    assert!(page.contains(r#"href="/v1/visitors/a%2Fb%20%3Ci%3E""#));

    let nobody = server.get("/v1/visitors/nobody");
    assert_eq!((nobody.status, nobody.at("code")), (404, "\"UNKNOWN_VISITOR\"".into()));
    let no_text = server.get("/v1/visitors/%ff");
    assert_eq!((no_text.status, no_text.at("code")), (404, "\"UNKNOWN_VISITOR\"".into()));
    assert_eq!(server.get_with("/v1/visitors/nobody", &[("accept", "text/html")]).status, 404);
    assert_eq!((server.get("/v1/nothing").status, server.get("/v1/nothing").at("code")), (404, "\"UNKNOWN_ROUTE\"".into()));
}

#[test]
fn pages_say_who_a_visitor_is() {
    let folder = Folder::new();
    let server = start(&folder);
    let identify = |visitor: &str, traits: &str| {
        format!(r#"{{"type":"identify","messageId":"i-{visitor}","anonymousId":"{visitor}","timestamp":{},"traits":{traits}}}"#, now())
    };
    let ada = r#"{"name":"Ada <i>Lovelace","email":"ada@lovelace.example","company":{"name":"Lovelace Printing","size":140}}"#;
    let messages = [
        identify("named", ada),
        identify("split", r#"{"firstName":"Grace","last_name":"Hopper"}"#),
        identify("mailed", r#"{"email":"eve@acme.example","name":" ","company":"Acme"}"#),
        page("unnamed", "p", now(), URL),
    ];
    server.post(batch(&messages));
    let html = |path: &str| server.get_with(path, &[("accept", "text/html")]).text();
    let list = html("/v1/visitors");
    for (id, shown) in [
        ("named", "Ada &lt;i&gt;Lovelace, Lovelace Printing</a>"),
        ("split", "Grace Hopper</a>"),
        ("mailed", "eve@acme.example, Acme</a>"),
        ("unnamed", "unnamed</a>"),
    ] {
        assert!(list.contains(&format!(r#"href="/v1/visitors/{id}">{shown}"#)), "{id}: {list}");
        assert!(list.contains(&format!(">{id}<")), "{id} can be found by the id, too");
    }
    let one = html("/v1/visitors/named");
    for shown in [
        "<h1>Ada &lt;i&gt;Lovelace, Lovelace Printing ",
        "<dt>company.size</dt><dd>140</dd>",
        "<dt>email</dt><dd>ada@lovelace.example</dd>",
    ] {
        assert!(one.contains(shown), "{shown}: {one}");
    }
    let unnamed = html("/v1/visitors/unnamed");
    assert!(unnamed.contains("<h1>Visitor ") && !unnamed.contains("Profile"), "{unnamed}");
    assert!(html("/v1/visitors/nobody").contains(r#"<a href="/v1/visitors">"#), "there is a way back");
    let programs = server.get("/v1/visitors").json();
    let entries = programs.at("visitors").and_then(Value::as_array).unwrap();
    let named = entries.iter().find(|entry| entry.at("visitor").and_then(Value::as_str) == Some("named")).unwrap();
    assert_eq!(named.at("traits.company.size").and_then(Value::as_number), Some(140.0));
}

#[test]
fn visitors_are_shown_to_those_who_run_the_server_only() {
    let folder = Folder::new();
    let local = start(&folder);
    assert_eq!(local.get("/v1/visitors").status, 200);
    for headers in [[("host", "evil.example")], [("x-forwarded-for", "203.0.113.9")]] {
        assert_eq!(local.get_with("/v1/visitors", &headers).status, 403, "{headers:?}");
    }
    let open = Server::start(&folder.path("open.db"), &["--listen", "0.0.0.0:0"]);
    let refused = open.get("/v1/visitors");
    assert_eq!((refused.status, refused.at("code")), (403, "\"TOKEN_REQUIRED\"".into()));
    assert!(refused.at("message").contains("--token"));
    assert_eq!(open.post(batch(&[page("v", "a", now(), URL)])).status, 200, "events are taken all the same");

    let guarded = Server::start(&folder.path("guarded.db"), &["--listen", "0.0.0.0:0", "--token", "secret"]);
    let status = |value: &str| guarded.get_with("/v1/visitors", &[("authorization", value)]).status;
    assert_eq!([status("Bearer secret"), status("Bearer wrong"), status("Basic eDpzZWNyZXQ="), status("")], [200, 401, 200, 401]);
    let asked = guarded.get_with("/v1/visitors", &[("accept", "text/html")]);
    assert!(asked.status == 401 && asked.header("www-authenticate").unwrap().starts_with("Basic"));
}

fn get(server: &Server, path: &str) -> (u16, String) {
    let response: Response = server.get(path);
    (response.status, response.header("content-type").unwrap_or_default().to_owned())
}

#[test]
fn the_site_is_served_as_browsers_need_it() {
    let folder = Folder::new();
    for (name, content) in [
        ("site/index.html", "<h1>home</h1>"),
        ("site/pricing.html", "<h1>pricing</h1>"),
        ("site/shop/index.html", "<h1>shop</h1>"),
        ("site/a.js", "export {}"),
        ("site/a.css", "b{}"),
        ("site/a.svg", "<svg/>"),
        ("site/a.wasm", "\0asm"),
        ("site/.env", "SECRET"),
        ("site/.well-known/security.txt", "Contact:"),
        ("secret.txt", "SECRET"),
    ] {
        folder.write(name, content);
    }
    let server = Server::start(&folder.path("w.db"), &["--site", &folder.path("site")]);
    let table = [
        ("/", 200, "text/html; charset=utf-8"),
        ("/pricing", 200, "text/html; charset=utf-8"),
        ("/pricing?utm_source=x", 200, "text/html; charset=utf-8"),
        ("/shop/", 200, "text/html; charset=utf-8"),
        ("/shop", 307, ""),
        ("/a.js", 200, "text/javascript; charset=utf-8"),
        ("/a.css", 200, "text/css; charset=utf-8"),
        ("/a.svg", 200, "image/svg+xml"),
        ("/a.wasm", 200, "application/wasm"),
        ("/.well-known/security.txt", 200, "text/plain; charset=utf-8"),
        ("/nothing", 404, "text/html; charset=utf-8"),
        ("/.env", 404, "text/html; charset=utf-8"),
        ("/../secret.txt", 404, "text/html; charset=utf-8"),
        ("/%2e%2e/secret.txt", 404, "text/html; charset=utf-8"),
        ("/..%2fsecret.txt", 404, "text/html; charset=utf-8"),
        ("/%2eenv", 404, "text/html; charset=utf-8"),
        ("/a.js%00", 404, "text/html; charset=utf-8"),
    ];
    for (path, status, kind) in table {
        assert_eq!(get(&server, path), (status, kind.to_owned()), "{path}");
    }
    let home = server.get("/");
    let policy = home.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'self'") && policy.contains("'wasm-unsafe-eval'"));
    assert_eq!((home.header("x-content-type-options"), home.header("cache-control")), (Some("nosniff"), Some("no-cache")));
    let again = server.get_with("/", &[("if-none-match", home.header("etag").unwrap())]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let post = server.request("POST", "/", &[], b"").unwrap();
    assert_eq!(post.status, 405);

    let own = folder.write("site/404.html", "<h1>our own page</h1>");
    let server = Server::start(&folder.path("w2.db"), &["--site", own.strip_suffix("/404.html").unwrap()]);
    let missing = server.get("/nothing");
    assert_eq!((missing.status, missing.text().contains("our own page")), (404, true));
}

#[test]
fn the_example_of_the_documentation_works() {
    let folder = Folder::new();
    let server = start(&folder);
    let page = include_str!("../../../docs/collector.md");
    let example = page.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let response = server.post(example);
    assert_eq!((response.status, response.results()), (200, vec!["stored".to_owned()]));
    assert_eq!(response.at("verdict.verdict"), "\"refuted\"", "it counts events that are not in the example");
    assert_eq!(response.at("warnings.0.code"), "\"CLOCK_SKEW\"", "it is old");
}

#[test]
fn a_server_that_can_not_start_says_why() {
    let folder = Folder::new();
    let running = start(&folder);
    let bad_model = folder.write("bad.json", r#"{ "id": 5 }"#);
    let text = folder.write("text.db", "this is no database. ".repeat(100));
    let db = folder.path("new.db");
    let table: &[(&[&str], i32, &str)] = &[
        (&["--db", &db, "--listen", &running.address], 69, "already in use"),
        (&["--db", &db, "--listen", "nonsense"], 69, "--listen"),
        (&["--db", &db, "--listen", "127.0.0.1:0", "--model", &bad_model], 65, "has a problem"),
        (&["--db", &db, "--listen", "127.0.0.1:0", "--model", "nothing.json"], 66, "no such file"),
        (&["--db", &db, "--listen", "127.0.0.1:0", "--site", &bad_model], 66, "no folder"),
        (&["--db", &text, "--listen", "127.0.0.1:0"], 65, "no SQLite database"),
        (&["--db", "/nonexistent/w.db", "--listen", "127.0.0.1:0"], 66, "/nonexistent/w.db"),
        (&["--db", &db, "--max-db-size", "much"], 2, "500M"),
    ];
    for (args, exit, said) in table {
        let args: Vec<&str> = ["serve"].iter().chain(*args).copied().collect();
        let output = common::run(&args, b"");
        let error = common::text(&output.stderr);
        assert_eq!((output.status.code(), error.contains(said)), (Some(*exit), true), "{args:?}: {error}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_signal_ends_it_in_order() {
    let folder = Folder::new();
    for signal in ["TERM", "INT"] {
        let mut server = start(&folder);
        server.post(batch(&[page("v", signal, now(), URL)]));
        assert_eq!(server.signal(signal), Some(0));
    }
    assert!(!std::path::Path::new(&folder.path("w.db-wal")).exists(), "the log has been written back");
    assert_eq!(ids_of(&start(&folder), "v").len(), 2);
}
