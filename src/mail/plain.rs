//! A letter as plain text.

use super::content::{Block, Content, Fact};

/// Paragraphs with an empty line between them.
pub(super) fn render(content: &Content) -> String {
    let blocks = content.blocks.iter().map(|block| match block {
        Block::Paragraph(text) => text.clone(),
        Block::Facts(facts) => facts.iter().map(line).collect::<Vec<_>>().join("\r\n"),
        Block::Lines(lines) => lines.join("\r\n"),
    });
    let mut text = blocks.collect::<Vec<_>>().join("\r\n\r\n");
    text.push_str("\r\n");
    text
}

const fn line(fact: &Fact) -> &str {
    fact.line.as_str()
}
