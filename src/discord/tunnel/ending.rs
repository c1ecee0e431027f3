//! How a connection ends: the close codes that end the bot, and those that serenity does not survive.

/// A close code after which Discord takes no session with the same settings (P29).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fatal {
    /// 4004.
    Token,
    /// 4010.
    Shard,
    /// 4011.
    ShardingRequired,
    /// 4012.
    ApiVersion,
    /// 4013.
    InvalidIntents,
    /// 4014.
    DisallowedIntents,
}

impl Fatal {
    /// In words for the operator, who alone can change it.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Token => "the token is not valid",
            Self::Shard => "the shards are not valid",
            Self::ShardingRequired => "the bot is in too many guilds for its shards",
            Self::ApiVersion => "this version of the gateway is no longer served",
            Self::InvalidIntents => "the intents are not valid",
            Self::DisallowedIntents => "the intents are not allowed",
        }
    }
}

/// What becomes of a close frame of the gateway.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ending {
    /// serenity gets it, and resumes or identifies again.
    Pass,
    /// serenity sees the connection break, which it mends by resuming. After a close frame without
    /// a code, and after 4003, it would read the ended connection again and again without a pause.
    Cut,
    /// The bot ends; serenity gets the frame when it says goodbye. After 4010 and 4011 it would
    /// spin as above, and after 4012 connect again without end.
    Refused(Fatal),
}

/// Decides by the code of a close frame; `None` when it has none.
pub(super) const fn ending(code: Option<u16>) -> Ending {
    match code {
        None | Some(4003) => Ending::Cut,
        Some(4004) => Ending::Refused(Fatal::Token),
        Some(4010) => Ending::Refused(Fatal::Shard),
        Some(4011) => Ending::Refused(Fatal::ShardingRequired),
        Some(4012) => Ending::Refused(Fatal::ApiVersion),
        Some(4013) => Ending::Refused(Fatal::InvalidIntents),
        Some(4014) => Ending::Refused(Fatal::DisallowedIntents),
        Some(_) => Ending::Pass,
    }
}
