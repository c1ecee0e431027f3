//! Two desks in one database, with the same keys and user names.

use deskhand::domain::access::Sight;
use deskhand::domain::change::{Change, Write};
use deskhand::domain::code::CodeKind;
use deskhand::domain::ids::{AccountId, CodeId, DeskId, LetterId};
use deskhand::domain::letter::LetterKind;
use deskhand::domain::lock::{Lock, LoginOutcome};
use deskhand::ports::store::{Committed, LoginReport, SearchQuery};

use super::kit::*;

async fn fill(kit: &Kit, desk: DeskId, surname: &str) {
    let mut person = data("anna");
    person.surname = surname.to_owned();
    person.scopes = scopes(&["VD"]);
    let writes = vec![
        insert(1, person),
        Write::IssueCode(code(10, 1, CodeKind::Onboarding, 100)),
        Write::QueueLetter(letter(5, 1, LetterKind::OnboardingCode, &[10])),
        Write::RecordSend {
            account: AccountId(1),
            member: HELPER,
        },
    ];
    let change = Change {
        desk,
        interaction: interaction(1),
        ..change(writes)
    };
    assert_eq!(
        kit.store.commit(change).await.unwrap(),
        Committed::Done,
        "the same keys in another desk"
    );
}

pub(crate) async fn nothing_crosses_desks(kit: &Kit) {
    fill(kit, DESK, "Rossi").await;
    fill(kit, OTHER, "Verdi").await;
    let surname = async |desk| {
        kit.store
            .load_account(desk, AccountId(1), Some(HELPER), at(1))
            .await
            .unwrap()
            .unwrap()
            .account
            .data
            .surname
    };
    assert_eq!(
        (surname(DESK).await, surname(OTHER).await),
        ("Rossi".to_owned(), "Verdi".to_owned())
    );
    for (desk, word, hits) in [
        (DESK, "rossi", 1),
        (OTHER, "rossi", 0),
        (OTHER, "verdi", 1),
        (DESK, "erd", 0),
    ] {
        for sight in [Sight::WholeDesk, Sight::Scopes(vec![scope("VD")])] {
            let query = SearchQuery {
                text: word.to_owned(),
                words: vec![word.to_owned()],
                sight,
                limit: 25,
            };
            assert_eq!(
                kit.store.search(desk, &query).await.unwrap().len(),
                hits,
                "{word}"
            );
        }
    }
    assert!(
        kit.store
            .redeem_code(DESK, CodeId(10), at(1), [0; 16])
            .await
            .unwrap()
    );
    let facts = kit
        .store
        .load_account(OTHER, AccountId(1), Some(HELPER), at(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(facts.open_codes.len(), 1);
    assert_eq!(facts.past_sends.by_helper.len(), 1);
    let report = LoginReport {
        username: facts.account.data.username.clone(),
        outcome: LoginOutcome::Failure,
        max_failures: 1,
        at: at(2),
        salt: [0; 16],
    };
    kit.store.record_login(OTHER, &report).await.unwrap();
    assert_eq!(kit.account(1).await.data.lock, Lock::OPEN);
    let claims = kit.store.claim_letters(at(1), at(9), 10).await.unwrap();
    assert_eq!(claims.len(), 2);
    let other = kit
        .store
        .load_letter(OTHER, LetterId(5))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (other.account.data.surname.as_str(), other.codes.len()),
        ("Verdi", 1)
    );
    assert_eq!(
        kit.store
            .load_letter(DESK, LetterId(5))
            .await
            .unwrap()
            .unwrap()
            .codes
            .len(),
        0
    );
}
