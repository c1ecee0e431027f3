//! The rows of a file, one by one, with the file's line numbers.
//!
//! An ordinary CSV reader takes everything after an unclosed quote for one cell. Here such a row is the one line on
//! which it starts, and the lines after it are read for themselves.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};

use super::check::LineEnd;
use super::split::{Splitter, Step, cells_of_broken};

/// A quoted cell that goes on for more lines or bytes than these never closes.
const SPAN_LINES: usize = 100;
const SPAN_BYTES: usize = 64 * 1024;

/// Longest line of a row, in bytes without its end.
const LINE_MAX: usize = 64 * 1024;

/// What is kept of a longer one, to be shown among the rejected rows.
const LINE_KEPT: u64 = 1024 * 1024;

/// A row as the file has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Row {
    /// The line on which it starts, from 1.
    pub(super) line: u64,
    /// Its cells, without the quotes around them.
    pub(super) cells: Vec<Vec<u8>>,
    /// What is wrong with its quotes; the last cell then holds the rest of the line as it stands.
    pub(super) broken: Option<Broken>,
}

/// What is wrong with a row's quotes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Broken {
    /// A quote does not close.
    Unclosed,
    /// Text follows a closing quote.
    Trailing,
    /// The line is longer than a row may be; the end of a very long one is left out.
    TooLong,
}

/// Reads rows; memory is bounded, however long a line is.
pub(super) struct Rows<R> {
    lines: BufReader<R>,
    ahead: VecDeque<Vec<u8>>,
    line_end: LineEnd,
    delimiter: u8,
    line: u64,
    bytes: u64,
    /// How many cells the header has; 0 while it is read.
    width: usize,
}

impl<R: Read> Rows<R> {
    /// Starts after the mark, if there is one; the delimiter is the one most often in the header outside quotes.
    pub(super) fn start(reader: R, mark: &[u8], line_end: LineEnd) -> std::io::Result<Self> {
        let mut lines = BufReader::with_capacity(SPAN_BYTES, reader);
        let mut skipped = vec![0; mark.len()];
        lines.read_exact(&mut skipped)?;
        let bytes = u64::try_from(mark.len()).unwrap_or_default();
        let mut rows = Self {
            lines,
            ahead: VecDeque::new(),
            line_end,
            delimiter: b',',
            line: 0,
            bytes,
            width: 0,
        };
        let mut skipped = Vec::new();
        while let Some(line) = rows.take_line()? {
            let blank = is_blank(&line);
            if !blank {
                rows.delimiter = delimiter_of(&line);
            }
            skipped.push(line);
            if !blank {
                break;
            }
        }
        skipped
            .into_iter()
            .rev()
            .for_each(|line| rows.give_back(line));
        Ok(rows)
    }

    pub(super) const fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Bytes of the file that the rows so far end at.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many cells a row should have.
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    fn take_line(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let line = match self.ahead.pop_front() {
            Some(line) => line,
            None => self.read_line()?,
        };
        if line.is_empty() {
            return Ok(None);
        }
        self.line = self.line.saturating_add(1);
        self.bytes = self
            .bytes
            .saturating_add(u64::try_from(line.len()).unwrap_or_default());
        Ok(Some(line))
    }

    /// A line with its end, or the beginning of a very long one.
    fn read_line(&mut self) -> std::io::Result<Vec<u8>> {
        let end = self.line_end.last_byte();
        let mut line = Vec::new();
        let kept = (&mut self.lines)
            .take(LINE_KEPT)
            .read_until(end, &mut line)?;
        if u64::try_from(kept) == Ok(LINE_KEPT) && line.last() != Some(&end) {
            let skipped = self.lines.skip_until(end)?;
            self.bytes = self
                .bytes
                .saturating_add(u64::try_from(skipped).unwrap_or_default());
            // half a character would make a UTF-8 file of rejected rows one of another encoding
            while line.pop_if(|byte| matches!(byte, 0x80..=0xbf)).is_some() {}
            line.pop_if(|byte| *byte >= 0xc0);
        }
        Ok(line)
    }

    fn give_back(&mut self, line: Vec<u8>) {
        self.line = self.line.saturating_sub(1);
        self.bytes = self
            .bytes
            .saturating_sub(u64::try_from(line.len()).unwrap_or_default());
        self.ahead.push_front(line);
    }

    /// The next row that is not blank; the first is the header, whose width the others should have.
    pub(super) fn next_row(&mut self) -> std::io::Result<Option<Row>> {
        let first = loop {
            match self.take_line()? {
                None => return Ok(None),
                Some(line) if is_blank(&line) => {}
                Some(line) => break line,
            }
        };
        let line = self.line;
        let mut splitter = Splitter::new(self.delimiter);
        let mut step = splitter.feed(content(&first, self.line_end));
        if self.is_too_long(&first) {
            let cells = match step {
                Step::Done => splitter.cells,
                Step::Open | Step::Trailing => {
                    cells_of_broken(content(&first, self.line_end), self.delimiter)
                }
            };
            let broken = Some(Broken::TooLong);
            return Ok(Some(Row {
                line,
                cells,
                broken,
            }));
        }
        let mut more: Vec<Vec<u8>> = Vec::new();
        let mut length = first.len();
        while step == Step::Open && more.len() < SPAN_LINES && length < SPAN_BYTES {
            let Some(next) = self.take_line()? else { break };
            if self.is_too_long(&next) {
                self.give_back(next);
                break;
            }
            splitter.line_break(end_of(more.last().unwrap_or(&first), self.line_end));
            step = splitter.feed(content(&next, self.line_end));
            length = length.saturating_add(next.len());
            more.push(next);
        }
        let broken = match step {
            Step::Done if self.swallows(&more, splitter.cells.len()) => Some(Broken::Unclosed),
            Step::Done => None,
            Step::Trailing if more.is_empty() => Some(Broken::Trailing),
            Step::Trailing | Step::Open => Some(Broken::Unclosed),
        };
        let cells = match broken {
            None => splitter.cells,
            Some(_) => {
                more.into_iter().rev().for_each(|line| self.give_back(line));
                cells_of_broken(content(&first, self.line_end), self.delimiter)
            }
        };
        if self.width == 0 {
            self.width = cells.len();
        }
        Ok(Some(Row {
            line,
            cells,
            broken,
        }))
    }

