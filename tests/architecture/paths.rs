//! Reads a source as tokens, so that comments and texts are never taken for code, while macro
//! calls and attributes are seen as well.

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};

/// What the rules ask about, each with its line.
#[derive(Default)]
pub(crate) struct Seen {
    /// `a::b::c`, and what a `use` brings in, split at `::`; `super` and `self` are resolved.
    pub(crate) paths: Vec<(usize, Vec<String>)>,
    /// Names of attributes, inside `cfg_attr` too.
    pub(crate) attributes: Vec<(usize, String)>,
    /// Every word, keywords included.
    pub(crate) words: Vec<(usize, String)>,
    /// The word before an opening parenthesis.
    pub(crate) calls: Vec<(usize, String)>,
    /// String literals, as written.
    pub(crate) strings: Vec<(usize, String)>,
    /// Modules that the source declares.
    pub(crate) modules: Vec<String>,
}

/// Scans the text of a file that is the given module of its crate.
pub(crate) fn scan(text: &str, module: &[String]) -> Result<Seen, String> {
    let tokens: TokenStream = text.parse().map_err(|error| format!("not Rust: {error}"))?;
    let mut seen = Seen::default();
    seen.walk(tokens, module);
    Ok(seen)
}

fn line(span: Span) -> usize {
    span.start().line
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct))
        if punct.as_char() == ':' && punct.spacing() == Spacing::Joint)
        && is_punct(tokens.get(at + 1), ':')
}

fn word(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(ident)) => {
            let name = ident.to_string();
            Some(name.strip_prefix("r#").map_or(name.clone(), str::to_owned))
        }
        _ => None,
    }
}

/// The content of a bracket of the given kind.
fn inside(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<TokenStream> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group.stream()),
        _ => None,
    }
}

/// `crate` for the root of the own crate; anything else stays as it was written.
fn resolve(segments: &[String], module: &[String]) -> Vec<String> {
    let ups = segments
        .iter()
        .take_while(|segment| *segment == "super")
        .count();
    let here = usize::from(segments.first().is_some_and(|first| first == "self"));
    if ups == 0 && here == 0 {
        return segments.to_vec();
    }
    // `self::super::x` is the same as `super::x`.
    let ups = ups.max(
        segments
            .iter()
            .skip(here)
            .take_while(|segment| *segment == "super")
            .count(),
    );
    let base = &module[..module.len().saturating_sub(ups)];
    let rest = segments.iter().skip(ups + here);
    std::iter::once("crate".to_owned())
        .chain(base.iter().cloned())
        .chain(rest.cloned())
        .collect()
}

impl Seen {
    fn walk(&mut self, tokens: TokenStream, module: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at = match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    self.attribute(&tokens, at, module)
                }
                TokenTree::Punct(_) => at + 1,
                TokenTree::Literal(literal) => {
                    let written = literal.to_string();
                    if written.contains('"') {
                        self.strings.push((line(literal.span()), written));
                    }
                    at + 1
                }
                TokenTree::Group(group) => {
                    self.walk(group.stream(), module);
                    at + 1
                }
                TokenTree::Ident(_) => self.word(&tokens, at, module),
            };
        }
    }

    /// Returns the place after the attribute, or after a `#` that begins none.
    fn attribute(&mut self, tokens: &[TokenTree], at: usize, module: &[String]) -> usize {
        let bracket = at + 1 + usize::from(is_punct(tokens.get(at + 1), '!'));
        let Some(content) = inside(tokens.get(bracket), Delimiter::Bracket) else {
            return at + 1;
        };
        let parts: Vec<TokenTree> = content.clone().into_iter().collect();
        let name = word(parts.first()).unwrap_or_default();
        if name == "doc" {
            return bracket + 1;
        }
        let place = line(tokens[at].span());
        if name == "cfg_attr" {
            let arguments = inside(parts.get(1), Delimiter::Parenthesis).unwrap_or_default();
            for argument in arguments {
                if let Some(inner) = word(Some(&argument)) {
                    self.attributes.push((place, inner));
                }
            }
        }
        self.attributes.push((place, name));
        self.walk(content, module);
        bracket + 1
    }

    fn word(&mut self, tokens: &[TokenTree], at: usize, module: &[String]) -> usize {
        let name = word(tokens.get(at)).unwrap_or_default();
        let place = line(tokens[at].span());
        self.words.push((place, name.clone()));
        if inside(tokens.get(at + 1), Delimiter::Parenthesis).is_some() {
            self.calls.push((place, name.clone()));
        }
        if name == "mod"
            && let Some(child) = word(tokens.get(at + 1))
        {
            self.modules.push(child.clone());
            if let Some(body) = inside(tokens.get(at + 2), Delimiter::Brace) {
                let inner: Vec<String> = module.iter().cloned().chain([child]).collect();
                self.walk(body, &inner);
                return at + 3;
            }
            return at + 2;
        }
        // `use<'a>` in a type is not an import.
        if name == "use" && !is_punct(tokens.get(at + 1), '<') {
            let length = tokens[at..]
                .iter()
                .take_while(|token| !is_punct(Some(token), ';'))
                .count();
            self.tree(&tokens[at + 1..at + length], &[], module);
            return at + length;
        }
        let continues = at >= 2 && is_separator(tokens, at - 2) && {
            // After `>::` comes a part of a type; after any other token `::` begins at the root.
            is_punct(at.checked_sub(3).and_then(|before| tokens.get(before)), '>')
        };
        if !is_separator(tokens, at + 1) || continues || is_punct_before(tokens, at, '.') {
            return at + 1;
        }
        let end = self.path(tokens, at, &[], module);
        if inside(tokens.get(end), Delimiter::Parenthesis).is_some() {
            self.calls
                .push((place, word(tokens.get(end - 1)).unwrap_or_default()));
        }
        end
    }

    /// The parts of a `use`, separated by commas.
    fn tree(&mut self, tokens: &[TokenTree], prefix: &[String], module: &[String]) {
        for element in tokens.split(|token| is_punct(Some(token), ',')) {
            let start = if is_separator(element, 0) { 2 } else { 0 };
            if start < element.len() {
                self.path(element, start, prefix, module);
            }
        }
    }

    /// Records the path that begins here and returns the place after it.
    fn path(
        &mut self,
        tokens: &[TokenTree],
        start: usize,
        prefix: &[String],
        module: &[String],
    ) -> usize {
        let mut segments = prefix.to_vec();
        let mut at = start;
        loop {
            if let Some(name) = word(tokens.get(at)) {
                segments.push(name);
            } else if is_punct(tokens.get(at), '*') {
                segments.push("*".to_owned());
            } else if let Some(group) = inside(tokens.get(at), Delimiter::Brace) {
                let inner: Vec<TokenTree> = group.into_iter().collect();
                self.tree(&inner, &segments, module);
                return at + 1;
            } else {
                break;
            }
            at += 1;
            if !is_separator(tokens, at) {
                break;
            }
            at += 2;
        }
        if let Some(token) = tokens.get(start) {
            self.paths
                .push((line(token.span()), resolve(&segments, module)));
        }
        at.max(start + 1)
    }
}

fn is_punct_before(tokens: &[TokenTree], at: usize, wanted: char) -> bool {
    at.checked_sub(1)
        .is_some_and(|before| is_punct(tokens.get(before), wanted))
}
