//! Search: compared with a plain one over the same people.

use std::collections::{BTreeMap, BTreeSet};

use deskhand::domain::access::Sight;
use deskhand::domain::account::AccountData;
use deskhand::domain::fold;
use deskhand::ports::store::SearchQuery;

use super::kit::*;

async fn ids(kit: &Kit, text: &str, sight: &Sight) -> Vec<i64> {
    let words = fold::query_words(text);
    let query = SearchQuery {
        text: text.to_owned(),
        words,
        sight: sight.clone(),
        limit: 25,
    };
    kit.store
        .search(DESK, &query)
        .await
        .unwrap()
        .into_iter()
        .map(|line| line.id.0)
        .collect()
}

fn named(username: &str, given_name: &str, surname: &str, own: &[&str]) -> AccountData {
    let mut data = data(username);
    data.given_name = given_name.to_owned();
    data.surname = surname.to_owned();
    data.scopes = scopes(own);
    data
}

pub(crate) async fn accents_umlauts_and_case_do_not_matter(kit: &Kit) {
    let people = vec![
        insert(1, named("u1", "Zoë", "Müller-Weiß", &["VD"])),
        insert(2, named("u2", "Łukasz", "O'Neil", &[])),
        insert(3, named("u3", "Иван", "Петров", &["VD"])),
    ];
    kit.done(people).await;
    let all = Sight::WholeDesk;
    for (text, id) in [
        ("MULLER", 1),
        ("mueller", 1),
        ("müll", 1),
        ("weiss zoe", 1),
        ("lukasz", 2),
        ("neil", 2),
        ("o'neil", 2),
        ("петр", 3),
        ("трО", 3),
    ] {
        assert_eq!(ids(kit, text, &all).await, [id], "{text}");
    }
    for text in ["mullerx", "zoe neil", "", "%", "'\"", "мир"] {
        assert!(ids(kit, text, &all).await.is_empty(), "{text}");
    }
}

pub(crate) async fn an_exact_name_comes_first(kit: &Kit) {
    let mut people: Vec<_> = (1..=30)
        .map(|id| insert(id, named(&format!("anna{id}"), "Anna", "Anna", &["VD"])))
        .collect();
    people.push(insert(99, named("anna", "Zita", "Zeta", &["BE"])));
    kit.done(people).await;
    let found = ids(kit, "anna", &Sight::WholeDesk).await;
    assert_eq!((found[0], found.len()), (99, 25));
    let found = ids(kit, "anna", &Sight::Scopes(vec![scope("VD")])).await;
    assert!(!found.contains(&99) && found.len() == 25);
    assert_eq!(
        ids(kit, " ANNA7@example.ch ", &Sight::WholeDesk).await[0],
        7
    );
}

pub(crate) async fn short_words_are_starts_and_longer_ones_any_part(kit: &Kit) {
    kit.done(vec![
        insert(1, named("q1", "Carla", "Bianchi", &[])),
        insert(2, named("q2", "Ivo", "Archi", &[])),
    ])
    .await;
    let all = Sight::WholeDesk;
    assert_eq!(ids(kit, "ar", &all).await, [2], "not within a word");
    assert_eq!(ids(kit, "b", &all).await, [1]);
    assert_eq!(ids(kit, "arch", &all).await, [2]);
    assert_eq!(ids(kit, "arl", &all).await, [1]);
    assert_eq!(ids(kit, "arl b", &all).await, [1]);
    assert_eq!(ids(kit, "arl i", &all).await, [0; 0]);
}