    fn is_too_long(&self, line: &[u8]) -> bool {
        content(line, self.line_end).len() > LINE_MAX
    }

    /// Whether a row over several lines has a wrong number of cells while one of its lines alone has the right one:
    /// then a quote that happened to close took a good row in.
    fn swallows(&self, more: &[Vec<u8>], cells: usize) -> bool {
        cells != self.width
            && more.iter().any(|line| {
                let mut splitter = Splitter::new(self.delimiter);
                splitter.feed(content(line, self.line_end)) == Step::Done
                    && splitter.cells.len() == self.width
            })
    }
}

fn is_blank(line: &[u8]) -> bool {
    // a tab may be the delimiter, so a line of tabs is no blank one
    line.iter().all(|byte| matches!(byte, b' ' | b'\r' | b'\n'))
}

/// A line without its end.
fn content(line: &[u8], line_end: LineEnd) -> &[u8] {
    let Some(rest) = line.strip_suffix(&[line_end.last_byte()]) else {
        return line;
    };
    if line_end == LineEnd::Cr {
        rest
    } else {
        rest.strip_suffix(b"\r").unwrap_or(rest)
    }
}

/// A line's end.
fn end_of(line: &[u8], line_end: LineEnd) -> &[u8] {
    line.get(content(line, line_end).len()..)
        .unwrap_or_default()
}

fn delimiter_of(header: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0)];
    for byte in header {
        if *byte == b'"' {
            quoted = !quoted;
        } else if !quoted {
            counts
                .iter_mut()
                .filter(|(delimiter, _)| delimiter == byte)
                .for_each(|(_, count)| *count += 1);
        }
    }
    // of equals the first is taken
    counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Vec<String>, Option<Broken>)> {
        let mut rows = Rows::start(text.as_bytes(), b"", LineEnd::Lf).unwrap();
        std::iter::from_fn(|| rows.next_row().unwrap())
            .map(|row| {
                (
                    row.line,
                    row.cells
                        .into_iter()
                        .map(|cell| String::from_utf8(cell).unwrap())
                        .collect(),
                    row.broken,
                )
            })
            .collect()
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>, Option<Broken>) {
        (line, cells.iter().map(ToString::to_string).collect(), None)
    }

    #[test]
    fn the_delimiter_is_the_headers_outside_quotes() {
        for (header, delimiter) in [
            ("a;\"b,c,d\";e", b';'),
            ("a\tb", b'\t'),
            ("a,b;c,d", b','),
            ("a", b','),
        ] {
            assert_eq!(
                Rows::start(header.as_bytes(), b"", LineEnd::Lf)
                    .unwrap()
                    .delimiter(),
                delimiter,
                "{header}"
            );
        }
    }

    #[test]
    fn line_numbers_are_the_files() {
        let rows = read("a,b\n\n\"x\ny\",1\r\n  \nz,\"\"\"2\"\"\"\nlast,");
        assert_eq!(
            rows,
            [
                row(1, &["a", "b"]),
                row(3, &["x\ny", "1"]),
                row(6, &["z", "\"2\""]),
                row(7, &["last", ""])
            ]
        );
    }

    #[test]
    fn an_unclosed_quote_takes_only_its_own_line() {
        let rows = read("a,b,c\n1,\"x,2\n3,y,4\n5,\"z\",6\n");
        assert_eq!(rows[1].1, ["1", "\"x,2"]);
        assert_eq!(rows[1].2, Some(Broken::Unclosed));
        assert_eq!(
            &rows[2..],
            [row(3, &["3", "y", "4"]), row(4, &["5", "z", "6"])]
        );
        let rows = read("a,b,c\n1,\"x,2\n3,y,4\n");
        assert_eq!(
            rows[2..],
            [row(3, &["3", "y", "4"])],
            "to the end of the file"
        );
        let rows = read("a,b,c\n1,\"x,2\n3,y,4\n5,\",6\",7\n");
        assert_eq!(rows.len(), 4, "a quote that happens to close");
        let rows = read(&format!("a,b,c\n1,\"x,2\n{}", "3,y,4\n".repeat(300)));
        assert_eq!(rows.len(), 302);
    }

    #[test]
    fn text_after_a_closing_quote_is_broken_and_a_quote_inside_text_is_not() {
        let rows = read("a,b\n\"x\"y,1\nHotel \"Post\",2\n");
        assert_eq!(
            (rows[1].1.clone(), rows[1].2),
            (vec!["\"x\"y,1".to_owned()], Some(Broken::Trailing))
        );
        assert_eq!(rows[2], row(3, &["Hotel \"Post\"", "2"]));
    }
}
