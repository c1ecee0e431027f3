//! The key file: made once, kept from others, never made on PostgreSQL.

use std::os::unix::fs::PermissionsExt as _;

use deskhand::config::{Config, Needs, key_file};

use super::{WHOLE, parse, parse_with};

fn config_beside(folder: &std::path::Path) -> Config {
    parse(&WHOLE.replace("desk.db", folder.join("desk.db").to_str().unwrap())).unwrap()
}

#[test]
fn the_key_is_made_once_beside_the_sqlite_file_and_kept_from_others() {
    let folder = tempfile::tempdir().unwrap();
    let config = config_beside(folder.path());
    assert!(key_file::load(&config).is_ok());
    let path = key_file::path(&config).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes.len(), 32);
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(key_file::load(&config).is_ok());
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "kept");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(
        key_file::load(&config),
        Err(key_file::KeyFileError::TooOpen(_))
    ));
}

#[test]
fn a_database_without_its_key_file_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let config = config_beside(folder.path());
    assert!(!key_file::may_be_lost(&config), "nothing is there yet");
    std::fs::write(folder.path().join("desk.db"), "").unwrap();
    assert!(key_file::may_be_lost(&config));
    key_file::load(&config).unwrap();
    assert!(!key_file::may_be_lost(&config));
}

#[test]
fn a_key_of_the_wrong_length_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let config = config_beside(folder.path());
    let path = key_file::path(&config).unwrap();
    for length in [0, 31, 33] {
        std::fs::write(&path, vec![7; length]).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(
            matches!(key_file::load(&config), Err(key_file::KeyFileError::WrongLength { found, .. }) if found == length)
        );
    }
}

#[test]
fn on_postgresql_the_key_is_never_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.key");
    let env = [
        ("DATABASE_URL", "postgres://db/desk"),
        ("DESKHAND_KEY_FILE", path.to_str().unwrap()),
    ];
    let config = parse_with(WHOLE, &env, Needs::Run).unwrap();
    assert!(matches!(
        key_file::load(&config),
        Err(key_file::KeyFileError::Absent(_))
    ));
    assert!(!path.exists());
}
