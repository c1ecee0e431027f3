//! An example of the settings with every key; a test reads it, so it cannot go stale.

/// Every key with its meaning; the secrets come from the environment.
pub const EXAMPLE: &str = r##"# deskhand.toml. Every value may also come from the environment variable named beside it.

[discord]
# token = "..."                         # DISCORD_TOKEN; better there than here
# api_url = "https://discord.com"       # DISCORD_API_URL
# application_id = "100000000000000001" # DISCORD_APPLICATION_ID; else asked from Discord
# transport = "gateway"                 # DISCORD_TRANSPORT; "http" is not served yet, and needs:
# public_key = "..."                    # DISCORD_PUBLIC_KEY, 64 hex digits
# shards = "auto"                       # DISCORD_SHARDS; "0-3/16" is not served yet

[web]
# listen = "127.0.0.1:8080"             # DESKHAND_LISTEN

[database]
url = "sqlite://deskhand.db"            # DATABASE_URL; or "postgres://..."
# admin_url = "postgres://..."          # DATABASE_ADMIN_URL, for migrate and purge

[secret]
# key_file = "deskhand.db.key"          # DESKHAND_KEY_FILE; mandatory on PostgreSQL

[mail]
url = "smtp://mail.example.ch:587?tls=required" # SMTP_URL; or "smtps://...", "file://mails"
from = "Service desk <desk@example.ch>" # MAIL_FROM
# redirect_to = "rehearsal@example.ch"  # MAIL_REDIRECT_TO: every mail goes there

[log]
# format = "text"                       # LOG_FORMAT; or "json"

[[desk]]
guild_id = "200000000000000001"
name = "eIAM support"
profile = "eiam"                        # or "extranet", "alunni-web", "own"
locale = "de"
time_zone = "Europe/Zurich"
contact_mailbox = "support@example.ch"
portal_url = "https://login.example.ch"
support_channel = "300000000000000001"
approvals_channel = "300000000000000002"
staff_roles = ["400000000000000001"]
superusers = [
  { role = "400000000000000002", scopes = ["VD", "GE"] },
  { role = "400000000000000003", scopes = ["*"] },
]
auditor_roles = ["400000000000000004"]
privileged_groups = ["KT_ErhV"]
people = [{ discord = "500000000000000001", username = "anna.rossi" }]
# webhook_url = "https://login.example.ch/hooks/deskhand"
# webhook_secret = "whsec_..."
# any key of the profile, for instance
onboarding_life = "1 month"
sends_per_day = 5

[desk.texts.de]
signature = "Ihr Supportteam"
opening_hours = "Montag bis Freitag, 8 bis 17 Uhr"
phone = "+41 00 000 00 00"

[desk.texts.fr]
signature = "Votre équipe de support"
"##;
