//! Merging a directory file into the directory (D11): what the file says, what the desk changed, who wins.

use super::account::{AccountData, AccountState};
use super::import::{Field, FileAccount, ImportFacts};
use super::lock::{Lock, LockSource};

/// What becomes of an account that a row names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Merge {
    /// The account's data afterwards.
    pub after: AccountData,
    /// Marks of the desk's changes that end.
    pub cleared: Vec<Field>,
    /// Values in which file and desk differ, to be reported.
    pub conflicts: Vec<Field>,
}

/// What becomes of one value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    /// Both say the same; a mark ends.
    Same,
    /// The same mailbox, spelt otherwise: the file's spelling is taken, a mark ends.
    Spell,
    /// The file's is taken.
    Take,
    /// The desk's stays, a conflict.
    Keep,
    /// The file shows a third value: it is taken and the mark ends, a conflict.
    TakeOver,
}

/// Merges a row into an account (D11): a value that the desk changed stays until the file shows it or a third one;
/// a deactivated account stays so; a lock that no import set stays.
#[must_use]
pub fn merge(facts: &ImportFacts, row: &FileAccount) -> Merge {
    let before = &facts.account.data;
    let mut merge = Merge {
        after: before.clone(),
        cleared: Vec::new(),
        conflicts: Vec::new(),
    };
    for field in row.says.iter().copied() {
        let mark = facts
            .desk_changes
            .iter()
            .find(|(marked, _)| *marked == field)
            .map(|(_, imported)| imported.as_str());
        let verdict = verdict(field, before, &row.data, mark);
        if matches!(verdict, Verdict::Spell | Verdict::Take | Verdict::TakeOver) {
            field.copy(&row.data, &mut merge.after);
        }
        if matches!(verdict, Verdict::Keep | Verdict::TakeOver) {
            merge.conflicts.push(field);
        }
        if mark.is_some() && matches!(verdict, Verdict::Same | Verdict::Spell | Verdict::TakeOver) {
            merge.cleared.push(field);
        }
    }
    merge
}

