//! `warmlead serve`: the collector. It takes events from browsers, keeps them, replays them, and says what it makes of them.
//!
//! A thin shell: what events, models and assessments are is the core's business. One concept per file: `store` keeps,
//! `envelope` and `batch` take in, `verdict` judges, `visitors` and `page` show, `access` and `secret` guard, `work`
//! keeps processors busy, `connections` are what requests come on, `site` serves files.

mod access;
mod batch;
mod connections;
mod envelope;
mod page;
mod reply;
mod routes;
mod secret;
mod site;
mod store;
mod verdict;
mod visitors;
mod work;

use crate::cli::{Exit, Failure, WARNING, model, plain};
use crate::printable::printable;
use access::Access;
use connections::Limits;
use reply::{Refused, busy};
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::{Kept, OpenError, Store};
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use verdict::Basis;
use warmlead::engine::fnv64;
use warmlead::json;
use warmlead::model::Model;
use warmlead::time::Time;
use warmlead::value::Value;
use work::Turns;

/// How many batches are worked on or wait for it. Beyond that, clients are asked to come back.
const ADMITTED: usize = 256;

/// How many earlier versions of the model are held ready.
const HELD_MODELS: usize = 8;

/// After a signal, requests that are under way have so long to end.
const GRACE: Duration = Duration::from_secs(10);

const AFTER: &str = "\
Routes:
  POST /v1/batch          takes events, in batches as Segment's SDKs send them
  GET  /v1/model          the scoring model
  GET  /v1/visitors       the visitors seen most recently, as a page or as JSON
  GET  /v1/visitors/{id}  one visitor: assessment, receipt, timeline, chat
  GET  /v1/health         whether it works
  GET  /…                 the files of --site

Visitors are shown on this machine only, unless there is a --token: programs
send it as `Authorization: Bearer TOKEN`, people as the password when their
browser asks (any user name will do).

The database is one SQLite file. What has been acknowledged is on disk; when
the disk is full, batches are refused with status 507 until there is room.

Examples:
  warmlead serve
  warmlead serve --site ./public --model model.json
  warmlead serve --listen 0.0.0.0:80 --db /var/lib/warmlead.db --token SECRET

Exit codes:
  0   stopped by SIGINT or SIGTERM
  2   the command was called wrongly
  65  the model has problems, or the database is damaged or not Warmlead's
  66  a file can't be read
  69  the address can't be had";

/// Run the collector: take events from browsers, keep them, score them again
///
/// Serves the scoring model, takes events, and answers with the assessment and a verdict on the score that the browser arrived at.
/// When it listens, it prints one line with the address.
#[derive(clap::Args)]
#[command(after_long_help = AFTER)]
pub struct Args {
    /// Where to listen; port 0 takes a free one; `0.0.0.0` lets other machines in
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8787")]
    listen: String,

    /// The database; it is made if there is none
    #[arg(long, value_name = "FILE", default_value = "warmlead.db")]
    db: PathBuf,

    /// The scoring model: a file, or the name of one that ships
    #[arg(long, value_name = "MODEL", default_value = "b2b-saas")]
    model: String,

    /// A folder with a website to serve
    #[arg(long, value_name = "FOLDER")]
    site: Option<PathBuf>,

    /// What one must know to see visitors
    #[arg(long, value_name = "TOKEN", env = "WARMLEAD_TOKEN", hide_env_values = true)]
    token: Option<String>,

    /// The most that the database may grow to, such as 500M or 20G
    #[arg(long, value_name = "BYTES", value_parser = parse_size)]
    max_db_size: Option<u64>,
}

