//! The samples of the desks that tell which grams of a query are rare; taken at the first search and now and then.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::search::Shares;
use crate::domain::ids::DeskId;

/// After so many searches a desk's sample is taken anew.
const SEARCHES_BETWEEN: u64 = 1_000;

/// The samples of all desks.
#[derive(Clone, Debug, Default)]
pub(super) struct Samples(Arc<Mutex<HashMap<DeskId, Sample>>>);

#[derive(Debug, Default)]
struct Sample {
    searches: u64,
    shares: Arc<Shares>,
}

impl Samples {
    /// The desk's shares, and whether a new sample is due. A young desk grows fast and is looked at more often.
    pub(super) fn next(&self, desk: DeskId) -> (Arc<Shares>, bool) {
        let mut samples = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sample = samples.entry(desk).or_default();
        sample.searches = sample.searches.saturating_add(1);
        let due =
            sample.searches.is_power_of_two() || sample.searches.is_multiple_of(SEARCHES_BETWEEN);
        (Arc::clone(&sample.shares), due)
    }

    /// Keeps a new sample.
    pub(super) fn put(&self, desk: DeskId, shares: Shares) -> Arc<Shares> {
        let shares = Arc::new(shares);
        let mut samples = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        samples.entry(desk).or_default().shares = Arc::clone(&shares);
        shares
    }
}