fn verdict(field: Field, desk: &AccountData, file: &AccountData, mark: Option<&str>) -> Verdict {
    let (shown, stands) = (field.text(file), field.text(desk));
    if shown == stands {
        return Verdict::Same;
    }
    if field.is_same(&shown, &stands) {
        return Verdict::Spell;
    }
    let protected = match field {
        Field::State => desk.state == AccountState::Deactivated,
        Field::Locked => {
            !file.lock.is_locked()
                && matches!(
                    desk.lock,
                    Lock::Locked {
                        by: LockSource::Portal,
                        ..
                    }
                )
        }
        _ => false,
    };
    match mark {
        _ if protected => Verdict::Keep,
        None => Verdict::Take,
        Some(imported) if field.is_same(imported, &shown) => Verdict::Keep,
        Some(_) => Verdict::TakeOver,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::account::Account;
    use super::super::email::EmailAddress;
    use super::super::ids::{AccountId, Version};
    use super::*;

    fn data() -> AccountData {
        AccountData {
            email: EmailAddress::parse("old@example.ch").ok(),
            lock: Lock::Unknown,
            ..AccountData::of_test("anna", ("Anna", "Rossi"))
        }
    }

    fn with_mail(address: &str) -> AccountData {
        AccountData {
            email: EmailAddress::parse(address).ok(),
            ..data()
        }
    }

    fn run(desk: AccountData, mark: Option<(Field, &str)>, file: AccountData) -> Merge {
        let account = Account {
            id: AccountId(1),
            version: Version::FIRST,
            record_scope: None,
            data: desk,
        };
        let desk_changes = mark
            .into_iter()
            .map(|(field, imported)| (field, imported.to_owned()))
            .collect();
        merge(
            &ImportFacts {
                account,
                desk_changes,
            },
            &FileAccount {
                data: file,
                says: Field::ALL.into(),
            },
        )
    }

    fn locked(by: LockSource) -> AccountData {
        AccountData {
            lock: Lock::Locked {
                since: Timestamp::UNIX_EPOCH,
                by,
            },
            ..data()
        }
    }

    fn open() -> AccountData {
        AccountData {
            lock: Lock::OPEN,
            ..data()
        }
    }

    const MARK: Option<(Field, &str)> = Some((Field::Email, "old@example.ch"));

    #[test]
    fn d11_a_value_that_the_desk_did_not_change_is_the_files() {
        let merge = run(data(), None, with_mail("new@example.ch"));
        assert_eq!(merge.after, with_mail("new@example.ch"));
        assert_eq!((merge.cleared, merge.conflicts), (vec![], vec![]));
    }

    #[test]
    fn d11_the_desks_value_wins_while_the_file_shows_the_old_one() {
        let merge = run(with_mail("desk@example.ch"), MARK, data());
        assert_eq!(merge.after, with_mail("desk@example.ch"));
        assert_eq!(
            (merge.cleared, merge.conflicts),
            (vec![], vec![Field::Email])
        );
    }

    #[test]
    fn d11_the_mark_ends_when_the_file_shows_the_desks_value() {
        let merge = run(
            with_mail("desk@example.ch"),
            MARK,
            with_mail("desk@example.ch"),
        );
        assert_eq!(
            (merge.cleared, merge.conflicts),
            (vec![Field::Email], vec![])
        );
    }

    #[test]
    fn d11_a_third_value_is_taken_and_reported() {
        let merge = run(
            with_mail("desk@example.ch"),
            MARK,
            with_mail("third@example.ch"),
        );
        assert_eq!(merge.after, with_mail("third@example.ch"));
        assert_eq!(
            (merge.cleared, merge.conflicts),
            (vec![Field::Email], vec![Field::Email])
        );
    }

    #[test]
    fn d11_an_address_in_another_case_is_no_other_address() {
        let spelt = with_mail("Desk@Example.CH");
        let merge = run(with_mail("desk@example.ch"), MARK, spelt.clone());
        assert_eq!(merge.after, spelt, "the file's spelling");
        assert_eq!(
            (merge.cleared, merge.conflicts),
            (vec![Field::Email], vec![]),
            "caught up"
        );
        let merge = run(
            with_mail("desk@example.ch"),
            MARK,
            with_mail("OLD@example.ch"),
        );
        assert_eq!(merge.after, with_mail("desk@example.ch"));
        assert_eq!(
            (merge.cleared, merge.conflicts),
            (vec![], vec![Field::Email]),
            "still the old one, no third"
        );
    }

    #[test]
    fn d11_a_missing_column_touches_nothing() {
        let account = Account {
            id: AccountId(1),
            version: Version::FIRST,
            record_scope: None,
            data: data(),
        };
        let row = FileAccount {
            data: with_mail("new@example.ch"),
            says: [Field::Surname].into(),
        };
        assert_eq!(
            merge(
                &ImportFacts {
                    account,
                    desk_changes: vec![]
                },
                &row
            )
            .after,
            data()
        );
    }

    #[test]
    fn d11_a_deactivated_account_is_never_reactivated() {
        let off = AccountData {
            state: AccountState::Deactivated,
            ..data()
        };
        for mark in [
            None,
            Some((Field::State, "active")),
            Some((Field::State, "invited")),
        ] {
            let merge = run(off.clone(), mark, data());
            assert_eq!(
                (merge.after, merge.conflicts),
                (off.clone(), vec![Field::State])
            );
        }
    }

    #[test]
    fn d11_invited_to_active_and_active_to_deactivated_are_the_files() {
        let in_state = |state| AccountData { state, ..data() };
        for (from, to) in [
            (AccountState::Invited, AccountState::Active),
            (AccountState::Active, AccountState::Deactivated),
            (AccountState::Unknown, AccountState::Invited),
        ] {
            assert_eq!(run(in_state(from), None, in_state(to)).after.state, to);
        }
    }

    #[test]
    fn d11_an_import_clears_only_a_lock_that_an_import_set() {
        assert_eq!(
            run(locked(LockSource::Import), None, open()).after.lock,
            Lock::OPEN
        );
        let merge = run(locked(LockSource::Portal), None, open());
        assert_eq!(
            (merge.after, merge.conflicts),
            (locked(LockSource::Portal), vec![Field::Locked])
        );
        assert_eq!(
            run(data(), None, open()).after.lock,
            Lock::OPEN,
            "not known before"
        );
    }

    #[test]
    fn d11_a_locked_row_locks_unless_the_desk_unlocked_meanwhile() {
        assert_eq!(
            run(open(), None, locked(LockSource::Import)).after,
            locked(LockSource::Import)
        );
        let merge = run(locked(LockSource::Portal), None, locked(LockSource::Import));
        assert_eq!(
            merge.after,
            locked(LockSource::Portal),
            "the lock keeps its source"
        );
        let merge = run(
            open(),
            Some((Field::Locked, "yes")),
            locked(LockSource::Import),
        );
        assert_eq!(
            (merge.after, merge.conflicts),
            (open(), vec![Field::Locked])
        );
    }

    #[test]
    fn d11_an_open_lock_keeps_its_count_of_failures() {
        let counting = AccountData {
            lock: Lock::Open { failed_logins: 3 },
            ..data()
        };
        assert_eq!(run(counting.clone(), None, open()).after, counting);
    }
}
