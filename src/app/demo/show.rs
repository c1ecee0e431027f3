//! The conversation as the demo prints it: who typed what, what only they see, the mails, the audit rows.

use jiff::Timestamp;

use crate::app::demo::check::Mail;
use crate::app::local::cast;
use crate::app::out::Out;
use crate::ports::store::StoredAudit;
use crate::sandbox::{Message, Modal};

/// Lines of a mail that the tour shows; the rest is in its file.
const MAIL_LINES: usize = 3;

/// What somebody did.
pub(super) fn action(out: &mut Out, who: &str, what: &str) {
    out.say(&format!("\n{who} {what}"));
}

/// What somebody sees, and whether they alone do.
pub(super) fn message(out: &mut Out, who: &str, message: &Message) {
    let audience = if message.is_ephemeral() {
        format!("only {who} sees")
    } else {
        "everybody sees".to_owned()
    };
    body(out, &audience, message);
}

/// What stands in a channel for everybody.
pub(super) fn posted(out: &mut Out, channel: &str, message: &Message) {
    body(out, &format!("everybody sees, in #{channel}"), message);
}

fn body(out: &mut Out, audience: &str, message: &Message) {
    out.say(&format!("  {audience}:"));
    let seen = as_seen(&message.all_text());
    for line in seen.lines() {
        out.say(&format!("    | {line}"));
    }
    let buttons: Vec<_> = message
        .buttons()
        .into_iter()
        .map(|button| {
            if button.disabled {
                format!("({})", button.label)
            } else {
                format!("[{}]", button.label)
            }
        })
        .collect();
    let menus: Vec<_> = message
        .selects()
        .into_iter()
        .map(|menu| format!("‹{}›", menu.placeholder))
        .collect();
    if !buttons.is_empty() || !menus.is_empty() {
        out.say(&format!(
            "    | {}",
            menus
                .into_iter()
                .chain(buttons)
                .collect::<Vec<_>>()
                .join(" ")
        ));
    }
}

/// A form that somebody is to fill in.
pub(super) fn form(out: &mut Out, who: &str, form: &Modal) {
    out.say(&format!("  {who} fills in the form:"));
    out.say(&format!("    | {}", form.title));
    for input in &form.inputs {
        let (_, most) = input.lengths;
        let needed = if input.required {
            ""
        } else {
            ", may stay empty"
        };
        out.say(&format!(
            "    | {} (up to {most} characters{needed})",
            input.label
        ));
    }
}

/// A mail that left: to whom, about what, and how it begins.
pub(super) fn mail(out: &mut Out, mail: &Mail) {
    out.say(&format!("  mail to {}: {}", mail.to, mail.subject));
    for line in mail
        .text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(MAIL_LINES)
    {
        out.say(&format!("    > {line}"));
    }
}

/// A row of the audit trail.
pub(super) fn audit(out: &mut Out, row: &StoredAudit) {
    let failure = row
        .row
        .failure
        .as_ref()
        .map(|failure| format!(" ({failure})"))
        .unwrap_or_default();
    let hash = hex::encode(row.hash.first_chunk::<4>().copied().unwrap_or_default());
    out.say(&format!(
        "  audit row {}: {} {}{failure}, hash {hash}…",
        row.row.number, row.row.action, row.row.result
    ));
}

/// The text as Discord shows it: times and roles by name, without the signs that keep data from turning into markup.
fn as_seen(text: &str) -> String {
    let text = text.replace(['\\', '\u{200B}'], "");
    let text = with_each(&text, "<t:", |inner| {
        let (second, style) = inner.split_once(':')?;
        let form = if style == "D" {
            "%Y-%m-%d"
        } else {
            "%Y-%m-%d %H:%M UTC"
        };
        let at = Timestamp::from_second(second.parse().ok()?).ok()?;
        Some(at.strftime(form).to_string())
    });
    let text = with_each(&text, "<@&", |inner| {
        let role: u64 = inner.parse().ok()?;
        cast::ROLES
            .iter()
            .find(|(id, _)| *id == role)
            .map(|(_, name)| format!("@{name}"))
    });
    with_each(&text, "<@", |inner| {
        let member: u64 = inner.parse().ok()?;
        cast::PEOPLE
            .iter()
            .find(|(_, id, ..)| *id == member)
            .map(|(name, ..)| format!("@{name}"))
    })
}

/// Replaces what stands between `open` and `>`.
fn with_each(text: &str, open: &str, shown: impl Fn(&str) -> Option<String>) -> String {
    let mut parts = text.split(open);
    let mut seen = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let replaced = part
            .split_once('>')
            .and_then(|(inner, rest)| Some((shown(inner)?, rest)));
        match replaced {
            Some((name, rest)) => seen.extend([name.as_str(), rest]),
            None => seen.extend([open, part]),
        }
    }
    seen
}
