//! Drafts of dialogs, and the sweep.

use deskhand::domain::change::{Change, Write};
use deskhand::domain::dialog::{Dialog, Draft, RefusedText, TextForm, Wish};
use deskhand::domain::ids::{AccountId, DraftId, MemberId, Version};
use deskhand::domain::profile::SendKind;
use deskhand::domain::reason::{ReadyReason, Reason};
use deskhand::domain::verification::VerificationMethod;
use deskhand::ports::store::Committed;

use super::kit::*;

fn draft(id: i64, version: i64) -> Draft {
    let mut dialog = Dialog::new(Wish::Send);
    dialog.account = Some(AccountId(1));
    Draft {
        id: DraftId(id),
        owner: HELPER,
        version: Version(version),
        created_at: at(0),
        dialog,
    }
}

fn finish(id: i64, expected: i64) -> Write {
    Write::FinishDraft {
        id: DraftId(id),
        expected: Version(expected),
    }
}

pub(crate) async fn a_draft_is_saved_step_by_step_and_finished_once(kit: &Kit) {
    let load = async |id| kit.store.load_draft(DESK, DraftId(id)).await.unwrap();
    assert_eq!(load(1).await, None);
    kit.done(vec![Write::SaveDraft(draft(1, 1))]).await;
    assert_eq!(load(1).await, Some(draft(1, 1)));
    assert_eq!(
        kit.commit(vec![Write::SaveDraft(draft(1, 1))])
            .await
            .unwrap(),
        Committed::Conflict
    );
    let mut next = draft(1, 2);
    next.dialog.kind = Some(SendKind::Reset);
    next.dialog.reason = Some(Reason::Ready(ReadyReason::WrongEmail));
    next.dialog.new_address = Some(mail("new@example.ch"));
    next.dialog.verification = Some(VerificationMethod::InPerson);
    next.dialog.refused_text = Some(RefusedText {
        form: TextForm::Reason,
        text: "«ü» \u{1f600} \"".to_owned(),
    });
    kit.done(vec![Write::SaveDraft(next.clone())]).await;
    assert_eq!(load(1).await, Some(next.clone()));
    assert_eq!(
        kit.commit(vec![Write::SaveDraft(next.clone())])
            .await
            .unwrap(),
        Committed::Conflict,
        "two clicks at once"
    );
    let stolen = Draft {
        owner: MemberId(5),
        version: Version(3),
        ..next
    };
    assert_eq!(
        kit.commit(vec![Write::SaveDraft(stolen)]).await.unwrap(),
        Committed::Conflict
    );
    assert_eq!(
        kit.commit(vec![finish(1, 1)]).await.unwrap(),
        Committed::Conflict
    );
    kit.done(vec![finish(1, 2)]).await;
    assert_eq!(load(1).await, None);
    assert_eq!(
        kit.commit(vec![finish(1, 2)]).await.unwrap(),
        Committed::Conflict
    );
}

pub(crate) async fn the_sweep_takes_what_is_old_and_nothing_else(kit: &Kit) {
    kit.person(1, "anna").await;
    let day = 24 * 3_600;
    for (number, seconds) in [
        (1, -day - 1),
        (2, -day),
        (3, 0),
        (4, -2 * day - 1),
        (5, -2 * day),
    ] {
        let saved = Draft {
            created_at: at(seconds),
            ..draft(number, 1)
        };
        let send = Write::RecordSend {
            account: AccountId(1),
            member: HELPER,
        };
        let writes = vec![Write::SaveDraft(saved), send];
        let change = Change {
            at: at(seconds),
            interaction: interaction(number),
            ..change(writes)
        };
        assert_eq!(kit.store.commit(change).await.unwrap(), Committed::Done);
    }
    kit.store.sweep(at(0)).await.unwrap();
    assert_eq!(kit.number("SELECT COUNT(*) FROM draft").await, 2);
    assert_eq!(
        kit.number("SELECT COUNT(*) FROM interaction WHERE id IN (2, 3)")
            .await,
        2
    );
    assert_eq!(kit.number("SELECT COUNT(*) FROM interaction").await, 2);
    assert_eq!(kit.number("SELECT COUNT(*) FROM send").await, 4);
}
