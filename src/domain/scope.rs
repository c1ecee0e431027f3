//! Scopes: paths such as `VD/CHUV`, and which of them cover which.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A path of an account or of a superuser's authority; `*` is the whole desk.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(String);

/// The text is not a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a scope is a path such as VD/CHUV, or * for the whole desk")]
pub struct MalformedScope;

impl Scope {
    /// The whole desk.
    #[must_use]
    pub fn whole_desk() -> Self {
        Self("*".to_owned())
    }

    /// Reads a path; spaces around its parts are dropped.
    ///
    /// # Errors
    /// A part is empty, or `*` stands within a path, or a sign is a control character or `|`.
    pub fn parse(text: &str) -> Result<Self, MalformedScope> {
        let parts: Vec<&str> = text.split('/').map(str::trim).collect();
        let whole = parts.as_slice() == ["*"];
        let odd = |part: &&str| {
            part.is_empty() || part.contains(['*', '|']) || part.chars().any(char::is_control)
        };
        if !whole && parts.iter().any(odd) {
            return Err(MalformedScope);
        }
        Ok(Self(parts.join("/")))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the whole desk.
    #[must_use]
    pub fn is_whole_desk(&self) -> bool {
        self.0 == "*"
    }

    /// Whether authority over this scope reaches `other`: equal, under it, or this is the whole desk.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.is_whole_desk()
            || self.0 == other.0
            || other
                .0
                .strip_prefix(&self.0)
                .is_some_and(|rest| rest.starts_with('/'))
    }

    /// The scope and all above it, the highest first: `VD`, `VD/CHUV`.
    #[must_use]
    pub fn with_ancestors(&self) -> Vec<Self> {
        let cuts = self.0.match_indices('/').map(|(at, _)| at);
        cuts.chain([self.0.len()])
            .filter_map(|end| self.0.get(..end))
            .map(|path| Self(path.to_owned()))
            .collect()
    }

    /// How many parts the path has; the whole desk has none.
    #[must_use]
    pub fn depth(&self) -> usize {
        if self.is_whole_desk() {
            0
        } else {
            self.0.split('/').count()
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    #[test]
    fn authority_reaches_what_is_under_it_and_nothing_beside() {
        assert!(scope("VD").covers(&scope("VD/CHUV")));
        assert!(scope("VD").covers(&scope("VD")));
        assert!(scope("*").covers(&scope("VD")));
        assert!(!scope("VD").covers(&scope("VDX/CHUV")));
        assert!(!scope("VD/CHUV").covers(&scope("VD")));
        assert!(!scope("VD").covers(&scope("*")));
    }

    #[test]
    fn ancestors_come_highest_first() {
        let names: Vec<_> = scope("a/b/c")
            .with_ancestors()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(names, ["a", "a/b", "a/b/c"]);
    }

    #[test]
    fn malformed_paths_are_refused() {
        for text in ["", "/", "VD/", "/VD", "VD//CHUV", "VD/*", "a|b"] {
            assert_eq!(Scope::parse(text), Err(MalformedScope), "{text:?}");
        }
    }
}
