-- The directory database on SQLite. Every key starts with the desk; times are unix milliseconds in UTC.

CREATE TABLE account (
    desk_id          INTEGER NOT NULL,
    id               INTEGER NOT NULL,
    version          INTEGER NOT NULL CHECK (version > 0),
    username         TEXT    NOT NULL,
    -- lower case, as by domain::account::UserName::key
    username_key     TEXT    NOT NULL,
    given_name       TEXT    NOT NULL,
    surname          TEXT    NOT NULL,
    email            TEXT,
    email_key        TEXT,
    language         TEXT    NOT NULL,
    state            TEXT    NOT NULL CHECK (state IN ('invited', 'active', 'deactivated', 'unknown')),
    password_expires TEXT,
    external_id      TEXT,
    external_key     TEXT,
    fiscal_code      TEXT,
    birth_date       TEXT,
    person_id        TEXT,
    lock_state       TEXT    NOT NULL CHECK (lock_state IN ('unknown', 'open', 'locked')),
    failed_logins    INTEGER NOT NULL CHECK (failed_logins >= 0),
    locked_at        INTEGER,
    locked_by        TEXT    CHECK (locked_by IN ('import', 'portal')),
    -- scope of the linked register record
    record_scope     TEXT,
    PRIMARY KEY (desk_id, id),
    CHECK ((lock_state = 'locked') = (locked_at IS NOT NULL)),
    CHECK ((locked_at IS NULL) = (locked_by IS NULL)),
    CHECK ((email IS NULL) = (email_key IS NULL)),
    CHECK ((external_id IS NULL) = (external_key IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX account_username ON account (desk_id, username_key);
CREATE INDEX account_email ON account (desk_id, email_key) WHERE email_key IS NOT NULL;
CREATE INDEX account_external ON account (desk_id, external_key) WHERE external_key IS NOT NULL;

-- The lists of people who may need help (src/domain/lists.rs).
CREATE INDEX account_locked ON account (desk_id, locked_at, id) WHERE lock_state = 'locked' AND state <> 'deactivated';
CREATE INDEX account_expiring ON account (desk_id, password_expires, id)
WHERE password_expires IS NOT NULL AND state <> 'deactivated';
CREATE INDEX account_invited ON account (desk_id, id) WHERE state = 'invited';
CREATE INDEX account_not_linked ON account (desk_id, id) WHERE record_scope IS NULL AND state <> 'deactivated';

-- Effective scopes: own ones, else (inherited) the linked record's, else '*'.
CREATE TABLE account_scope (
    desk_id    INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    scope      TEXT    NOT NULL,
    inherited  INTEGER NOT NULL CHECK (inherited IN (0, 1)),
    PRIMARY KEY (desk_id, account_id, scope),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX account_scope_under ON account_scope (desk_id, scope, account_id);

CREATE TABLE account_group (
    desk_id    INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    PRIMARY KEY (desk_id, account_id, name),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id)
) STRICT, WITHOUT ROWID;

-- Values that the desk changed since the last import, with what the import had set (D11), and when last (D12).
CREATE TABLE desk_change (
    desk_id    INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    field      TEXT    NOT NULL,
    imported   TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (desk_id, account_id, field),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE address_change (
    desk_id     INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    account_id  INTEGER NOT NULL,
    replaced    TEXT,
    -- the new one as account.email_key: an import may replace it in turn (R10)
    address_key TEXT    NOT NULL,
    changed_at  INTEGER NOT NULL,
    PRIMARY KEY (desk_id, id),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX address_change_account ON address_change (desk_id, account_id, changed_at);

CREATE TABLE register_record (
    desk_id     INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    version     INTEGER NOT NULL CHECK (version > 0),
    external_id TEXT    NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('student', 'guardian', 'employee')),
    given_name  TEXT    NOT NULL,
    surname     TEXT    NOT NULL,
    fiscal_code TEXT,
    email       TEXT,
    scope       TEXT,
    class       TEXT,
    school_year TEXT,
    PRIMARY KEY (desk_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX register_record_external ON register_record (desk_id, external_id);

-- Codes by their hash (R14); the random bits go when the code is used or withdrawn.
CREATE TABLE code (
    desk_id    INTEGER NOT NULL,
    id         INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    bits       BLOB    CHECK (length(bits) = 16),
    hash       TEXT    NOT NULL,
    issued_at  INTEGER NOT NULL,
    sent_at    INTEGER,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    revoked_at INTEGER,
    PRIMARY KEY (desk_id, id),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id),
    CHECK ((bits IS NOT NULL) = (used_at IS NULL AND revoked_at IS NULL)),
    CHECK (used_at IS NULL OR revoked_at IS NULL)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX code_hash ON code (desk_id, hash);
CREATE INDEX code_account ON code (desk_id, account_id);
CREATE INDEX code_open ON code (desk_id, account_id) WHERE used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX code_ends ON code (desk_id, expires_at, account_id) WHERE used_at IS NULL AND revoked_at IS NULL;

-- Sends that count against the limits (R17).
CREATE TABLE send (
    desk_id    INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    sent_at    INTEGER NOT NULL,
    member_id  INTEGER NOT NULL,
    -- sends of the same instant
    times      INTEGER NOT NULL CHECK (times > 0),
    PRIMARY KEY (desk_id, account_id, sent_at, member_id),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX send_member ON send (desk_id, member_id, sent_at);
CREATE INDEX send_age ON send (sent_at);

CREATE TABLE letter (
    desk_id      INTEGER NOT NULL,
    id           INTEGER NOT NULL,
    identity     TEXT    NOT NULL,
    account_id   INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    -- to the address that this change replaced; else to the one on record when it leaves
    replaced_by  INTEGER,
    -- to the contact mailbox, about this request
    request_id   INTEGER,
    tells_unlock INTEGER NOT NULL CHECK (tells_unlock IN (0, 1)),
    written_at   INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('waiting', 'accepted', 'recipient-refused', 'dead', 'void')),
    settled_at   INTEGER,
    PRIMARY KEY (desk_id, id),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id),
    FOREIGN KEY (desk_id, replaced_by) REFERENCES address_change (desk_id, id),
    FOREIGN KEY (desk_id, request_id) REFERENCES request (desk_id, id),
    CHECK ((state = 'waiting') = (settled_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX letter_identity ON letter (desk_id, identity);
CREATE INDEX letter_account ON letter (desk_id, account_id, written_at, id);
CREATE INDEX letter_replaced ON letter (desk_id, replaced_by) WHERE replaced_by IS NOT NULL;
CREATE INDEX letter_request ON letter (desk_id, request_id) WHERE request_id IS NOT NULL;

CREATE TABLE letter_code (
    desk_id   INTEGER NOT NULL,
    letter_id INTEGER NOT NULL,
    place     INTEGER NOT NULL,
    code_id   INTEGER NOT NULL,
    PRIMARY KEY (desk_id, letter_id, place),
    FOREIGN KEY (desk_id, letter_id) REFERENCES letter (desk_id, id),
    FOREIGN KEY (desk_id, code_id) REFERENCES code (desk_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX letter_code_code ON letter_code (desk_id, code_id);

-- What to deliver after the change: ids, never texts. A row that is settled goes; a dead one stays. One row for each
-- thing to deliver, so that it never runs twice at once.
CREATE TABLE outbox (
    desk_id          INTEGER NOT NULL,
    kind             TEXT    NOT NULL CHECK (kind IN ('letter', 'card', 'reminder', 'answer')),
    -- the letter's id, or the request's
    subject          INTEGER NOT NULL,
    state            TEXT    NOT NULL CHECK (state IN ('waiting', 'dead')),
    attempts         INTEGER NOT NULL,
    next_attempt_at  INTEGER NOT NULL,
    -- rises with each claim
    lease_token      INTEGER NOT NULL,
    lease_until      INTEGER,
    -- since when it may have been delivered without our knowing
    first_claimed_at INTEGER,
    -- whether it has to be delivered once more when the lease ends
    again            INTEGER NOT NULL DEFAULT FALSE CHECK (again IN (0, 1)),
    problem          TEXT,
    PRIMARY KEY (desk_id, kind, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_due ON outbox (kind, COALESCE(lease_until, next_attempt_at), subject) WHERE state = 'waiting';

-- The last number given to people, such as "request 42".
CREATE TABLE counter (
    desk_id INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    value   INTEGER NOT NULL CHECK (value >= 0),
    PRIMARY KEY (desk_id, kind)
) STRICT, WITHOUT ROWID;

-- Actions that wait for a decision, or did.
CREATE TABLE request (
    desk_id         INTEGER NOT NULL,
    id              INTEGER NOT NULL,
    version         INTEGER NOT NULL CHECK (version > 0),
    number          INTEGER NOT NULL,
    account_id      INTEGER NOT NULL,
    requester_id    INTEGER,
    requester_role  INTEGER,
    -- the action as data, and the values that it replaces
    action          TEXT    NOT NULL CHECK (json_valid(action)),
    old             TEXT    NOT NULL CHECK (json_valid(old)),
    rule            TEXT    NOT NULL,
    flags           TEXT    NOT NULL CHECK (json_valid(flags)),
    asked_in        INTEGER,
    state           TEXT    NOT NULL CHECK (state IN
        ('requested', 'approved', 'denied', 'expired', 'cancelled', 'void', 'executed', 'failed')),
    failure         TEXT,
    requested_at    INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    settled_at      INTEGER,
    reminded_at     INTEGER,
    mailed_at       INTEGER,
    -- when something is due while nobody decides
    next_step_at    INTEGER,
    message_channel INTEGER,
    message_id      INTEGER,
    card_problem    TEXT,
    PRIMARY KEY (desk_id, id),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id),
    CHECK ((state = 'requested') = (settled_at IS NULL)),
    CHECK ((state = 'requested') = (next_step_at IS NOT NULL)),
    CHECK ((message_channel IS NULL) = (message_id IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX request_number ON request (desk_id, number);
CREATE INDEX request_state ON request (desk_id, state, number);
CREATE INDEX request_account ON request (desk_id, account_id, requested_at);
CREATE INDEX request_requester ON request (desk_id, requester_id, requested_at, account_id);
CREATE INDEX request_due ON request (next_step_at) WHERE state = 'requested';

-- What members decided, one row for each of them.
CREATE TABLE decisions (
    desk_id    INTEGER NOT NULL,
    request_id INTEGER NOT NULL,
    decider_id INTEGER NOT NULL,
    role_id    INTEGER,
    approves   INTEGER NOT NULL CHECK (approves IN (0, 1)),
    reason     TEXT    CHECK (json_valid(reason)),
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (desk_id, request_id, decider_id),
    FOREIGN KEY (desk_id, request_id) REFERENCES request (desk_id, id)
) STRICT, WITHOUT ROWID;

-- Helpers who may do nothing (R39).
CREATE TABLE frozen_member (
    desk_id   INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    frozen_by INTEGER NOT NULL,
    frozen_at INTEGER NOT NULL,
    reason    TEXT    NOT NULL CHECK (json_valid(reason)),
    PRIMARY KEY (desk_id, member_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE draft (
    desk_id    INTEGER NOT NULL,
    id         INTEGER NOT NULL,
    owner_id   INTEGER NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    created_at INTEGER NOT NULL,
    dialog     TEXT    NOT NULL CHECK (json_valid(dialog)),
    PRIMARY KEY (desk_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX draft_age ON draft (created_at);

CREATE TABLE interaction (
    desk_id    INTEGER NOT NULL,
    id         INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (desk_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX interaction_age ON interaction (created_at);

-- The end of each desk's chain: number and hash of its last row.
CREATE TABLE audit_head (
    desk_id INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    hash    BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (desk_id)
) STRICT, WITHOUT ROWID;

-- The trail (R30, R31): rows are added, never changed or deleted.
CREATE TABLE audit (
    desk_id        INTEGER NOT NULL,
    number         INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    interaction_id INTEGER,
    member_id      INTEGER,
    role_id        INTEGER,
    approver_id    INTEGER,
    action         TEXT    NOT NULL,
    account_id     INTEGER,
    verification   TEXT,
    result         TEXT    NOT NULL,
    failure        TEXT,
    version        INTEGER,
    commitment     BLOB    NOT NULL CHECK (length(commitment) = 32),
    hash           BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (desk_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_account ON audit (desk_id, account_id, number) WHERE account_id IS NOT NULL;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

-- Salt and text that a row is committed to: the only part of the trail that a purge may delete (R32).
CREATE TABLE audit_detail (
    desk_id INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    salt    BLOB    NOT NULL CHECK (length(salt) = 16),
    detail  TEXT    NOT NULL,
    PRIMARY KEY (desk_id, number),
    FOREIGN KEY (desk_id, number) REFERENCES audit (desk_id, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_detail_no_update BEFORE UPDATE ON audit_detail
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

-- Search: words and scopes of an account, and the index of its grams (src/store/search.rs). FTS5 wants dense row
-- numbers, so this key alone does not start with the desk.
CREATE TABLE account_search (
    doc        INTEGER PRIMARY KEY,
    desk_id    INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    words      TEXT    NOT NULL,
    scopes     TEXT    NOT NULL,
    UNIQUE (desk_id, account_id),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id)
) STRICT;

CREATE VIRTUAL TABLE account_gram USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '^/'"
);

-- Merging by default stopped single updates for seconds; here each write does a little of it.
INSERT INTO account_gram (account_gram, rank) VALUES ('automerge', 0), ('crisismerge', 64), ('deletemerge', 0);

-- What the planner shall take for granted: a desk is large, so the desk alone is no way to find anything. Without
-- it a batch of updates walks through the whole desk for each row. ANALYZE replaces these figures by counted ones.
ANALYZE;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('account', 'account', '1000000 1000000 1'),
    ('account', 'account_username', '1000000 1000000 1'),
    ('account', 'account_email', '900000 900000 2'),
    ('account', 'account_external', '900000 900000 2'),
    ('account', 'account_locked', '20000 20000 1 1'),
    ('account', 'account_expiring', '500000 500000 1000 1'),
    ('account', 'account_invited', '200000 200000 1'),
    ('account', 'account_not_linked', '900000 900000 1'),
    ('account_scope', 'account_scope', '1500000 1500000 2 1'),
    ('account_scope', 'account_scope_under', '1500000 1500000 10000 1'),
    ('account_group', 'account_group', '1500000 1500000 2 1'),
    ('account_search', 'sqlite_autoindex_account_search_1', '1000000 1000000 1'),
    ('desk_change', 'desk_change', '100000 100000 2 1'),
    ('address_change', 'address_change', '100000 100000 1'),
    ('address_change', 'address_change_account', '100000 100000 2 1'),
    ('register_record', 'register_record', '1000000 1000000 1'),
    ('register_record', 'register_record_external', '1000000 1000000 1'),
    ('code', 'code', '1000000 1000000 1'),
    ('code', 'code_hash', '1000000 1000000 1'),
    ('code', 'code_account', '1000000 1000000 3'),
    ('code', 'code_open', '300000 300000 1'),
    ('code', 'code_ends', '300000 300000 2 1'),
    ('send', 'send', '100000 100000 2 1 1'),
    ('send', 'send_member', '100000 100000 1000 1 1'),
    ('send', 'send_age', '100000 1 1 1 1'),
    ('letter', 'letter', '1000000 1000000 1'),
    ('letter', 'letter_identity', '1000000 1000000 1'),
    ('letter', 'letter_account', '1000000 1000000 3 1 1'),
    ('request', 'request', '1000000 1000000 1'),
    ('request', 'request_number', '1000000 1000000 1'),
    ('request', 'request_state', '1000000 1000000 100000 1'),
    ('request', 'request_account', '1000000 1000000 3 1'),
    ('request', 'request_requester', '1000000 1000000 5000 1 1'),
    ('request', 'request_due', '10000 1'),
    ('decisions', 'decisions', '1000000 1000000 1 1'),
    ('letter_code', 'letter_code', '1000000 1000000 2 1'),
    ('letter_code', 'letter_code_code', '1000000 1000000 2 1 1'),
    ('audit', 'audit', '5000000 5000000 1'),
    ('audit', 'audit_account', '4000000 4000000 5 1'),
    ('audit_detail', 'audit_detail', '5000000 5000000 1');
ANALYZE sqlite_schema;
