//! Where a file's bytes come from: a file, a pipe, memory.

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use super::ImportOptions;
use super::problem::{FileProblem, ImportError};
use super::rejects_file::default_path;
use super::samples::Sample;

/// What can be read twice.
pub(super) trait Bytes: Read + Seek + Send {}
impl<T: Read + Seek + Send> Bytes for T {}

/// Where the bytes come from.
pub(super) struct Source {
    pub(super) reader: Box<dyn Bytes>,
    pub(super) name: String,
    /// The file, and where its rejected rows go.
    pub(super) paths: Option<(PathBuf, PathBuf)>,
}

impl Source {
    /// Opens a file.
    pub(super) fn open(options: &ImportOptions) -> Result<Self, ImportError> {
        let path = &options.path;
        let failed = |source| ImportError::Unreadable {
            path: path.clone(),
            source,
        };
        let mut file = File::open(path).map_err(failed)?;
        let meta = file.metadata().map_err(failed)?;
        if meta.is_dir() {
            return Err(failed(std::io::ErrorKind::IsADirectory.into()));
        }
        if !meta.is_file() {
            // a pipe can be read only once
            let mut copy = tempfile::tempfile().map_err(failed)?;
            std::io::copy(&mut file, &mut copy).map_err(failed)?;
            copy.rewind().map_err(failed)?;
            file = copy;
        }
        let rejects = options
            .rejects
            .clone()
            .unwrap_or_else(|| default_path(path));
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        Ok(Self {
            reader: Box::new(file),
            name,
            paths: Some((path.clone(), rejects)),
        })
    }

    /// Reads from memory.
    pub(super) fn of(sample: &Sample) -> Self {
        let reader = Box::new(Cursor::new(sample.text.as_bytes()));
        Self {
            reader,
            name: sample.name.to_owned(),
            paths: None,
        }
    }

    pub(super) fn unreadable(&self, source: std::io::Error) -> ImportError {
        let path = self
            .paths
            .as_ref()
            .map_or_else(|| PathBuf::from(&self.name), |(path, _)| path.clone());
        ImportError::Unreadable { path, source }
    }

    pub(super) fn wrong(&self, problem: FileProblem) -> ImportError {
        let shown = self
            .paths
            .as_ref()
            .map_or_else(|| self.name.clone(), |(path, _)| path.display().to_string());
        ImportError::File {
            file: shown,
            problem,
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.paths
            .as_ref()
            .map_or(Path::new(&self.name), |(path, _)| path)
    }
}
