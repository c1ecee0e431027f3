//! What the command line says: answers to standard output, complaints to standard error.

use std::io::{IsTerminal as _, Write};

/// The two streams.
pub(crate) struct Out {
    answers: Box<dyn Write + Send>,
    complaints: Box<dyn Write + Send>,
}

impl Out {
    /// Those of the process.
    pub(crate) fn standard() -> Self {
        Self {
            answers: Box::new(std::io::stdout()),
            complaints: Box::new(std::io::stderr()),
        }
    }

    /// One line, or several, of an answer.
    pub(crate) fn say(&mut self, text: &str) {
        // a reader that went away is no failure of the work
        let _ = writeln!(self.answers, "{text}");
        let _ = self.answers.flush();
    }

    /// A question whose answer goes on the same line.
    pub(crate) fn ask(&mut self, text: &str) {
        let _ = write!(self.answers, "{text}");
        let _ = self.answers.flush();
    }

    /// One line of progress, beside the answers.
    pub(crate) fn note(&mut self, text: &str) {
        let _ = writeln!(self.complaints, "{text}");
    }

    /// One line of a complaint.
    pub(crate) fn complain(&mut self, text: &str) {
        let _ = writeln!(self.complaints, "deskhand: {text}");
    }

    /// Whether a person looks at the complaints' stream, so that a progress bar makes sense.
    pub(crate) fn is_watched() -> bool {
        std::io::stderr().is_terminal()
    }
}
