//! Mentions: who a message really pings, given its `allowed_mentions` (P09).

use serde_json::Value;

use super::{Problems, join, list, number, text};

const RULE: &str = "P09";
/// Users or roles in one `allowed_mentions`.
const LIMIT: usize = 100;

/// Who a message pings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pings {
    /// `@everyone` or `@here`.
    pub everyone: bool,
    /// Users, by id.
    pub users: Vec<u64>,
    /// Roles, by id.
    pub roles: Vec<u64>,
}

impl Pings {
    /// Whether nobody is pinged.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        *self == Self::default()
    }

    /// Reads who is mentioned in a text and may be pinged.
    pub(crate) fn read(content: &str, allowed: Option<&Value>) -> Self {
        let mut pings = mentioned(content);
        let Some(allowed) = allowed.filter(|allowed| !allowed.is_null()) else {
            return pings;
        };
        let parse = |kind: &str| list(allowed, "parse").iter().any(|entry| entry == kind);
        let named = |kind: &str, id: u64| {
            list(allowed, kind)
                .iter()
                .any(|entry| snowflake(entry) == Some(id))
        };
        pings.everyone &= parse("everyone");
        pings
            .users
            .retain(|id| parse("users") || named("users", *id));
        pings
            .roles
            .retain(|id| parse("roles") || named("roles", *id));
        pings
    }
}

/// An id, written as text or number.
pub(crate) fn snowflake(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn mentioned(content: &str) -> Pings {
    let mut pings = Pings {
        everyone: content.contains("@everyone") || content.contains("@here"),
        ..Pings::default()
    };
    for part in content.split("<@").skip(1) {
        let Some((id, _)) = part.split_once('>') else {
            continue;
        };
        let (ids, id) = match id.strip_prefix('&') {
            Some(id) => (&mut pings.roles, id),
            None => (&mut pings.users, id.trim_start_matches('!')),
        };
        if let Ok(id) = id.parse()
            && !ids.contains(&id)
        {
            ids.push(id);
        }
    }
    pings
}

/// All text of a message that can ping: content and text displays.
pub(crate) fn pinging_text(body: &Value) -> String {
    fn collect(component: &Value, out: &mut String) {
        if number(component, "type") == 10 {
            out.push('\n');
            out.push_str(text(component, "content"));
        }
        for inner in list(component, "components") {
            collect(inner, out);
        }
    }
    let mut out = text(body, "content").to_owned();
    for component in list(body, "components") {
        collect(component, &mut out);
    }
    out
}

/// Checks `allowed_mentions`.
pub(crate) fn check(problems: &mut Problems, at: &str, allowed: &Value) {
    let at = join(at, "allowed_mentions");
    for kind in ["users", "roles"] {
        let named = list(allowed, kind);
        problems.count(RULE, &join(&at, kind), named.len(), (0, LIMIT));
        if !named.is_empty() && list(allowed, "parse").iter().any(|entry| entry == kind) {
            let words = format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
            problems.add(RULE, &at, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn without_limits_everybody_named_is_pinged() {
        let pings = Pings::read("@everyone <@1> <@!2> <@&3>", None);
        assert_eq!(
            pings,
            Pings {
                everyone: true,
                users: vec![1, 2],
                roles: vec![3]
            }
        );
    }

    #[test]
    fn an_empty_parse_pings_nobody() {
        assert!(Pings::read("@here <@1> <@&3>", Some(&json!({"parse": []}))).is_nobody());
    }

    #[test]
    fn only_the_named_are_pinged() {
        let pings = Pings::read(
            "@here <@1> <@2>",
            Some(&json!({"parse": [], "users": ["2"]})),
        );
        assert_eq!(
            pings,
            Pings {
                users: vec![2],
                ..Pings::default()
            }
        );
    }
}
