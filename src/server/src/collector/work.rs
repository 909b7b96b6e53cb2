//! Work that keeps a processor busy, done away from the threads that answer: as much of it at once as there are processors.

use super::reply::Refused;
use axum::http::StatusCode;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Whose turn it is.
pub struct Turns(Arc<Semaphore>);

/// A turn to work.
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Turns {
    /// So many at once.
    pub fn new(count: usize) -> Turns {
        Turns(Arc::new(Semaphore::new(count)))
    }

    /// Waits for a turn.
    pub async fn next(&self) -> Result<Turn, Refused> {
        self.0.clone().acquire_owned().await.map(|permit| Turn { _permit: permit }).map_err(|_| failed())
    }
}

impl Turn {
    /// Works. Whoever waits for it may give up meanwhile, and work that has begun goes on: only its end ends the turn, and lets go
    /// of what was `held` for it.
    pub async fn work<T: Send + 'static>(self, held: impl Send + 'static, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refused> {
        let whole = move || {
            let done = work();
            drop((self, held));
            done
        };
        tokio::task::spawn_blocking(whole).await.map_err(|_| failed())
    }
}

fn failed() -> Refused {
    Refused::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "this request can't be worked on; please report it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn a_turn_lasts_as_long_as_the_work_whoever_gives_up() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (turns, admission) = (Turns::new(1), Arc::new(Semaphore::new(1)));
            let (end, ended) = mpsc::channel::<()>();
            let turn = turns.next().await.unwrap();
            let admitted = admission.clone().try_acquire_owned().unwrap();
            let given_up = tokio::time::timeout(Duration::from_millis(20), turn.work(admitted, move || _ = ended.recv())).await;
            assert!(given_up.is_err());
            assert_eq!((turns.0.available_permits(), admission.available_permits()), (0, 0));
            end.send(()).unwrap();
            let next = turns.next().await.unwrap();
            assert_eq!((next.work((), || 7).await.unwrap(), admission.available_permits()), (7, 1));
        });
    }
}
