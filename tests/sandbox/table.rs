//! The table of rules in the module documentation holds: all rules are in it,
//! and the tests it names exist.

const TABLE: &str = include_str!("../../src/sandbox/rules.md");
const TESTS: [&str; 5] = [
    include_str!("answers.rs"),
    include_str!("connection.rs"),
    include_str!("conversation.rs"),
    include_str!("limits.rs"),
    include_str!("registration.rs"),
];

#[test]
fn every_rule_is_in_the_table_and_every_test_it_names_exists() {
    let rows: Vec<&str> = TABLE
        .lines()
        .filter(|line| line.starts_with("| P"))
        .collect();
    assert_eq!(rows.len(), 35);
    for (row, number) in rows.iter().zip(1..) {
        assert!(row.starts_with(&format!("| P{number:02} ")), "{row}");
        let tests = row.split('|').nth(3).expect("three columns");
        let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        for name in &named {
            let test = format!("async fn {name}()");
            assert!(
                TESTS.iter().any(|file| file.contains(&test)),
                "no test {name}"
            );
        }
        assert!(!named.is_empty() || row.contains("not enforced"), "{row}");
    }
}

#[test]
fn every_test_with_a_number_is_in_the_table() {
    let tests = TESTS
        .iter()
        .flat_map(|file| file.split("async fn ").skip(1));
    for name in tests.filter_map(|rest| rest.split('(').next()) {
        let numbered =
            name.starts_with('p') && name.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
        assert!(
            !numbered || TABLE.contains(&format!("`{name}`")),
            "{name} is not in the table"
        );
    }
}