/// A number of bytes: digits, perhaps with K, M or G (1024, 1024², 1024³).
fn parse_size(text: &str) -> Result<u64, String> {
    let factors = [('k', 1 << 10), ('m', 1 << 20), ('g', 1 << 30)];
    let lower = text.to_ascii_lowercase();
    let lower = lower.strip_suffix("ib").or(lower.strip_suffix('b')).unwrap_or(&lower);
    let (digits, factor) = factors.iter().find_map(|(unit, factor)| Some((lower.strip_suffix(*unit)?, *factor))).unwrap_or((lower, 1));
    let bytes = digits.parse().ok().and_then(|count: u64| count.checked_mul(factor));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| "give a number of bytes such as 1048576, 500M or 20G".into())
}

/// Everything that requests share.
pub struct Collector {
    store: Store,
    model: Arc<Model>,
    model_text: String,
    /// The model's entity tag.
    model_tag: String,
    /// As many events of a visitor as its `retention` takes in, whichever they are.
    room: i64,
    access: Access,
    admission: Arc<Semaphore>,
    turns: Turns,
    /// Earlier versions of the model, the last used last.
    held: Mutex<Vec<Arc<Model>>>,
}

/// That a request may be worked on. All that is done for it holds a part, also what goes on after its sender has given up.
pub type Admitted = Arc<OwnedSemaphorePermit>;

impl Collector {
    /// Lets a request in, or asks its sender to come back.
    fn admit(&self) -> Result<Admitted, Refused> {
        self.admission.clone().try_acquire_owned().map(Arc::new).map_err(|_| busy("too many requests at once"))
    }

    /// Makes something of a visitor's events. The turn is taken before they are read: whatever waits for it takes no room.
    async fn with_events<T: Send + 'static>(
        &self,
        held: impl Send + 'static,
        visitor: &str,
        work: impl FnOnce(Vec<Kept>) -> T + Send + 'static,
    ) -> Result<T, Refused> {
        let turn = self.turns.next().await?;
        let history = self.store.history(visitor).await?;
        turn.work(held, move || work(history.events())).await
    }

    /// The model that a score rests on, if it was ever served here.
    async fn model_of(&self, admitted: Admitted, basis: &Basis) -> Result<Option<Arc<Model>>, Refused> {
        let named = |model: &Arc<Model>| model.id() == basis.model && model.version() == basis.version;
        if named(&self.model) {
            return Ok(Some(self.model.clone()));
        }
        let held = self.held.lock().ok().and_then(|held| held.iter().find(|model| named(model)).cloned());
        if held.is_some() {
            return Ok(held);
        }
        let Some(text) = self.store.model(&basis.model, &basis.version).await? else { return Ok(None) };
        let load = move || json::parse(&text).ok().and_then(|value| Model::load(&value).ok()).map(Arc::new);
        let model = self.turns.next().await?.work(admitted, load).await?;
        if let (Some(model), Ok(mut held)) = (&model, self.held.lock()) {
            if held.len() >= HELD_MODELS {
                held.remove(0);
            }
            held.push(model.clone());
        }
        Ok(model)
    }
}

/// How many events of a visitor a model takes in, whichever they are (docs/model.md, *Retention*).
fn room(model: &Value) -> i64 {
    model.at("retention.events").and_then(Value::as_number).map_or(10_000, |events| events as i64)
}

/// The time by this machine's clock.
fn now() -> Time {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as Time)
}

/// Runs the command.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let loaded = model::load(&args.model)?;
    if let Some(site) = args.site.as_ref().filter(|site| !site.is_dir()) {
        return Err(Failure::new(
            Exit::NoInput,
            format_args!("`{}` is no folder: --site names the folder with the website", site.display()),
        ));
    }
    if args.token.as_ref().is_some_and(String::is_empty) {
        return Err(Failure::new(Exit::Usage, "the token is empty; give a long random one"));
    }
    let store = Store::open(&args.db, args.max_db_size).map_err(|error| {
        let exit = if matches!(error, OpenError::Unusable(_)) { Exit::NoInput } else { Exit::Data };
        Failure::new(exit, format_args!("can't use `{}` as the database: {error}", args.db.display()))
    })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Exit::Unavailable, format_args!("can't start: {}", plain(&error))))?;
    let served = runtime.block_on(serve(args, loaded, store));
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

