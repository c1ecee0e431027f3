//! Who is meant by an option: a choice of autocomplete, or an exact name, mail or id.

use crate::domain::access::{self, Authority, Sight};
use crate::domain::account::PersonLine;
use crate::domain::ids::{AccountId, DeskId};
use crate::ports::store::StoreError;
use crate::service::Service;

/// Prefix of the value that autocomplete gives for a person.
const CHOICE_PREFIX: &str = "a:";

/// The value of a person's choice in lists.
#[must_use]
pub fn choice_value(id: AccountId) -> String {
    format!("{CHOICE_PREFIX}{id}")
}

/// Reads the value of a person's choice.
#[must_use]
pub fn chosen(text: &str) -> Option<AccountId> {
    text.strip_prefix(CHOICE_PREFIX)?.parse().ok()
}

/// Who was found. Unknown and out of sight are the same.
pub(super) enum Found {
    /// Nobody.
    Nobody,
    /// One person, still to be checked against the caller's sight when it was chosen by its id.
    One(AccountId),
    /// Several.
    Several(Vec<PersonLine>),
}

impl Service {
    /// Looks a typed or chosen person up among those whom the caller sees.
    pub(super) async fn find(
        &self,
        desk: DeskId,
        authority: &Authority,
        text: &str,
    ) -> Result<Found, StoreError> {
        self.find_in_sight(desk, &authority.sight(), text).await
    }

    /// Looks a typed or chosen person up among those whom this sight reaches.
    pub(super) async fn find_in_sight(
        &self,
        desk: DeskId,
        sight: &Sight,
        text: &str,
    ) -> Result<Found, StoreError> {
        // what was copied from a message may carry the invisible sign that keeps addresses from being links
        let text = text.replace('\u{200B}', "");
        let text = text.trim();
        if let Some(id) = chosen(text) {
            return Ok(Found::One(id));
        }
        if text.is_empty() {
            return Ok(Found::Nobody);
        }
        let people = access::visible(sight, self.store.find_exact(desk, text).await?);
        Ok(match people.as_slice() {
            [] => Found::Nobody,
            [person] => Found::One(person.id),
            _ => Found::Several(people),
        })
    }
}
