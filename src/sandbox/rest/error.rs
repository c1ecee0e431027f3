//! Answers of REST calls, good ones and errors in Discord's shape.

use serde_json::{Map, Value, json};

use crate::sandbox::error::SandboxError;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Answer {
    /// No answer at all: the connection ends.
    pub(crate) fn none() -> Self {
        Self {
            status: 0,
            body: None,
            headers: Vec::new(),
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        self.status == 0
    }

    /// 200 with a body.
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: 200,
            body: Some(body),
            headers: Vec::new(),
        }
    }

    /// 204.
    pub(crate) fn empty() -> Self {
        Self {
            status: 204,
            body: None,
            headers: Vec::new(),
        }
    }

    /// 429 with the headers a client must obey (P33).
    pub(crate) fn rate_limited(retry_after: f64, global: bool) -> Self {
        let scope = if global { "global" } else { "user" };
        let body = json!({
            "message": "You are being rate limited.", "retry_after": retry_after, "global": global,
        });
        let mut headers = vec![
            ("retry-after", format!("{:.0}", retry_after.ceil())),
            ("x-ratelimit-scope", scope.to_owned()),
            ("x-ratelimit-limit", "1".to_owned()),
            ("x-ratelimit-remaining", "0".to_owned()),
            ("x-ratelimit-reset-after", format!("{retry_after:.3}")),
            ("x-ratelimit-bucket", "local".to_owned()),
        ];
        if global {
            headers.push(("x-ratelimit-global", "true".to_owned()));
        }
        Self {
            status: 429,
            body: Some(body),
            headers,
        }
    }
}

/// An error, with the platform's rule if the bot broke one.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: u32,
    pub(crate) message: String,
    pub(crate) errors: Option<Value>,
    pub(crate) detail: String,
    pub(crate) rule: Option<&'static str>,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            status,
            code,
            message,
            errors: None,
            detail: String::new(),
            rule: None,
        }
    }

    /// The error of a thing that is not there.
    pub(crate) fn unknown(code: u32, what: &str) -> Self {
        Self::new(404, code, format!("Unknown {what}"))
    }

    /// The error of a path or method that is not served.
    pub(crate) fn no_route() -> Self {
        Self::new(404, 0, "404: Not Found")
    }

    /// What a planned fault answers.
    pub(crate) fn planned(status: u16) -> Self {
        let (code, message) = match status {
            401 => (0, "401: Unauthorized"),
            403 => (50001, "Missing Access"),
            404 => (10003, "Unknown Channel"),
            _ => (0, "Internal Server Error"),
        };
        Self::new(status, code, message)
    }

    pub(crate) fn with_errors(mut self, errors: Value, detail: String) -> Self {
        self.errors = Some(errors);
        self.detail = detail;
        self
    }

    pub(crate) fn breaking(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }

    /// In words, for the person who waits.
    pub(crate) fn in_words(&self) -> String {
        let Self {
            status,
            code,
            message,
            detail,
            ..
        } = self;
        let detail = if detail.is_empty() {
            String::new()
        } else {
            format!(" ({detail})")
        };
        format!("the bot's answer was refused with {status}, code {code}: {message}{detail}")
    }

    pub(crate) fn into_answer(self) -> Answer {
        let mut body = Map::new();
        body.insert("message".into(), self.message.into());
        body.insert("code".into(), self.code.into());
        if let Some(errors) = self.errors {
            body.insert("errors".into(), errors);
        }
        Answer {
            status: self.status,
            body: Some(Value::Object(body)),
            headers: Vec::new(),
        }
    }
}

impl From<SandboxError> for ApiError {
    fn from(error: SandboxError) -> Self {
        match error {
            SandboxError::Unknown { what: "guild", .. } => Self::unknown(10004, "Guild"),
            SandboxError::Unknown { what: "member", .. } => Self::unknown(10007, "Member"),
            other => Self::new(500, 0, other.to_string()),
        }
    }
}
