//! Splitting lines into cells.

/// How far a row has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// The row is complete.
    Done,
    /// A quoted cell goes on in the next line.
    Open,
    /// Text follows a closing quote.
    Trailing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Plain,
    Quoted,
    Closing,
}

/// Splits lines into cells; what was open goes on with the next line.
pub(super) struct Splitter {
    delimiter: u8,
    pub(super) cells: Vec<Vec<u8>>,
    cell: Vec<u8>,
    /// Where in its line the cell starts.
    cell_start: usize,
    state: State,
}

impl Splitter {
    pub(super) const fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            cells: Vec::new(),
            cell: Vec::new(),
            cell_start: 0,
            state: State::Start,
        }
    }

    fn end_cell(&mut self) {
        self.cells.push(std::mem::take(&mut self.cell));
        self.state = State::Start;
    }

    pub(super) fn line_break(&mut self, end: &[u8]) {
        self.cell.extend_from_slice(end);
    }

    pub(super) fn feed(&mut self, line: &[u8]) -> Step {
        for (at, byte) in line.iter().copied().enumerate() {
            match (self.state, byte) {
                (State::Start, b'"') => self.state = State::Quoted,
                (State::Quoted, b'"') => self.state = State::Closing,
                (State::Closing, b'"') => {
                    self.cell.push(b'"');
                    self.state = State::Quoted;
                }
                (State::Quoted, _) => self.cell.push(byte),
                (_, _) if byte == self.delimiter => {
                    self.end_cell();
                    self.cell_start = at.saturating_add(1);
                }
                (State::Closing, _) => return Step::Trailing,
                (State::Start | State::Plain, _) => {
                    self.cell.push(byte);
                    self.state = State::Plain;
                }
            }
        }
        if self.state == State::Quoted {
            return Step::Open;
        }
        self.end_cell();
        Step::Done
    }
}

/// The good cells of a line with a bad quote, then the rest as it stands, from the quote on.
pub(super) fn cells_of_broken(line: &[u8], delimiter: u8) -> Vec<Vec<u8>> {
    let mut splitter = Splitter::new(delimiter);
    splitter.feed(line);
    let rest = line.get(splitter.cell_start..).unwrap_or_default().to_vec();
    splitter.cells.push(rest);
    splitter.cells
}
