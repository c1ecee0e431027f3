//! Embeds: ten at most, 6000 characters in sum (P27).

use serde_json::Value;

use super::{Problems, field, join, list, text};

const RULE: &str = "P27";
/// Embeds in one message.
const EMBEDS: usize = 10;
/// Characters of all embeds of a message together.
const SUM: usize = 6000;
/// Fields in one embed.
const FIELDS: usize = 25;

/// Checks the embeds of a message.
pub(crate) fn check(problems: &mut Problems, at: &str, embeds: &[Value]) {
    let at = join(at, "embeds");
    problems.count(RULE, &at, embeds.len(), (0, EMBEDS));
    for (index, embed) in embeds.iter().enumerate() {
        let at = join(&at, &index.to_string());
        problems.optional(RULE, &at, (embed, "title"), (0, 256));
        problems.optional(RULE, &at, (embed, "description"), (0, 4096));
        problems.optional(
            RULE,
            &join(&at, "footer"),
            (field(embed, "footer"), "text"),
            (0, 2048),
        );
        problems.optional(
            RULE,
            &join(&at, "author"),
            (field(embed, "author"), "name"),
            (0, 256),
        );
        let fields = list(embed, "fields");
        problems.count(RULE, &join(&at, "fields"), fields.len(), (0, FIELDS));
        for (index, field) in fields.iter().enumerate() {
            let at = join(&at, &format!("fields.{index}"));
            problems.required(RULE, &at, (field, "name"), (1, 256));
            problems.required(RULE, &at, (field, "value"), (1, 1024));
        }
    }
    let sum: usize = embeds.iter().map(size).sum();
    if sum > SUM {
        let words = format!("Embed size exceeds maximum size of {SUM}");
        problems.add(RULE, at, "MAX_EMBED_SIZE_EXCEEDED", words);
    }
}

fn size(embed: &Value) -> usize {
    let fields = list(embed, "fields").iter();
    let fields = fields.flat_map(|field| [text(field, "name"), text(field, "value")]);
    let own = [
        text(embed, "title"),
        text(embed, "description"),
        text(field(embed, "footer"), "text"),
        text(field(embed, "author"), "name"),
    ];
    own.into_iter()
        .chain(fields)
        .map(|text| text.chars().count())
        .sum()
}
