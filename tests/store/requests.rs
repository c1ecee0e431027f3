//! Requests with their numbers and ends, who is frozen, and messages about requests in the outbox.

use deskhand::domain::access::Sight;
use deskhand::domain::audit::Actor;
use deskhand::domain::change::{Freeze, Write};
use deskhand::domain::ids::{
    AccountId, ChannelId, MemberId, MessageId, RequestId, RoleId, Version,
};
use deskhand::domain::note::NoteKind;
use deskhand::domain::order::Order;
use deskhand::domain::reason::Reason;
use deskhand::domain::request::{
    ApprovalRule, CardProblem, Decision, Flags, OldValues, Posted, RequestState,
};
use deskhand::domain::request_life::{DueStep, Ended, NewRequest};
use deskhand::ports::store::{Committed, NoteSettlement, RequestFacts, RequestQuery};

use super::kit::*;

const BOSS: MemberId = MemberId(88);

fn reason() -> Reason {
    Reason::parse("locked \"out\", é").unwrap()
}

fn request(id: i64, account: i64) -> NewRequest {
    NewRequest {
        id: RequestId(id),
        account: AccountId(account),
        order: Order {
            unlock: true,
            send: None,
            reason: reason(),
            new_address: Some(mail("new@example.ch")),
            verification: None,
        },
        old: OldValues::from([("locked".to_owned(), "1".to_owned())]),
        rule: ApprovalRule::Staff,
        requester: Actor {
            member: Some(HELPER),
            role: Some(RoleId(5)),
        },
        asked_in: Some(ChannelId(9)),
        flags: Flags {
            for_person: Some(3),
            by_requester: None,
        },
        at: at(id),
        expires_at: at(10_000),
        next_step_at: at(7_200),
        has_channel: true,
    }
}

fn ended(id: i64, expected: i64, state: RequestState) -> Write {
    let decides = matches!(state, RequestState::Denied | RequestState::Executed);
    Write::EndRequest(Box::new(Ended {
        id: RequestId(id),
        expected: Version(expected),
        state,
        failure: (state == RequestState::Void).then_some("target-changed"),
        decision: decides.then(|| Decision {
            decider: BOSS,
            role: Some(RoleId(6)),
            approves: state == RequestState::Executed,
            reason: Some(reason()),
            at: at(50),
        }),
        at: at(50),
    }))
}

fn freeze(waiting: usize) -> Write {
    Write::FreezeMember(Freeze {
        member: HELPER,
        by: BOSS,
        reason: reason(),
        waiting,
    })
}

async fn load(kit: &Kit, id: i64) -> RequestFacts {
    let facts = kit.store.load_request(DESK, RequestId(id)).await.unwrap();
    facts.expect("the request")
}

async fn numbers(kit: &Kit, query: RequestQuery) -> Vec<i64> {
    let found = kit.store.list_requests(DESK, &query).await.unwrap();
    found.iter().map(|facts| facts.request.number).collect()
}

pub(crate) async fn a_request_gets_the_next_number_and_ends_once(kit: &Kit) {
    kit.person(1, "anna").await;
    kit.done(request(100, 1).writes()).await;
    kit.done(request(101, 1).writes()).await;
    let first = load(kit, 100).await;
    assert_eq!(first.account.id, AccountId(1));
    let (of, wanted) = (first.request, request(100, 1));
    assert_eq!((of.number, of.version), (1, Version(1)));
    assert_eq!(
        (of.order, of.old, of.flags),
        (wanted.order, wanted.old, wanted.flags)
    );
    assert_eq!(
        (of.requester, of.asked_in),
        (wanted.requester, wanted.asked_in)
    );
    assert_eq!((of.requested_at, of.expires_at), (at(100), at(10_000)));
    assert_eq!(
        (of.state, of.settled_at, of.decision),
        (RequestState::Requested, None, None)
    );
    assert_eq!(load(kit, 101).await.request.number, 2);

    kit.done(vec![ended(100, 1, RequestState::Denied)]).await;
    for late in [
        ended(100, 1, RequestState::Executed),
        ended(100, 2, RequestState::Executed),
    ] {
        assert_eq!(kit.commit(vec![late]).await.unwrap(), Committed::Conflict);
    }
    let denied = load(kit, 100).await.request;
    assert_eq!(
        (denied.state, denied.settled_at),
        (RequestState::Denied, Some(at(50)))
    );
    let decision = denied.decision.expect("the decision");
    assert_eq!((decision.decider, decision.approves), (BOSS, false));
    assert_eq!(decision.reason, Some(reason()));
    assert_eq!(kit.number("SELECT COUNT(*) FROM decisions").await, 1);
    kit.done(vec![ended(101, 1, RequestState::Void)]).await;
    let void = load(kit, 101).await.request;
    assert_eq!(void.failure.as_deref(), Some("target-changed"));
    assert_eq!(
        kit.store
            .count_requests(DESK, AccountId(1), HELPER, at(99))
            .await
            .unwrap(),
        (2, 0)
    );
    assert_eq!(
        kit.store
            .count_requests(DESK, AccountId(7), HELPER, at(0))
            .await
            .unwrap(),
        (0, 1)
    );
}

