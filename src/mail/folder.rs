//! Letters as files, for training, tests and sites whose mail leaves by other means.

use std::fs::{DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use tempfile::NamedTempFile;

use super::message::Writer;
use crate::domain::desk::Desk;
use crate::ports::mailer::{DeliveryError, Letter, Mailer};

/// Writes `<message-id>.eml` files into a folder.
pub(super) struct FolderMailer {
    folder: PathBuf,
    writer: Writer,
}

impl FolderMailer {
    /// A mailer for this folder, which is made when the first letter comes.
    pub(super) const fn new(folder: PathBuf, writer: Writer) -> Self {
        Self { folder, writer }
    }

    async fn beside<T, F>(&self, work: F) -> Result<T, DeliveryError>
    where
        T: Send + 'static,
        F: FnOnce(&Path) -> io::Result<T> + Send + 'static,
    {
        let folder = self.folder.clone();
        let done = tokio::task::spawn_blocking(move || work(&folder)).await;
        let done =
            done.map_err(|_broken| DeliveryError::NotNow("writing the file broke off".to_owned()))?;
        // the kind of an error names no path, and so no person
        done.map_err(|error| DeliveryError::NotNow(format!("the folder: {}", error.kind())))
    }
}

#[async_trait]
impl Mailer for FolderMailer {
    async fn deliver(&self, desk: &Desk, letter: &Letter) -> Result<(), DeliveryError> {
        let written = self.writer.write(desk, letter)?;
        let name = format!("{}.eml", written.message_id);
        self.beside(move |folder| keep(folder, &name, &written.bytes))
            .await
    }

    async fn check(&self) -> Result<(), DeliveryError> {
        self.beside(|folder| {
            make(folder)?;
            NamedTempFile::new_in(folder)?.close()
        })
        .await
    }
}

fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The file is there whole or not at all, also after a power failure.
fn keep(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    make(folder)?;
    let mut file = tempfile::Builder::new()
        .prefix(".letter-")
        .suffix(".tmp")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name))?;
    File::open(folder)?.sync_all()
}
