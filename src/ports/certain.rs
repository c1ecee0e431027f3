//! A commit whose answer was lost is asked for again, until it is known whether it was made (R38).

use std::time::Duration;

use crate::domain::change::Change;
use crate::ports::store::{Committed, Store, StoreError};

/// Waits before it is asked again; together they leave time for an answer in Discord's 15 minutes.
const WAITS: [Duration; 4] = [
    Duration::from_millis(50),
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// Commits a change. The same change with the same interaction acts once, so after a lost answer a duplicate means
/// that it was made.
///
/// # Errors
/// The store failed; [`StoreError::Uncertain`] when it stayed away after the answer was lost.
pub async fn commit(store: &dyn Store, change: Change) -> Result<Committed, StoreError> {
    let again = change.interaction.is_some().then(|| change.clone());
    let mut lost = match (store.commit(change).await, &again) {
        (Err(StoreError::Uncertain(lost)), Some(_)) => lost,
        (known, _) => return known,
    };
    let Some(again) = again else {
        return Err(StoreError::Uncertain(lost));
    };
    for wait in WAITS {
        tokio::time::sleep(wait).await;
        match store.commit(again.clone()).await {
            Ok(Committed::Duplicate) => return Ok(Committed::Done),
            Ok(known) => return Ok(known),
            Err(StoreError::Uncertain(away) | StoreError::Unreachable(away)) => lost = away,
            // refused now says nothing about the first time
            Err(refused) => {
                lost = Box::new(refused);
                break;
            }
        }
    }
    Err(StoreError::Uncertain(lost))
}