pub(crate) async fn requests_are_listed_by_state_and_by_sight(kit: &Kit) {
    for (id, path) in [(1, "VD/CHUV"), (2, "ZH/USZ"), (3, "VDX")] {
        let mut of = data(&format!("person{id}"));
        of.scopes = scopes(&[path]);
        kit.done(vec![insert(id, of)]).await;
        kit.done(request(100 + id, id).writes()).await;
    }
    kit.done(vec![ended(102, 1, RequestState::Denied)]).await;
    let all = RequestQuery {
        by: MemberId(1),
        about: Some(Sight::WholeDesk),
        state: None,
        before: i64::MAX,
        limit: 10,
    };
    assert_eq!(numbers(kit, all.clone()).await, [3, 2, 1]);
    let page = RequestQuery {
        before: 3,
        limit: 1,
        ..all.clone()
    };
    assert_eq!(numbers(kit, page).await, [2]);
    let waiting = RequestQuery {
        state: Some(RequestState::Requested),
        ..all.clone()
    };
    assert_eq!(numbers(kit, waiting.clone()).await, [3, 1]);
    let vd = RequestQuery {
        about: Some(Sight::Scopes(vec![scope("VD")])),
        ..waiting
    };
    assert_eq!(numbers(kit, vd).await, [1], "VDX is not under VD");
    let nobody = RequestQuery {
        about: None,
        ..all.clone()
    };
    assert!(numbers(kit, nobody.clone()).await.is_empty());
    let own = RequestQuery {
        by: HELPER,
        ..nobody
    };
    assert_eq!(numbers(kit, own).await, [3, 2, 1]);
}

pub(crate) async fn r39_a_freeze_knows_every_request_and_lets_none_in(kit: &Kit) {
    kit.person(1, "anna").await;
    kit.done(request(100, 1).writes()).await;
    assert!(!kit.store.is_frozen(DESK, HELPER).await.unwrap());
    assert_eq!(
        kit.commit(vec![freeze(0)]).await.unwrap(),
        Committed::Conflict
    );
    let end = ended(100, 1, RequestState::Void);
    kit.done(vec![freeze(1), end]).await;
    assert!(kit.store.is_frozen(DESK, HELPER).await.unwrap());
    assert!(!kit.store.is_frozen(OTHER, HELPER).await.unwrap());
    assert_eq!(
        kit.commit(vec![freeze(0)]).await.unwrap(),
        Committed::Conflict
    );
    let opened = kit.commit(request(101, 1).writes()).await.unwrap();
    assert_eq!(opened, Committed::Conflict, "a frozen helper opens nothing");
    kit.done(vec![Write::UnfreezeMember { member: HELPER }])
        .await;
    let again = kit.commit(vec![Write::UnfreezeMember { member: HELPER }]);
    assert_eq!(again.await.unwrap(), Committed::Conflict);
    kit.done(request(101, 1).writes()).await;
    assert_eq!(load(kit, 101).await.request.number, 2);
}

pub(crate) async fn what_is_due_is_found_once_it_is_noted(kit: &Kit) {
    kit.person(1, "anna").await;
    kit.done(request(100, 1).writes()).await;
    let due = async |desks: &[_], seconds| {
        let due = kit.store.due_requests(desks, at(seconds), 10).await;
        due.unwrap().len()
    };
    assert_eq!(due(&[DESK], 7_199).await, 0);
    assert_eq!(due(&[DESK, OTHER], 7_200).await, 1);
    assert_eq!(
        due(&[OTHER], 7_200).await,
        0,
        "desks that nobody serves are left alone"
    );
    let note = |expected, step| Write::NoteRequest {
        id: RequestId(100),
        expected: Version(expected),
        step,
        next_step_at: at(9_000),
    };
    kit.done(vec![note(1, Some(DueStep::Remind))]).await;
    let stale = kit.commit(vec![note(1, None)]).await.unwrap();
    assert_eq!(stale, Committed::Conflict);
    assert_eq!(due(&[DESK], 8_999).await, 0);
    let noted = load(kit, 100).await.request;
    assert_eq!((noted.reminded_at, noted.mailed_at), (Some(at(0)), None));
    kit.done(vec![note(2, Some(DueStep::Mail))]).await;
    assert!(load(kit, 100).await.request.mailed_at.is_some());
    kit.done(vec![ended(100, 3, RequestState::Expired)]).await;
    assert_eq!(due(&[DESK], 20_000).await, 0);
}

async fn claim(kit: &Kit, seconds: i64) -> Vec<deskhand::ports::store::NoteClaim> {
    let until = at(seconds + 60);
    kit.store.claim_notes(at(seconds), until, 10).await.unwrap()
}

