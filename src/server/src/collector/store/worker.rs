//! A thread that owns a connection, and the jobs that wait for it.

use super::{OpenError, StoreError};
use rusqlite::Connection;
use std::sync::mpsc;
use std::thread;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// So many jobs wait for a thread at most.
const QUEUED: usize = 256;

/// A thread that owns a connection and does one job after the other.
pub struct Worker {
    jobs: Option<mpsc::SyncSender<Job>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Worker {
    /// Starts it.
    pub fn start(name: &str, mut connection: Connection) -> Result<Worker, OpenError> {
        let (jobs, queue) = mpsc::sync_channel::<Job>(QUEUED);
        let work = move || queue.into_iter().for_each(|job| job(&mut connection));
        let thread = thread::Builder::new().name(name.into()).spawn(work).map_err(|error| OpenError::Unusable(error.to_string()))?;
        Ok(Worker { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Has it do a job, and waits for what comes of it.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let gone = || StoreError::Broken("its thread has ended".into());
        let (answer, answered) = oneshot::channel();
        // What nobody waits for any more is not begun: its sender, who was acknowledged nothing, sends it again.
        let job: Job = Box::new(move |connection| {
            if !answer.is_closed() {
                _ = answer.send(work(connection));
            }
        });
        self.jobs.as_ref().ok_or_else(gone)?.try_send(job).map_err(|error| match error {
            mpsc::TrySendError::Full(_) => StoreError::Crowded,
            mpsc::TrySendError::Disconnected(_) => gone(),
        })?;
        answered.await.map_err(|_| gone())?
    }
}

/// Waits for the jobs that were accepted, then closes the connection.
impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};

    fn worker() -> Worker {
        Worker::start("test", Connection::open_in_memory().unwrap()).unwrap()
    }

    fn poll<F: Future>(run: &mut Pin<&mut F>) -> Poll<F::Output> {
        run.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    /// Hands a job over, and does not wait for its answer yet.
    fn begin<F: Future>(run: &mut Pin<&mut F>) -> bool {
        poll(run).is_pending()
    }

    fn wait<F: Future>(run: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run)
    }

    #[test]
    fn what_nobody_waits_for_is_not_begun_and_what_has_begun_holds_what_it_holds() {
        let worker = worker();
        let (begun, has_begun) = mpsc::channel::<&str>();
        let (end, ended) = mpsc::channel::<()>();
        let admitted = Arc::new(());
        let (first, held) = (begun.clone(), admitted.clone());
        {
            let mut first = pin!(worker.run(move |_| {
                first.send("first").unwrap();
                ended.recv().unwrap();
                drop(held);
                Ok(())
            }));
            assert!(begin(&mut first));
            assert_eq!(has_begun.recv().unwrap(), "first");
            let (second, held) = (begun.clone(), admitted.clone());
            let mut second = pin!(worker.run(move |_| {
                second.send("second").unwrap();
                drop(held);
                Ok(())
            }));
            assert!(begin(&mut second));
        }
        // Both have been given up.
        assert_eq!(Arc::strong_count(&admitted), 3);
        end.send(()).unwrap();
        wait(worker.run(|_| Ok(()))).unwrap();
        assert_eq!((has_begun.try_recv().ok(), Arc::strong_count(&admitted)), (None, 1));
    }

    #[test]
    fn the_queue_has_an_end() {
        let worker = worker();
        let (end, ended) = mpsc::channel::<()>();
        let (begun, has_begun) = mpsc::channel::<()>();
        let mut first = pin!(worker.run(move |_| {
            begun.send(()).unwrap();
            ended.recv().unwrap();
            Ok(())
        }));
        assert!(begin(&mut first));
        has_begun.recv().unwrap();
        let mut queued: Vec<_> = (0..QUEUED).map(|number| Box::pin(worker.run(move |_| Ok(number)))).collect();
        assert!(queued.iter_mut().all(|run| begin(&mut run.as_mut())));
        let mut beyond = pin!(worker.run(|_| Ok(())));
        assert!(matches!(poll(&mut beyond), Poll::Ready(Err(StoreError::Crowded))));
        end.send(()).unwrap();
        for (number, run) in queued.into_iter().enumerate() {
            assert_eq!(wait(run).unwrap(), number);
        }
        wait(worker.run(|_| Ok(()))).unwrap();
    }
}
