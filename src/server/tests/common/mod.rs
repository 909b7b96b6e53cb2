//! What the tests of the command share: a folder that goes away, a server that is really a process, and just enough HTTP to
//! say also what no client library would.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use warmlead::engine::{Assessment, Visitor};
use warmlead::event::Event;
use warmlead::json;
use warmlead::model::Model;
use warmlead::models::B2B_SAAS;
use warmlead::value::Value;

/// The command under test.
pub const WARMLEAD: &str = env!("CARGO_BIN_EXE_warmlead");

/// A folder that is removed when the test is over.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("warmlead-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        std::fs::write(&path, content).unwrap();
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs the command to its end, with this on standard input.
pub fn run(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(WARMLEAD).args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A command that stops early does not read all of it.
    let writer = std::thread::spawn(move || _ = stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The time by this machine's clock, in milliseconds.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
}

/// A running server. It is killed, as by a power cut, when it goes out of scope.
pub struct Server {
    child: Child,
    pub address: String,
}

impl Server {
    pub fn start(db: &str, more: &[&str]) -> Server {
        Server::logged(db, more, Stdio::inherit())
    }

    /// A server whose log goes somewhere.
    pub fn logged(db: &str, more: &[&str], log: impl Into<Stdio>) -> Server {
        let listen = if more.contains(&"--listen") { &[][..] } else { &["--listen", "127.0.0.1:0"] };
        let mut command = Command::new(WARMLEAD);
        let mut child = command.args(["serve", "--db", db]).args(more).args(listen).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("http://").expect("a line with the address").1.to_owned();
        Server { child, address }
    }

    /// Ends it with a signal by name; gives back its exit code, if it had one.
    pub fn signal(&mut self, name: &str) -> Option<i32> {
        assert!(Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }

    /// Ends it at once, whatever it is doing.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn get(&self, path: &str) -> Response {
        self.request("GET", path, &[], b"").unwrap()
    }

    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        self.request("GET", path, headers, b"").unwrap()
    }

    pub fn post(&self, body: impl AsRef<[u8]>) -> Response {
        self.request("POST", "/v1/batch", &[], body.as_ref()).unwrap()
    }

    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> std::io::Result<Response> {
        send(&self.address, method, path, headers, body)
    }

    /// Sends these bytes and reads the answer.
    pub fn raw(&self, bytes: &[u8]) -> std::io::Result<Response> {
        raw(&self.address, bytes)
    }
}

/// A request to a server that may be gone.
pub fn send(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> std::io::Result<Response> {
    let own_host = headers.iter().any(|(name, _)| *name == "host");
    let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    if !own_host {
        head += &format!("host: {address}\r\n");
    }
    headers.iter().for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
    raw(address, &[head.as_bytes(), b"\r\n", body].concat())
}

fn raw(address: &str, bytes: &[u8]) -> std::io::Result<Response> {
    // Listening everywhere, it is reached here.
    let mut stream = TcpStream::connect(address.replace("0.0.0.0", "127.0.0.1"))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.write_all(bytes)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Response::read(&answer).ok_or(std::io::ErrorKind::UnexpectedEof.into())
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// An answer.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Response {
    fn read(answer: &[u8]) -> Option<Response> {
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = text(&answer[..end]);
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let mut body = answer[end + 4..].to_vec();
        if head.to_lowercase().contains("transfer-encoding: chunked") {
            body = unchunk(&body);
        }
        Some(Response { status, head, body })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn text(&self) -> String {
        text(&self.body)
    }

    pub fn json(&self) -> Value {
        json::parse(&self.text()).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// What stands at a path of the JSON body, as JSON.
    pub fn at(&self, path: &str) -> String {
        self.json().at(path).map_or_else(|| "nothing".into(), json::print)
    }

    /// The statuses of the results, with codes, in order.
    pub fn results(&self) -> Vec<String> {
        let results = self.json();
        let results = results.at("results").and_then(Value::as_array).unwrap_or_else(|| panic!("{}", self.text()));
        let word = |result: &Value, key| result.at(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        results.iter().map(|result| format!("{} {}", word(result, "status"), word(result, "code")).trim().to_owned()).collect()
    }
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
        let size = usize::from_str_radix(&text(&rest[..end]), 16).unwrap();
        if size == 0 {
            break;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 4 + size..];
    }
    body
}

/// A page view as our client sends it.
pub fn page(visitor: &str, id: &str, time: i64, url: &str) -> String {
    format!(
        r#"{{"type":"page","messageId":"{id}","anonymousId":"{visitor}","timestamp":{time},
            "context":{{"library":{{"name":"warmlead"}},"page":{{"url":"{url}"}}}}}}"#
    )
}

/// A batch of messages.
pub fn batch(messages: &[String]) -> String {
    format!(r#"{{"batch":[{}]}}"#, messages.join(","))
}

/// A visitor's id as a browser makes it, which nobody can guess.
pub const V: &str = "019bdb5c-9a3f-7c21-8d4e-5f60718293a4";

/// An address that the shipped model weighs.
pub const URL: &str = "https://acme.example/pricing";

/// A collector with the shipped model, its database in the folder.
pub fn start(folder: &Folder) -> Server {
    Server::start(&folder.path("w.db"), &[])
}

/// The events that a collector keeps of a visitor.
pub fn events_of(server: &Server, visitor: &str) -> Vec<Event> {
    let everything = server.get(&format!("/v1/visitors/{visitor}")).json();
    let timeline = everything.at("timeline").and_then(Value::as_array).unwrap();
    timeline.iter().map(|event| Event::read(event, String::new).unwrap()).collect()
}

/// The shipped model.
pub fn model() -> Model {
    Model::load(&json::parse(B2B_SAAS).unwrap()).unwrap()
}

/// What the shipped model says of some events.
pub fn assess(visitor: &str, events: Vec<Event>, at: i64) -> Assessment {
    let mut visitor = Visitor::new(visitor);
    visitor.extend(&model(), events);
    visitor.assess(&model(), at, false)
}

/// The ids of a visitor's events, none of which stands there twice.
pub fn ids_of(server: &Server, visitor: &str) -> BTreeSet<String> {
    let response = server.get(&format!("/v1/visitors/{visitor}"));
    let everything = response.json();
    let timeline = everything.at("timeline").and_then(Value::as_array).map(<[Value]>::to_vec).unwrap_or_default();
    let ids: BTreeSet<String> = timeline.iter().map(|event| event.at("id").unwrap().as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), timeline.len(), "no event stands there twice");
    ids
}