fn queue() -> Write {
    Write::QueueNote {
        kind: NoteKind::Card,
        request: RequestId(100),
    }
}

pub(crate) async fn a_message_asked_for_on_its_way_goes_once_more(kit: &Kit) {
    kit.person(1, "anna").await;
    kit.done(request(100, 1).writes()).await;
    let taken = claim(kit, 200).await;
    assert_eq!((taken.len(), taken[0].kind), (1, NoteKind::Card));
    assert!(claim(kit, 201).await.is_empty(), "never two at once");
    kit.done(vec![queue()]).await;
    assert!(claim(kit, 202).await.is_empty());
    let done = kit
        .store
        .settle_note(&taken[0], NoteSettlement::Done, at(203));
    assert!(done.await.unwrap());
    let again = claim(kit, 203).await;
    assert_eq!(again.len(), 1, "once more, with what is true now");
    let late = kit
        .store
        .settle_note(&taken[0], NoteSettlement::Done, at(204));
    assert!(!late.await.unwrap(), "an old token proves nothing");
    let done = kit
        .store
        .settle_note(&again[0], NoteSettlement::Done, at(204));
    assert!(done.await.unwrap());
    assert_eq!(kit.store.next_note_due().await.unwrap(), None);
    kit.done(vec![queue()]).await;
    let first = claim(kit, 300).await;
    let retaken = claim(kit, 400).await;
    assert_eq!(retaken.len(), 1, "a lease that ran out is taken again");
    assert_eq!(
        retaken[0].since, first[0].since,
        "in doubt since the first time"
    );
}

pub(crate) async fn a_message_given_up_is_dead_until_it_is_asked_for(kit: &Kit) {
    kit.person(1, "anna").await;
    kit.done(request(100, 1).writes()).await;
    let problem = || "no answer".to_owned();
    let taken = claim(kit, 200).await;
    let later = NoteSettlement::Postponed {
        until: at(500),
        problem: problem(),
    };
    assert!(
        kit.store
            .settle_note(&taken[0], later, at(201))
            .await
            .unwrap()
    );
    assert_eq!(kit.store.next_note_due().await.unwrap(), Some(at(500)));
    let taken = claim(kit, 500).await;
    assert_eq!(taken[0].attempts, 1);
    let blocked = NoteSettlement::Blocked {
        problem: CardProblem::Forbidden,
        until: at(600),
    };
    assert!(
        kit.store
            .settle_note(&taken[0], blocked, at(501))
            .await
            .unwrap()
    );
    let shown = load(kit, 100).await.request;
    assert_eq!(shown.card_problem, Some(CardProblem::Forbidden));
    let taken = claim(kit, 600).await;
    assert_eq!(
        taken[0].attempts, 1,
        "a closed channel counts against nothing"
    );
    let dead = || NoteSettlement::Dead { problem: problem() };
    assert!(
        kit.store
            .settle_note(&taken[0], dead(), at(601))
            .await
            .unwrap()
    );
    assert!(claim(kit, 9_000).await.is_empty());
    assert_eq!(
        kit.number("SELECT COUNT(*) FROM outbox WHERE state = 'dead'")
            .await,
        1
    );
    kit.done(vec![queue()]).await;
    let taken = claim(kit, 9_000).await;
    assert_eq!((taken.len(), taken[0].attempts), (1, 0));
    kit.done(vec![queue()]).await;
    assert!(
        kit.store
            .settle_note(&taken[0], dead(), at(9_001))
            .await
            .unwrap()
    );
    assert_eq!(
        claim(kit, 9_001).await.len(),
        1,
        "asked for meanwhile, so it begins anew"
    );
}

pub(crate) async fn a_card_stands_where_it_was_posted_last(kit: &Kit) {
    kit.person(1, "anna").await;
    kit.done(request(100, 1).writes()).await;
    let posted = |message| Posted {
        channel: ChannelId(9),
        message: MessageId(message),
    };
    let taken = claim(kit, 200).await;
    let settlement = NoteSettlement::Posted(posted(1));
    assert!(
        kit.store
            .settle_note(&taken[0], settlement, at(201))
            .await
            .unwrap()
    );
    assert_eq!(load(kit, 100).await.request.posted, Some(posted(1)));
    kit.done(vec![queue()]).await;
    let taken = claim(kit, 300).await;
    let other = NoteSettlement::Gone(posted(2));
    assert!(
        kit.store
            .settle_note(&taken[0], other, at(300))
            .await
            .unwrap()
    );
    assert_eq!(
        load(kit, 100).await.request.posted,
        Some(posted(1)),
        "another card is gone"
    );
    let taken = claim(kit, 301).await;
    let gone = NoteSettlement::Gone(posted(1));
    assert!(
        kit.store
            .settle_note(&taken[0], gone, at(301))
            .await
            .unwrap()
    );
    assert_eq!(load(kit, 100).await.request.posted, None);
    assert_eq!(claim(kit, 302).await.len(), 1, "posted anew at once");
}
