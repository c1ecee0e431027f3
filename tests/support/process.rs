//! The program itself as a child process: arguments, environment, what it says, how it ends.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use deskhand::app::local::cast;
use deskhand::sandbox::LocalDiscord;

/// What a finished program left.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Writes settings for this local Discord, with database, key and mails in the folder.
pub(crate) fn settings_for(discord: &LocalDiscord, folder: &Path) {
    let settings = cast::settings(
        &discord.base_url(),
        "sqlite://desk.sqlite",
        "file://mail",
        &folder.join("desk.key"),
    );
    std::fs::write(folder.join("deskhand.toml"), settings).expect("the settings");
}

/// The program with these arguments, without any setting of this process' environment.
pub(crate) fn deskhand(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskhand"));
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null());
    for name in [
        "DISCORD_TOKEN",
        "DISCORD_API_URL",
        "DISCORD_APPLICATION_ID",
        "DISCORD_TRANSPORT",
        "DATABASE_URL",
        "DATABASE_ADMIN_URL",
        "SMTP_URL",
        "MAIL_FROM",
        "MAIL_REDIRECT_TO",
        "RUST_LOG",
        "DESKHAND_KEY_FILE",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ] {
        command.env_remove(name);
    }
    command
}

/// Runs it to its end.
pub(crate) fn run(mut command: Command) -> Ended {
    let output = command.output().expect("the program starts");
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// How long a program may take to say what a test waits for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ends a program that does not say it in time, so that the test fails instead of waiting for ever.
fn watch(child: &Child) -> Sender<()> {
    let id = child.id().to_string();
    let (said, wait) = channel();
    std::thread::spawn(move || {
        if wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            let _ = Command::new("kill").args(["-KILL", &id]).status();
        }
    });
    said
}

/// A program at work.
pub(crate) struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Option<BufReader<std::process::ChildStdout>>,
    stderr: Option<JoinHandle<String>>,
    said: String,
}

impl Running {
    /// Starts it and waits until it says a line with this text.
    pub(crate) fn start(mut command: Command, ready: &str) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("its answers"));
        let mut complaints = child.stderr.take().expect("its complaints");
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            complaints.read_to_string(&mut text).expect("text");
            text
        });
        let _watch = watch(&child);
        let mut said = String::new();
        while !said.contains(ready) {
            let read = stdout.read_line(&mut said).expect("a line");
            assert!(
                read > 0,
                "it ended before it said {ready:?}: {said}\n{}",
                stderr.join().expect("its complaints")
            );
        }
        Self {
            stdin: child.stdin.take(),
            child,
            stdout: Some(stdout),
            stderr: Some(stderr),
            said,
        }
    }

    /// What it said until it was ready.
    pub(crate) fn said(&self) -> &str {
        &self.said
    }

    /// Types a line into the prompt and reads what it says to it. `help` after it shows where that ends.
    #[track_caller]
    pub(crate) fn answers(&mut self, line: &str) -> String {
        let _watch = watch(&self.child);
        let stdin = self.stdin.as_mut().expect("its input");
        writeln!(stdin, "{line}\nhelp").expect("it takes the lines");
        let stdout = self.stdout.as_mut().expect("its answers");
        let mut said = String::new();
        while !said.contains("help, quit") {
            let read = stdout.read_line(&mut said).expect("a line");
            assert!(read > 0, "it ended at {line:?}: {said}");
        }
        said
    }

    /// As `answers`, and goes on reading until it says this: a channel shows what a bot posts when it is posted.
    #[track_caller]
    pub(crate) fn answers_at_last(&mut self, line: &str, words: &str) -> String {
        let mut said = self.answers(line);
        let _watch = watch(&self.child);
        let stdout = self.stdout.as_mut().expect("its answers");
        while !said.contains(words) {
            let read = stdout.read_line(&mut said).expect("a line");
            assert!(read > 0, "it ended without {words:?} at {line:?}: {said}");
        }
        said
    }

    /// Types a line after which it ends by itself.
    pub(crate) fn types_the_last(mut self, line: &str) -> Ended {
        let stdin = self.stdin.as_mut().expect("its input");
        writeln!(stdin, "{line}").expect("it takes the line");
        self.ended()
    }

    /// Starts it and waits until its log has a line with this text.
    pub(crate) fn start_until_logged(mut command: Command, text: &str) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdout = BufReader::new(child.stdout.take().expect("its answers"));
        let mut stderr = BufReader::new(child.stderr.take().expect("its complaints"));
        let _watch = watch(&child);
        let mut log = String::new();
        while !log.contains(text) {
            let read = stderr.read_line(&mut log).expect("a line");
            assert!(read > 0, "it ended before it logged {text:?}: {log}");
        }
        let stderr = std::thread::spawn(move || {
            stderr.read_to_string(&mut log).expect("text");
            log
        });
        Self {
            stdin: None,
            child,
            stdout: Some(stdout),
            stderr: Some(stderr),
            said: String::new(),
        }
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGTERM and waits for the end.
    pub(crate) fn terminate(self) -> Ended {
        let id = self.child.id().to_string();
        let told = Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .expect("kill");
        assert!(told.success());
        self.ended()
    }

    /// Waits for the end.
    pub(crate) fn ended(mut self) -> Ended {
        let _watch = watch(&self.child);
        let mut said = String::new();
        self.stdout
            .take()
            .expect("its answers")
            .read_to_string(&mut said)
            .expect("text");
        let status = self.child.wait().expect("its end");
        let stderr = self
            .stderr
            .take()
            .expect("its complaints")
            .join()
            .expect("text");
        Ended {
            code: status.code(),
            stdout: said,
            stderr,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // a test that failed must not leave it behind
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
