//! Slow computations (R14: password hashes) beside the loop, at most one per core at a time.

use std::sync::LazyLock;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

static CORES: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, std::num::NonZero::get)));

/// The computation panicked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a computation ended without a result")]
pub struct Broken;

/// Runs a computation of some milliseconds off the loop.
///
/// # Errors
/// It panicked.
pub async fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Broken> {
    let _permit = CORES.acquire().await.map_err(|_| Broken)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| Broken)
}
