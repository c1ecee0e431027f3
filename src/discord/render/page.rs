//! One message as we send it: an embed, its fields, its components. Data never turns into markup (R35).

use serenity::all::{
    CreateActionRow, CreateAllowedMentions, CreateButton, CreateEmbed, CreateEmbedFooter,
    CreateInteractionResponseMessage, EditInteractionResponse,
};

/// What kind of news a message is; a word in the title says it too, colour alone never does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// Facts or a question.
    Neutral,
    /// Done.
    Good,
    /// Refused or failed.
    Bad,
}

/// A message before it is sent.
#[derive(Clone, Debug)]
pub struct Page {
    title: String,
    text: String,
    fields: Vec<(String, String, bool)>,
    rows: Vec<CreateActionRow>,
    tone: Tone,
    footer: Option<String>,
}

/// Discord's limit of an embed's field, in characters (P27).
const FIELD_MAX: usize = 1_024;

/// Discord's limit of buttons in a row (P24).
const ROW_MAX: usize = 5;

impl Page {
    /// A message with a title.
    #[must_use]
    pub const fn new(tone: Tone, title: String) -> Self {
        Self {
            title,
            text: String::new(),
            fields: Vec::new(),
            rows: Vec::new(),
            tone,
            footer: None,
        }
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn paragraph(mut self, text: &str) -> Self {
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.text.push_str(text);
        self
    }

    /// Adds a field beside others.
    #[must_use]
    pub fn field(mut self, name: String, value: &str) -> Self {
        self.fields.push((name, clip(value, FIELD_MAX), true));
        self
    }

    /// Adds a field with a line of its own.
    #[must_use]
    pub fn wide_field(mut self, name: String, value: &str) -> Self {
        self.fields.push((name, clip(value, FIELD_MAX), false));
        self
    }

    /// Sets the small print.
    #[must_use]
    pub fn footer(self, text: String) -> Self {
        Self {
            footer: Some(text),
            ..self
        }
    }

    /// Adds buttons, if any, five in a row.
    #[must_use]
    pub fn buttons(mut self, buttons: &[CreateButton]) -> Self {
        self.rows.extend(
            buttons
                .chunks(ROW_MAX)
                .map(|row| CreateActionRow::Buttons(row.to_vec())),
        );
        self
    }

    /// Adds a menu.
    #[must_use]
    pub fn row(mut self, row: CreateActionRow) -> Self {
        self.rows.push(row);
        self
    }

    /// The message as the answer to an interaction: for the caller alone, pinging nobody (P09).
    pub fn into_response(self) -> CreateInteractionResponseMessage {
        let embed = self.embed();
        CreateInteractionResponseMessage::new()
            .ephemeral(true)
            .allowed_mentions(CreateAllowedMentions::new())
            .embed(embed)
            .components(self.rows)
    }

    /// The message as the new text of an answer.
    pub fn into_edit(self) -> EditInteractionResponse {
        let embed = self.embed();
        EditInteractionResponse::new()
            .allowed_mentions(CreateAllowedMentions::new())
            .embed(embed)
            .components(self.rows)
    }

    /// Embed and components, for a message of the bot's own.
    pub(super) fn into_parts(self) -> (CreateEmbed, Vec<CreateActionRow>) {
        (self.embed(), self.rows)
    }

    fn embed(&self) -> CreateEmbed {
        let colour = match self.tone {
            Tone::Neutral => 0x003B_5B92,
            Tone::Good => 0x002E_7D32,
            Tone::Bad => 0x00B3_261E,
        };
        let embed = CreateEmbed::new()
            .title(clip(&self.title, 256))
            .colour(colour);
        let embed = if self.text.is_empty() {
            embed
        } else {
            embed.description(clip(&self.text, 4_000))
        };
        let embed = embed.fields(self.fields.iter().cloned());
        match &self.footer {
            Some(text) => embed.footer(CreateEmbedFooter::new(text)),
            None => embed,
        }
    }
}

/// Cuts a text to so many characters, with an ellipsis where something is cut.
#[must_use]
pub fn clip(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    text.chars()
        .take(max.saturating_sub(1))
        .chain(['…'])
        .collect()
}

/// Data as plain text in a message: no emphasis, no mention, no link.
#[must_use]
pub fn plain(data: &str) -> String {
    let mut shown = String::with_capacity(data.len());
    for sign in data.chars() {
        match sign {
            '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '<' | '#' | '[' | ']' | '(' | ')' | '-'
            | '+' => {
                shown.push('\\');
                shown.push(sign);
            }
            sign if sign.is_control() => shown.push(' '),
            sign => shown.push(sign),
        }
    }
    // an invisible sign keeps Discord from making a link of an address
    shown.replace("://", ":\u{200B}//")
}

/// A time that Discord shows in the reader's own zone.
#[must_use]
pub fn time(at: jiff::Timestamp) -> String {
    format!("<t:{}:f>", at.as_second())
}

/// How long until or since a time, as Discord counts it for the reader.
#[must_use]
pub fn time_left(at: jiff::Timestamp) -> String {
    format!("<t:{}:R>", at.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r35_data_is_never_markup_mention_or_link() {
        assert_eq!(plain("**x** @everyone"), "\\*\\*x\\*\\* @everyone");
        assert_eq!(plain("<@&1> https://a"), "\\<@&1\\> https:\u{200B}//a");
        assert_eq!(plain("a\r\nb"), "a  b");
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        assert_eq!(clip("éàü", 3), "éàü");
        assert_eq!(clip("éàüö", 3), "éà…");
    }
}