/// 300 people of few names, so that words meet often.
fn crowd() -> BTreeMap<i64, AccountData> {
    let given = [
        "Anna",
        "Änne",
        "Zoë",
        "José",
        "Łucja",
        "Marco",
        "Marie-Anne",
        "Jürg",
        "Bjørn",
        "Ø",
        "Françoise",
    ];
    let family = [
        "Müller",
        "Muller",
        "Rossi",
        "De Rossi",
        "O'Neil",
        "Weiß",
        "Weiss",
        "Çelik",
        "Iñárritu",
        "Li",
        "Marchi",
    ];
    let paths = ["VD", "VD/CHUV", "VD/CHUV/A", "VDX", "BE/Insel", "BE", "*"];
    (1..=300_usize)
        .map(|id| {
            let pick = |list: &[&'static str], step: usize| list[id * step % list.len()];
            let own: Vec<&str> = match id % 4 {
                0 => vec![],
                1 => vec![pick(&paths, 5)],
                _ => vec![pick(&paths, 3), pick(&paths, 1)],
            };
            let mut person = named(
                &format!("u{}.{id}", id * 37 % 100),
                pick(&given, 7),
                pick(&family, 3),
                &own,
            );
            person.external_id = (id % 3 == 0).then(|| format!("E-{id:04}"));
            person.fiscal_code = (id % 5 == 0).then(|| format!("RSS{id:03}X"));
            person.email = (id % 7 != 0).then(|| mail(&format!("m{id}@mail{}.example.ch", id % 6)));
            (i64::try_from(id).unwrap(), person)
        })
        .collect()
}

/// Those who match in a class: every word a start, or words of three letters and more any part.
fn plain(
    people: &BTreeMap<i64, AccountData>,
    words: &[String],
    sight: &Sight,
    parts: bool,
) -> BTreeSet<i64> {
    let fits = |data: &AccountData| {
        let own = data.search_words();
        words.iter().all(|word| {
            let part = parts && word.chars().count() >= 3;
            own.iter().any(|own| {
                if part {
                    own.contains(word.as_str())
                } else {
                    own.starts_with(word.as_str())
                }
            })
        })
    };
    let seen = |data: &AccountData| {
        sight.reaches(&deskhand::domain::account::effective_scopes(
            &data.scopes,
            None,
        ))
    };
    people
        .iter()
        .filter(|(_, data)| seen(data) && fits(data))
        .map(|(id, _)| *id)
        .collect()
}

pub(crate) async fn hits_are_those_of_a_plain_search_for_every_sight(kit: &Kit) {
    let people = crowd();
    kit.done(
        people
            .iter()
            .map(|(id, data)| insert(*id, data.clone()))
            .collect(),
    )
    .await;
    let sights = [
        Sight::WholeDesk,
        Sight::Scopes(vec![scope("VD")]),
        Sight::Scopes(vec![scope("VD/CHUV"), scope("BE/Insel")]),
        Sight::Scopes(vec![scope("*")]),
        Sight::Scopes(vec![scope("GE")]),
        Sight::Scopes(vec![]),
    ];
    let texts = [
        "m",
        "mu",
        "mul",
        "müller",
        "mueller",
        "ross",
        "rossi anna",
        "oss",
        "eil",
        "li",
        "ar ma",
        "arc mar",
        "weis",
        "inarritu",
        "o",
        "zoe ross",
        "example",
        "xampl",
        "mail3",
        "ail4 anna",
        "e 0042",
        "0042",
        "rss",
        "ss0",
        "bjorn",
        "bjoern",
        "celik jo",
        "ch",
        "anne marie",
        "nne rie",
        "u37",
        "37",
        "lucja",
        "zzz",
        "xyz anna",
    ];
    for text in texts {
        let words = fold::query_words(text);
        for sight in &sights {
            let starts = plain(&people, &words, sight, false);
            let parts = plain(&people, &words, sight, true);
            let exact: BTreeSet<i64> = kit
                .store
                .find_exact(DESK, text)
                .await
                .unwrap()
                .iter()
                .map(|account| account.id.0)
                .collect();
            let found = ids(kit, text, sight).await;
            let unique: BTreeSet<i64> = found.iter().copied().collect();
            assert_eq!(unique.len(), found.len(), "{text}: nobody twice");
            assert!(
                unique
                    .iter()
                    .all(|id| parts.contains(id) || exact.contains(id)),
                "{text} {sight:?}: only hits"
            );
            let all: BTreeSet<i64> = parts.union(&starts).copied().collect();
            if all.len() <= 25 {
                assert_eq!(unique, all, "{text} {sight:?}: all hits");
            } else {
                assert_eq!(found.len(), 25, "{text} {sight:?}");
                let first = starts.len().min(25);
                let leading = found.iter().filter(|id| starts.contains(id)).count();
                assert_eq!(leading, first, "{text} {sight:?}: starts before parts");
            }
        }
    }
}

pub(crate) async fn a_changed_name_is_found_and_the_old_one_is_not(kit: &Kit) {
    kit.done(
        (2..=60)
            .map(|id| insert(id, named(&format!("x{id}"), "Carla", "Bianchi", &["BE"])))
            .collect(),
    )
    .await;
    let before = kit.person(1, "anna").await;
    let whole = Sight::WholeDesk;
    let vd = Sight::Scopes(vec![scope("VD")]);
    assert_eq!(ids(kit, "rossi", &whole).await, [1]);
    assert!(
        ids(kit, "rossi", &vd).await.is_empty(),
        "only the whole desk sees an account without scope"
    );
    kit.done(vec![update(&before, |data| {
        data.surname = "Verdi".to_owned();
        data.scopes = scopes(&["VD/CHUV"]);
    })])
    .await;
    assert!(ids(kit, "rossi", &whole).await.is_empty());
    assert_eq!(ids(kit, "verdi", &whole).await, [1]);
    assert_eq!(ids(kit, "verdi", &vd).await, [1]);
    let now = kit.account(1).await;
    kit.done(vec![update(&now, |data| data.scopes = scopes(&["BE"]))])
        .await;
    assert!(ids(kit, "verdi", &vd).await.is_empty());
}

pub(crate) async fn a_class_stops_at_twenty_five(kit: &Kit) {
    kit.done(
        (1..=80)
            .map(|id| insert(id, named(&format!("q{id}"), "Anna", "Bianchi", &["BE"])))
            .collect(),
    )
    .await;
    assert_eq!(ids(kit, "bian", &Sight::WholeDesk).await.len(), 25);
    assert_eq!(
        ids(kit, "ianc", &Sight::Scopes(vec![scope("BE")]))
            .await
            .len(),
        25
    );
}
