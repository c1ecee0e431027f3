//! `tests/run` itself: what fails in a step stops it.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// What the script may use; the rest of the machine is not there.
const TOOLS: [&str; 10] = [
    "bash", "cut", "dirname", "git", "head", "mktemp", "nproc", "rm", "sed", "sort",
];

/// Stand-ins that say what they were called with.
const STUBS: [(&str, &str); 4] = [
    ("id", "echo 0"),
    ("apt-get", "echo \"apt-get $1\"; exit 100"),
    ("rustc", "echo 'rustc 1.99.0'"),
    ("cargo", "echo \"cargo $*\""),
];

#[test]
fn a_package_that_cannot_be_installed_stops_the_run() {
    let folder = TempDir::new().unwrap();
    for tool in TOOLS {
        let places =
            ["/usr/bin", "/bin", "/usr/local/bin"].map(|place| Path::new(place).join(tool));
        let place = places.iter().find(|place| place.exists()).expect(tool);
        symlink(place, folder.path().join(tool)).unwrap();
    }
    for (name, does) in STUBS {
        let stub = folder.path().join(name);
        std::fs::write(&stub, format!("#!/bin/sh\n{does}\n")).unwrap();
        std::fs::set_permissions(&stub, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
    // there is no C compiler among these, so one is to be installed
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run");
    let ended = Command::new(folder.path().join("bash"))
        .arg(script)
        .env("PATH", folder.path())
        .env("TMPDIR", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    let complained = String::from_utf8_lossy(&ended.stderr);
    assert!(said.contains("apt-get update"), "{said}\n{complained}");
    assert!(!said.contains("apt-get install"), "{said}");
    assert!(!said.contains("cargo fmt"), "it went on: {said}");
    assert_eq!(ended.status.code(), Some(100), "{complained}");
    assert!(
        complained.contains("tests/run: requirements"),
        "{complained}"
    );
}
