//! Autocomplete: people in the caller's sight, from the first letter on. Not audited.

use crate::domain::access::{Authority, Member};
use crate::domain::account::PersonLine;
use crate::domain::fold;
use crate::domain::ids::DeskId;
use crate::domain::trail::TrailReader;
use crate::ports::store::{SearchQuery, StoreError};
use crate::service::Service;

/// Discord shows that many choices (P21).
const MAX_CHOICES: u32 = 25;

impl Service {
    /// People whom the caller may mean by what was typed so far, or whose timeline they may read; none for somebody without a part in the desk.
    ///
    /// # Errors
    /// The database failed.
    pub async fn suggest_people(
        &self,
        desk: DeskId,
        member: &Member,
        typed: &str,
        for_trail: bool,
    ) -> Result<Vec<PersonLine>, StoreError> {
        let sight = self.desks.get(&desk).and_then(|desk| {
            if for_trail {
                TrailReader::of(desk, member).map(|reader| reader.sight().clone())
            } else {
                Authority::of(desk, member).map(|authority| authority.sight())
            }
            .ok()
        });
        let Some(sight) = sight else {
            return Ok(Vec::new());
        };
        if self.store.is_frozen(desk, member.id).await? {
            return Ok(Vec::new());
        }
        let words = fold::query_words(typed);
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let query = SearchQuery {
            text: typed.trim().to_owned(),
            words,
            sight,
            limit: MAX_CHOICES,
        };
        self.store.search(desk, &query).await
    }
}
