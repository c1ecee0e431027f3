//! The invented guilds and people of the local desks, and the settings that go with them.

use std::path::Path;

use crate::domain::ids::DeskId;
use crate::sandbox::{ChannelSetup, GuildSetup, MemberSetup, Now, RoleSetup, Setup};

/// The token of the local bot.
const TOKEN: &str = "local.demo.token";

/// The application, which is also the bot's user.
const APPLICATION: u64 = 900_000_000_000_000_001;

/// The guild of the eIAM desk.
pub const EIAM: u64 = 910_000_000_000_000_001;
/// The guild of the extranet's desk.
pub const EXTRANET: u64 = 910_000_000_000_000_002;
/// The guild of the school's desk.
pub const SCHOOL: u64 = 910_000_000_000_000_003;

/// The channel in which people of a guild type; one more than the guild's id times ten would clash with nothing.
pub const SUPPORT: u64 = 920_000_000_000_000_000;
/// The channel in which requests are decided.
pub const APPROVALS: u64 = 930_000_000_000_000_000;

/// Role of the superusers of most scopes of a desk.
pub const SUPERUSER: u64 = 940_000_000_000_000_001;
/// Role of the superusers of one other scope.
pub const OTHER_SUPERUSER: u64 = 940_000_000_000_000_002;
/// Role of support staff.
pub const STAFF: u64 = 940_000_000_000_000_003;
/// Role of auditors.
pub const AUDITOR: u64 = 940_000_000_000_000_004;

/// Every role and its name.
pub const ROLES: [(u64, &str); 4] = [
    (SUPERUSER, "KT_Superuser"),
    (OTHER_SUPERUSER, "Superuser of another scope"),
    (STAFF, "Support"),
    (AUDITOR, "Audit"),
];

/// A superuser who reads French.
pub const CLAIRE: u64 = 950_000_000_000_000_001;
/// A superuser who reads German.
pub const LUKAS: u64 = 950_000_000_000_000_002;
/// A superuser who reads Italian.
pub const GIULIA: u64 = 950_000_000_000_000_003;
/// A superuser who reads English.
pub const EMMA: u64 = 950_000_000_000_000_004;
/// A superuser of another scope, who reads German.
pub const URS: u64 = 950_000_000_000_000_005;
/// Support staff, reads English.
pub const SAM: u64 = 950_000_000_000_000_006;
/// An auditor, reads French.
pub const AUDREY: u64 = 950_000_000_000_000_007;
/// Somebody without a part in the desk, whose client speaks Spanish.
pub const ODILE: u64 = 950_000_000_000_000_008;

/// Everybody: name, user, locale, role.
pub const PEOPLE: [(&str, u64, &str, Option<u64>); 8] = [
    ("Claire", CLAIRE, "fr", Some(SUPERUSER)),
    ("Lukas", LUKAS, "de", Some(SUPERUSER)),
    ("Giulia", GIULIA, "it", Some(SUPERUSER)),
    ("Emma", EMMA, "en-GB", Some(SUPERUSER)),
    ("Urs", URS, "de", Some(OTHER_SUPERUSER)),
    ("Sam", SAM, "en-US", Some(STAFF)),
    ("Audrey", AUDREY, "fr", Some(AUDITOR)),
    ("Odile", ODILE, "es-ES", None),
];

/// Guild, its name, its locale, its superusers' scopes, the other superusers' scope.
const GUILDS: [(u64, &str, &str, &str, &str); 3] = [
    (
        EIAM,
        "eIAM Delegation",
        "de",
        r#"["VD", "BE", "TI", "GE"]"#,
        r#"["ZH"]"#,
    ),
    (
        EXTRANET,
        "Extranet Support",
        "en-GB",
        r#"["alpenblick", "entity-1"]"#,
        r#"["lac-bleu"]"#,
    ),
    (SCHOOL, "Segreteria", "it", r#"["*"]"#, r#"["Plesso Sud"]"#),
];

/// The desk of a guild.
#[must_use]
pub const fn desk(guild: u64) -> DeskId {
    DeskId(guild.cast_signed())
}

/// The support channel of a guild.
#[must_use]
pub const fn support_channel(guild: u64) -> u64 {
    SUPPORT + guild % 10
}

/// The channel of a guild in which requests are decided.
#[must_use]
pub const fn approvals_channel(guild: u64) -> u64 {
    APPROVALS + guild % 10
}

/// The local Discord with its guilds.
#[must_use]
pub fn setup(now: Now) -> Setup {
    let guilds = GUILDS.into_iter().map(|(id, name, locale, ..)| GuildSetup {
        id,
        name: name.to_owned(),
        locale: locale.to_owned(),
        roles: ROLES
            .iter()
            .map(|(id, name)| RoleSetup {
                id: *id,
                name: (*name).to_owned(),
                mentionable: matches!(*id, SUPERUSER | OTHER_SUPERUSER),
                ..RoleSetup::default()
            })
            .collect(),
        channels: vec![
            ChannelSetup {
                id: support_channel(id),
                name: "support".to_owned(),
            },
            ChannelSetup {
                id: approvals_channel(id),
                name: "approvals".to_owned(),
            },
        ],
        members: PEOPLE
            .into_iter()
            .map(|(name, user_id, locale, role)| MemberSetup {
                user_id,
                name: name.to_owned(),
                locale: locale.to_owned(),
                roles: role.into_iter().collect(),
            })
            .collect(),
    });
    Setup {
        token: TOKEN.to_owned(),
        application_id: APPLICATION,
        now,
        guilds: guilds.collect(),
        ..Setup::default()
    }
}

/// The settings of the bot on that local Discord.
#[must_use]
pub fn settings(api_url: &str, database_url: &str, mail_url: &str, key_file: &Path) -> String {
    let key_file = key_file.display();
    let mut text = format!(
        "[discord]\ntoken = \"{TOKEN}\"\napi_url = \"{api_url}\"\n\n[database]\nurl = \"{database_url}\"\n\n\
         [secret]\nkey_file = \"{key_file}\"\n\n\
         [mail]\nurl = \"{mail_url}\"\nfrom = \"Support <support@desk.example.org>\"\n"
    );
    for (guild, name, locale, scopes, other) in GUILDS {
        let profile = match guild {
            EIAM => "eiam",
            EXTRANET => "extranet",
            _ => "alunni-web",
        };
        let locale = locale.split('-').next().unwrap_or(locale);
        let (support, approvals) = (support_channel(guild), approvals_channel(guild));
        text.push_str(&format!(
            "\n[[desk]]\nguild_id = \"{guild}\"\nname = \"{name}\"\nprofile = \"{profile}\"\nlocale = \"{locale}\"\n\
             contact_mailbox = \"contact@desk.example.org\"\nportal_url = \"https://portal.example.org\"\n\
             support_channel = \"{support}\"\napprovals_channel = \"{approvals}\"\nstaff_roles = [\"{STAFF}\"]\n\
             superusers = [{{ role = \"{SUPERUSER}\", scopes = {scopes} }}, {{ role = \"{OTHER_SUPERUSER}\", scopes = {other} }}]\n\
             auditor_roles = [\"{AUDITOR}\"]\n"
        ));
    }
    text
}
