//! The keys of everything that is stored; a key of one kind never passes for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

id! {
    /// A support desk; the id of its Discord guild.
    DeskId;
    /// An account of the directory.
    AccountId;
    /// A register record.
    RecordId;
    /// A one-time code.
    CodeId;
    /// A dialog between two steps.
    DraftId;
    /// A letter to a person.
    LetterId;
    /// A change of an account's mail address made by the desk.
    AddressChangeId;
    /// A Discord member (the user's snowflake).
    MemberId;
    /// A Discord role.
    RoleId;
    /// A Discord channel.
    ChannelId;
    /// A Discord interaction.
    InteractionId;
    /// A Discord message.
    MessageId;
    /// A request that waits for a decision, or did.
    RequestId;
}

impl DeskId {
    /// Of what comes from no guild, such as a direct message; no guild has this id.
    pub const OUTSIDE: Self = Self(0);
}

/// How often a row was changed; a write names the version that it expects.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub i64);

impl Version {
    /// The version of a new row.
    pub const FIRST: Self = Self(1);

    /// The version after one more change.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// First second of 2015, from which Discord counts, in milliseconds since 1970.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

impl InteractionId {
    /// When Discord made the interaction (the upper 42 bits of a snowflake count milliseconds since 2015).
    #[must_use]
    pub fn created_at(self) -> jiff::Timestamp {
        let ms = (self.0 >> 22).saturating_add(DISCORD_EPOCH_MS);
        jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}
