//! Letters: queued with the change, leased, settled with the lease's token.

use std::collections::HashSet;

use deskhand::domain::change::Write;
use deskhand::domain::code::CodeKind;
use deskhand::domain::ids::{AccountId, AddressChangeId, CodeId, LetterId};
use deskhand::domain::letter::{LetterKind, LetterState, NewLetter, Recipient};
use deskhand::ports::store::{Claim, Settlement};

use super::kit::*;

async fn claim(kit: &Kit, seconds: i64) -> Vec<Claim> {
    kit.store
        .claim_letters(at(seconds), at(seconds + 60), 10)
        .await
        .unwrap()
}

async fn settle(kit: &Kit, claim: &Claim, state: LetterState) -> bool {
    let settlement = Settlement::Settled {
        state,
        code_ends: Vec::new(),
    };
    kit.store.settle(claim, settlement, at(0)).await.unwrap()
}

async fn state(kit: &Kit, id: i64) -> LetterState {
    kit.store.load_letters(DESK, &[LetterId(id)]).await.unwrap()[0].state
}

async fn queued(kit: &Kit) -> Claim {
    kit.person(1, "anna").await;
    let writes = vec![
        Write::IssueCode(code(10, 1, CodeKind::TemporaryPassword, 100)),
        Write::IssueCode(code(11, 1, CodeKind::Pin, 100)),
        Write::QueueLetter(letter(5, 1, LetterKind::Credentials, &[11, 10])),
    ];
    kit.done(writes).await;
    claim(kit, 0).await.remove(0)
}

pub(crate) async fn a_letter_is_queued_claimed_and_accepted(kit: &Kit) {
    assert_eq!(kit.store.next_due().await.unwrap(), None);
    let claimed = queued(kit).await;
    assert_eq!(
        (claimed.desk, claimed.letter, claimed.attempts),
        (DESK, LetterId(5), 0)
    );
    assert_eq!(
        kit.store.next_due().await.unwrap(),
        Some(at(60)),
        "the lease's end"
    );
    let facts = kit
        .store
        .load_letter(DESK, LetterId(5))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        facts
            .codes
            .iter()
            .map(|carried| (carried.code.id.0, carried.bits.0[0]))
            .collect::<Vec<_>>(),
        [(11, 11), (10, 10)]
    );
    assert_eq!(
        (facts.code_count, facts.identity.as_str(), facts.at),
        (2, "letter/5", at(0))
    );
    assert_eq!(facts.to, Some(mail("anna@example.ch")));
    assert_eq!(facts.account, kit.account(1).await);
    assert_eq!(
        kit.store
            .load_letter(OTHER, LetterId(5))
            .await
            .unwrap()
            .map(|facts| facts.id),
        None
    );
    let settlement = Settlement::Settled {
        state: LetterState::Accepted(at(7)),
        code_ends: vec![(CodeId(10), at(500)), (CodeId(11), at(600))],
    };
    assert!(kit.store.settle(&claimed, settlement, at(7)).await.unwrap());
    assert_eq!(state(kit, 5).await, LetterState::Accepted(at(7)));
    let ends: Vec<_> = kit
        .facts(1)
        .await
        .open_codes
        .iter()
        .map(|code| (code.sent_at, code.expires_at))
        .collect();
    assert_eq!(ends, [(Some(at(7)), at(600)), (Some(at(7)), at(500))]);
    assert_eq!(kit.number("SELECT COUNT(*) FROM outbox").await, 0);
    assert_eq!(kit.store.next_due().await.unwrap(), None);
    assert!(!settle(kit, &claimed, LetterState::Accepted(at(8))).await);
}

pub(crate) async fn a_lease_that_ran_out_is_taken_again_and_the_old_token_is_worthless(kit: &Kit) {
    let old = queued(kit).await;
    assert!(claim(kit, 59).await.is_empty(), "leased");
    let new = claim(kit, 60).await.remove(0);
    assert_ne!(old.token, new.token);
    assert!(!settle(kit, &old, LetterState::Accepted(at(61))).await);
    assert_eq!(state(kit, 5).await, LetterState::Waiting);
    assert!(settle(kit, &new, LetterState::Accepted(at(61))).await);
}

pub(crate) async fn a_postponed_letter_waits(kit: &Kit) {
    let claimed = queued(kit).await;
    let later = Settlement::Postponed {
        until: at(300),
        problem: "greylisted".to_owned(),
    };
    assert!(
        kit.store
            .settle(&claimed, later.clone(), at(1))
            .await
            .unwrap()
    );
    assert!(
        !kit.store.settle(&claimed, later, at(1)).await.unwrap(),
        "the lease is over"
    );
    assert_eq!(kit.store.next_due().await.unwrap(), Some(at(300)));
    assert!(claim(kit, 299).await.is_empty());
    assert_eq!(claim(kit, 300).await[0].attempts, 1);
}

