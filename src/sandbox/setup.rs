//! What the local Discord starts with: one bot, its guilds and their people.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A source of time, so that tests can move it.
pub type Now = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;

/// The default of [`Setup::wait`].
const WAIT: Duration = Duration::from_secs(10);
/// The default of [`Setup::session_starts`].
const SESSION_STARTS: u64 = 1_000;
/// Discord's usual heartbeat interval.
const HEARTBEAT: Duration = Duration::from_millis(41_250);
/// 2026-01-05 08:00 UTC, where the clock of [`Setup::default`] stands still.
const DEFAULT_SECOND: i64 = 1_767_600_000;

/// Everything that a local Discord is told at its start.
#[derive(Clone)]
pub struct Setup {
    /// The bot's token.
    pub token: String,
    /// The application's id, which is also the bot's user id.
    pub application_id: u64,
    /// The bot's name.
    pub bot_name: String,
    /// The time for ids, timestamps and the limits of 3 s and 15 min; the
    /// default stands still.
    pub now: Now,
    /// The guilds the bot is in.
    pub guilds: Vec<GuildSetup>,
    /// How long a person waits for the bot, in real time.
    pub wait: Duration,
    /// What Hello tells the bot.
    pub heartbeat: Duration,
    /// What GET /gateway/bot recommends.
    pub shards: u32,
    /// Session starts that Discord grants in a day (P29).
    pub session_starts: u64,
    /// Privileged intents that the application may use.
    pub privileged_intents: u64,
    /// Messages kept per channel; ephemeral ones are counted apart.
    pub messages_kept: usize,
    /// Interactions kept; older ones count as expired.
    pub interactions_kept: usize,
    /// Entries the recording keeps; 0 turns it off.
    pub recording_kept: usize,
    /// Events kept per session for a resume.
    pub events_kept: usize,
}

impl Default for Setup {
    fn default() -> Self {
        let start =
            jiff::Timestamp::from_second(DEFAULT_SECOND).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Self {
            token: "local.bot.token".into(),
            application_id: 1,
            bot_name: "deskhand".into(),
            now: Arc::new(move || start),
            guilds: Vec::new(),
            wait: WAIT,
            heartbeat: HEARTBEAT,
            shards: 1,
            session_starts: SESSION_STARTS,
            privileged_intents: 0,
            messages_kept: 1_000,
            interactions_kept: 4_096,
            recording_kept: 4_096,
            events_kept: 1_024,
        }
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("application_id", &self.application_id)
            .field("guilds", &self.guilds)
            .finish_non_exhaustive()
    }
}

/// A guild.
#[derive(Clone, Debug, Default)]
pub struct GuildSetup {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its preferred locale.
    pub locale: String,
    /// Its roles beside `@everyone`.
    pub roles: Vec<RoleSetup>,
    /// Its text channels; the first one is where people start.
    pub channels: Vec<ChannelSetup>,
    /// Its people.
    pub members: Vec<MemberSetup>,
}

/// A role.
#[derive(Clone, Debug, Default)]
pub struct RoleSetup {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its permission bits; 8 makes administrators.
    pub permissions: u64,
    /// Whether everyone may mention it.
    pub mentionable: bool,
}

/// A channel, a text channel unless changed later.
#[derive(Clone, Debug, Default)]
pub struct ChannelSetup {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
}

/// What a channel allows and denies a role or a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Overwrite {
    /// The role's or the member's id; the guild's own for everyone.
    pub id: u64,
    /// Whether the id is a member's.
    pub of_member: bool,
    /// The bits it adds.
    pub allow: u64,
    /// The bits it takes away.
    pub deny: u64,
}

/// A person in a guild.
#[derive(Clone, Debug, Default)]
pub struct MemberSetup {
    /// The user id.
    pub user_id: u64,
    /// The user name.
    pub name: String,
    /// The language of this person's client.
    pub locale: String,
    /// The ids of the roles.
    pub roles: Vec<u64>,
}
