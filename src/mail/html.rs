//! A letter as HTML: one column, no tables, nothing loaded from elsewhere. Maud escapes what people wrote (R35).

use maud::{DOCTYPE, Markup, html};

use super::content::{Block, Content, Fact, Value};

const PAGE: &str = "margin:0;padding:24px 16px;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5";
const COLUMN: &str = "max-width:38em;margin:0 auto";
const PARAGRAPH: &str = "margin:0 0 16px";
const CODE: &str =
    "font-family:Consolas,Menlo,monospace;font-size:20px;font-weight:bold;overflow-wrap:anywhere";
const LINK: &str = "overflow-wrap:anywhere";

/// A whole page in the letter's language.
pub(super) fn render(content: &Content) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(content.language.code()) dir="ltr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (content.subject) }
            }
            body style=(PAGE) {
                main style=(COLUMN) { @for block in &content.blocks { (shown(block)) } }
            }
        }
    };
    page.into_string()
}

fn shown(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Paragraph(text) => p style=(PARAGRAPH) { (text) },
            Block::Facts(facts) => @for fact in facts { (line(fact)) },
            Block::Lines(lines) => p style=(PARAGRAPH) {
                @for (at, line) in lines.iter().enumerate() {
                    @if at > 0 { br; }
                    (line)
                }
            },
        }
    }
}

fn line(fact: &Fact) -> Markup {
    html! {
        p style=(PARAGRAPH) {
            (fact.label)
            br;
            @match &fact.value {
                Value::Plain(text) => strong { (text) },
                Value::Code(code) => code style=(CODE) { (code) },
                Value::Link(url) => a href=(url) style=(LINK) { (url) },
            }
        }
    }
}
