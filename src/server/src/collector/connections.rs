//! Connections: how many may be open at once, and how long one may take to say what it wants. axum's own `serve` bounds neither,
//! so a few sockets that send half a request would keep everybody out. What is asked on them is the router's business.

use axum::Router;
use axum::serve::Listener;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// What connections may take.
#[derive(Clone, Copy)]
pub struct Limits {
    /// So many are open at once; further ones wait to be accepted.
    pub most: usize,
    /// So long one may take until a request's headers are there, the wait for a further request included.
    pub head: Duration,
}

/// What else needs descriptors: the database, standard streams.
const RESERVED: u64 = 32;

impl Limits {
    /// Those that hold in this process: each connection may need a second descriptor, for the file that it is sent.
    pub fn new() -> Limits {
        let most = descriptors().map_or(1_024, |descriptors| (descriptors.saturating_sub(RESERVED) / 2).clamp(1, 1_024));
        Limits { most: most as usize, head: Duration::from_secs(15) }
    }
}

#[cfg(unix)]
fn descriptors() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
fn descriptors() -> Option<u64> {
    None
}

/// Serves until it is stopped, then until the requests that are under way have ended.
pub async fn serve(listener: TcpListener, app: Router, limits: Limits, stopped: impl Future<Output = ()>) {
    let graceful = Arc::new(GracefulShutdown::new());
    let accepting = tokio::spawn(accept(listener, app, limits, graceful.clone()));
    stopped.await;
    accepting.abort();
    // It has let go of the listener when this returns, and nobody else watches for what is to be ended.
    _ = accepting.await;
    if let Some(graceful) = Arc::into_inner(graceful) {
        graceful.shutdown().await;
    }
}

async fn accept(mut listener: TcpListener, app: Router, limits: Limits, graceful: Arc<GracefulShutdown>) {
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head);
    let places = Arc::new(Semaphore::new(limits.most));
    while let Ok(place) = places.clone().acquire_owned().await {
        // By axum's trait, which waits a moment where descriptors have run out all the same.
        let (stream, _) = Listener::accept(&mut listener).await;
        let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(app.clone()));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // Whoever breaks off has nobody to be told.
            _ = connection.await;
            drop(place);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpStream};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Instant;
    use tokio::runtime::Runtime;

    /// A server on a free port, and what stops it.
    fn start(
        app: Router,
        most: usize,
        head: Duration,
    ) -> (Runtime, SocketAddr, tokio::sync::oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let (address, (stop, stopped)) = (listener.local_addr().unwrap(), tokio::sync::oneshot::channel());
        let served = runtime.spawn(serve(listener, app, Limits { most, head }, async { _ = stopped.await }));
        (runtime, address, stop, served)
    }

    fn connect(address: SocketAddr, sent: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream.write_all(sent.as_bytes()).unwrap();
        stream
    }

    fn answer(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    const WHOLE: &str = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

    #[test]
    fn half_requests_keep_nobody_out() {
        let app = Router::new().route("/", get(async || "here"));
        let (_runtime, address, _stop, _) = start(app, 4, Duration::from_millis(100));
        let idle: Vec<TcpStream> =
            ["GET / HTTP/1.1\r\nx-a: ", "", "G", "GET / HTTP/1.1\r\nhost: x\r\n\r\n"].map(|half| connect(address, half)).into();
        let asked = connect(address, WHOLE);
        assert!(answer(asked).ends_with("here"));
        // They have been closed; the one that asked has its answer.
        let told: Vec<String> = idle.into_iter().map(answer).collect();
        assert!(told[3].ends_with("here") && told[1].is_empty() && told[2].is_empty(), "{told:?}");
    }

    #[test]
    fn no_more_are_open_than_may_be_and_the_others_have_their_turn() {
        static OPEN: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let app = Router::new().route(
            "/",
            get(async || {
                MOST.fetch_max(OPEN.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
                OPEN.fetch_sub(1, Ordering::SeqCst);
                "here"
            }),
        );
        let (_runtime, address, _stop, _) = start(app, 3, Duration::from_secs(5));
        let asked: Vec<TcpStream> = (0..12).map(|_| connect(address, WHOLE)).collect();
        assert!(asked.into_iter().all(|asked| answer(asked).ends_with("here")));
        assert_eq!(MOST.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn what_is_under_way_ends_before_it_stops() {
        let app = Router::new().route(
            "/",
            get(async || {
                tokio::time::sleep(Duration::from_millis(200)).await;
                "here"
            }),
        );
        let (runtime, address, stop, served) = start(app, 9, Duration::from_secs(60));
        let (idle, asked) = (connect(address, ""), connect(address, WHOLE));
        std::thread::sleep(Duration::from_millis(80));
        stop.send(()).unwrap();
        let begun = Instant::now();
        runtime.block_on(served).unwrap();
        assert!(begun.elapsed() < Duration::from_secs(3), "who has asked nothing is not waited for");
        assert!(answer(asked).ends_with("here") && answer(idle).is_empty());
        assert!(TcpStream::connect(address).is_err());
    }

    #[test]
    fn there_is_room_below_the_limit_of_descriptors() {
        let Limits { most, .. } = Limits::new();
        assert!((1..=1_024).contains(&most));
        assert!(descriptors().is_none_or(|descriptors| (2 * most) as u64 <= descriptors));
    }
}