async fn serve(args: &Args, loaded: model::Loaded, store: Store) -> Result<Exit, Failure> {
    let model::Loaded { model, text, value } = loaded;
    let other = store.keep_model(model.id(), model.version(), &text).await;
    let other = other.map_err(|error| Failure::new(Exit::NoInput, format_args!("can't use `{}`: {error}", args.db.display())))?;
    if other {
        anstream::eprintln!(
            "{WARNING}warning{WARNING:#}: another model was served as `{}`, version `{}` before; scores that tabs still make with it will be refuted. \
             Give a changed model a new version",
            printable(model.id()),
            printable(model.version())
        );
    }
    let taken = |error: io::Error| {
        let message =
            format!("can't listen on `{}`: {}; --listen names another address, and port 0 takes a free one", args.listen, plain(&error));
        Failure::new(Exit::Unavailable, message)
    };
    let listener = TcpListener::bind(&args.listen).await.map_err(taken)?;
    let address = listener.local_addr().map_err(taken)?;
    let processors = std::thread::available_parallelism().map_or(2, NonZeroUsize::get);
    let collector = Arc::new(Collector {
        store,
        model: Arc::new(model),
        model_tag: format!("\"{:016x}\"", fnv64(text.as_bytes())),
        model_text: text,
        room: room(&value),
        access: Access::new(address, args.token.clone()),
        admission: Arc::new(Semaphore::new(ADMITTED)),
        turns: Turns::new(processors),
        held: Mutex::default(),
    });
    let app = routes::app(collector, args.site.as_deref());
    // Whoever started the server may not read the line; it serves all the same.
    _ = writeln!(io::stdout(), "Warmlead listens on http://{address}").and_then(|()| io::stdout().flush());

    let (stop, stopped) = tokio::sync::oneshot::channel();
    let server = tokio::spawn(connections::serve(listener, app, Limits::new(), async { _ = stopped.await }));
    signal().await;
    _ = stop.send(());
    // What is not done by then was not acknowledged, and will be sent again.
    _ = tokio::time::timeout(GRACE, server).await;
    Ok(Exit::Fine)
}

/// Waits for someone who wants it to stop.
#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    let Ok(mut interrupt) = signal(SignalKind::interrupt()) else { return std::future::pending().await };
    std::future::poll_fn(|context| {
        let stop = terminate.poll_recv(context).is_ready() || interrupt.poll_recv(context).is_ready();
        if stop { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

/// Waits for someone who wants it to stop.
#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_size, room};
    use warmlead::engine::Visitor;
    use warmlead::event::Event;
    use warmlead::json;
    use warmlead::model::Model;

    #[test]
    fn sizes_may_have_a_unit() {
        let table = [("4096", Some(4096)), ("1k", Some(1024)), ("2MiB", Some(2 << 20)), ("3G", Some(3 << 30)), ("500MB", Some(500 << 20))];
        for (text, bytes) in table {
            assert_eq!(parse_size(text).ok(), bytes, "{text}");
        }
        for bad in ["", "0", "-1", "x", "1.5G", "99999999999999999999", "99999999999G"] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
    }
    #[test]
    fn the_room_is_what_the_engine_takes_in() {
        for retention in ["", r#""retention": {},"#, r#""retention": { "age": "9d" },"#, r#""retention": { "events": 3 },"#] {
            let model = json::parse(&format!(r#"{{ "id": "m", {retention} "version": "1", "scores": {{ "s": {{}} }} }}"#)).unwrap();
            let event = |number: i64| Event { id: number.to_string(), r#type: "x".into(), ..Event::default() };
            let room_for = |count: i64| Visitor::new("v").extend(&Model::load(&model).unwrap(), (0..count).map(event).collect()).is_empty();
            assert_eq!((room_for(room(&model)), room_for(room(&model) + 1)), (true, false), "{retention}");
        }
    }
}
