//! What a decision about an account looks at, read in one go.

use jiff::Timestamp;

use super::account::Account;
use super::code::Code;
use super::letter::LetterStatus;
use super::send_limits::PastSends;

/// An account with what hangs on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountFacts {
    /// The account; its version stands for all of this.
    pub account: Account,
    /// Codes neither used nor withdrawn, expired ones too, the newest first.
    pub open_codes: Vec<Code>,
    /// Sends that count against the limits (R17).
    pub past_sends: PastSends,
    /// When the desk made the address what it is; nothing when it was replaced since, as by an import (R10).
    pub address_changed_at: Option<Timestamp>,
    /// The latest letters, the newest first, ten at most.
    pub letters: Vec<LetterStatus>,
}