pub(crate) async fn a_dead_letter_stays_visible(kit: &Kit) {
    let claimed = queued(kit).await;
    assert!(settle(kit, &claimed, LetterState::Dead(at(3))).await);
    assert_eq!(state(kit, 5).await, LetterState::Dead(at(3)));
    assert_eq!(
        kit.number("SELECT COUNT(*) FROM outbox WHERE state = 'dead' AND attempts = 1")
            .await,
        1
    );
    assert!(claim(kit, 10_000).await.is_empty());
    assert_eq!(kit.store.next_due().await.unwrap(), None);
}

pub(crate) async fn a_refused_recipient_is_recorded(kit: &Kit) {
    let claimed = queued(kit).await;
    assert!(settle(kit, &claimed, LetterState::RecipientRefused(at(3))).await);
    assert_eq!(
        kit.facts(1).await.letters[0].state,
        LetterState::RecipientRefused(at(3))
    );
    assert!(
        kit.facts(1)
            .await
            .open_codes
            .iter()
            .all(|code| code.sent_at.is_none())
    );
}

pub(crate) async fn a_letter_whose_code_was_withdrawn_says_so(kit: &Kit) {
    let claimed = queued(kit).await;
    kit.done(vec![Write::RevokeCodes {
        account: AccountId(1),
    }])
    .await;
    let facts = kit
        .store
        .load_letter(DESK, LetterId(5))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((facts.codes.len(), facts.code_count), (0, 2));
    assert!(settle(kit, &claimed, LetterState::Void(at(3))).await);
    assert_eq!(state(kit, 5).await, LetterState::Void(at(3)));
}

pub(crate) async fn a_reminder_extends_nothing(kit: &Kit) {
    let first = queued(kit).await;
    let accepted = |seconds: i64, end: i64| Settlement::Settled {
        state: LetterState::Accepted(at(seconds)),
        code_ends: vec![(CodeId(10), at(end))],
    };
    kit.store
        .settle(&first, accepted(1, 500), at(1))
        .await
        .unwrap();
    kit.done(vec![Write::QueueLetter(letter(
        6,
        1,
        LetterKind::Reminder,
        &[10],
    ))])
    .await;
    let second = claim(kit, 2).await.remove(0);
    kit.store
        .settle(&second, accepted(2, 900), at(2))
        .await
        .unwrap();
    let codes = kit.facts(1).await.open_codes;
    let code = codes.iter().find(|code| code.id == CodeId(10)).unwrap();
    assert_eq!((code.sent_at, code.expires_at), (Some(at(1)), at(500)));
}

pub(crate) async fn a_notice_goes_to_the_replaced_address(kit: &Kit) {
    kit.person(1, "anna").await;
    let replaced = |id, change| NewLetter {
        recipient: Recipient::Replaced(AddressChangeId(change)),
        ..letter(id, 1, LetterKind::NoticeAddressReplaced, &[])
    };
    let record = |id, old: Option<&str>| Write::RecordAddressChange {
        id: AddressChangeId(id),
        account: AccountId(1),
        replaced: old.map(mail),
        address: mail("new@example.ch"),
    };
    let writes = vec![
        record(1, Some("old@example.ch")),
        record(2, None),
        Write::QueueLetter(replaced(5, 1)),
        Write::QueueLetter(replaced(6, 2)),
    ];
    kit.done(writes).await;
    let to = async |id| {
        kit.store
            .load_letter(DESK, LetterId(id))
            .await
            .unwrap()
            .unwrap()
            .to
    };
    assert_eq!(to(5).await, Some(mail("old@example.ch")));
    assert_eq!(to(6).await, None, "never to the new address");
}

pub(crate) async fn two_workers_never_get_the_same_letter(kit: &Kit) {
    kit.person(1, "anna").await;
    let letters = (1..=40).map(|id| Write::QueueLetter(letter(id, 1, LetterKind::Username, &[])));
    kit.done(letters.collect()).await;
    let workers = (0..8).map(|_| kit.store.claim_letters(at(1), at(61), 5));
    let claims = futures::future::join_all(workers).await;
    let letters: Vec<_> = claims
        .iter()
        .flat_map(|claims| claims.as_ref().unwrap())
        .map(|claim| claim.letter)
        .collect();
    assert_eq!(letters.iter().collect::<HashSet<_>>().len(), letters.len());
    let rest = kit.store.claim_letters(at(1), at(61), 100).await.unwrap();
    assert_eq!(letters.len() + rest.len(), 40);
}

pub(crate) async fn the_newest_ten_letters_are_on_the_card(kit: &Kit) {
    kit.person(1, "anna").await;
    let letters = (1..=12).map(|id| {
        Write::QueueLetter(NewLetter {
            at: at(id),
            ..letter(id, 1, LetterKind::Username, &[])
        })
    });
    kit.done(letters.collect()).await;
    let shown: Vec<_> = kit
        .facts(1)
        .await
        .letters
        .iter()
        .map(|letter| letter.id.0)
        .collect();
    assert_eq!(shown, (3..=12).rev().collect::<Vec<_>>());
    let oldest = kit.store.claim_letters(at(100), at(160), 2).await.unwrap();
    assert_eq!(
        oldest
            .iter()
            .map(|claim| claim.letter.0)
            .collect::<Vec<_>>(),
        [1, 2]
    );
}
