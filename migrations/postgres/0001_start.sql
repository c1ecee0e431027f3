-- The directory database on PostgreSQL. Every key starts with the desk; times are whole milliseconds.

-- Unix milliseconds, as lists in JSON carry times.
CREATE FUNCTION unix_ms(at TIMESTAMPTZ) RETURNS BIGINT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (extract(epoch FROM at) * 1000)::BIGINT;
CREATE FUNCTION from_unix_ms(ms BIGINT) RETURNS TIMESTAMPTZ LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN TIMESTAMPTZ '1970-01-01 00:00:00+00' + ms * INTERVAL '1 millisecond';

CREATE TABLE account (
    desk_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    username TEXT NOT NULL,
    -- lower case, as by domain::account::UserName::key
    username_key TEXT COLLATE "C" NOT NULL,
    given_name TEXT NOT NULL,
    surname TEXT NOT NULL,
    email TEXT,
    email_key TEXT COLLATE "C",
    language TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'deactivated', 'unknown')),
    password_expires DATE,
    external_id TEXT COLLATE "C",
    external_key TEXT COLLATE "C",
    fiscal_code TEXT,
    birth_date DATE,
    person_id TEXT,
    lock_state TEXT NOT NULL CHECK (lock_state IN ('unknown', 'open', 'locked')),
    failed_logins BIGINT NOT NULL CHECK (failed_logins >= 0),
    locked_at TIMESTAMPTZ,
    locked_by TEXT CHECK (locked_by IN ('import', 'portal')),
    -- scope of the linked register record
    record_scope TEXT,
    PRIMARY KEY (desk_id, id),
    CHECK ((lock_state = 'locked') = (locked_at IS NOT NULL)),
    CHECK ((locked_at IS NULL) = (locked_by IS NULL)),
    CHECK ((email IS NULL) = (email_key IS NULL)),
    CHECK ((external_id IS NULL) = (external_key IS NULL))
);

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
    desk_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    inherited BOOLEAN NOT NULL,
    PRIMARY KEY (desk_id, account_id, scope),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id)
);

CREATE INDEX account_scope_under ON account_scope (desk_id, scope, account_id);

CREATE TABLE account_group (
    desk_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (desk_id, account_id, name),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id)
);

-- Values that the desk changed since the last import, with what the import had set (D11), and when last (D12).
CREATE TABLE desk_change (
    desk_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    field TEXT NOT NULL,
    imported TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (desk_id, account_id, field),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id)
);

CREATE TABLE address_change (
    desk_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    replaced TEXT,
    -- the new one as account.email_key: an import may replace it in turn (R10)
    address_key TEXT COLLATE "C" NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (desk_id, id),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id)
);

CREATE INDEX address_change_account ON address_change (desk_id, account_id, changed_at);

CREATE TABLE register_record (
    desk_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    external_id TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('student', 'guardian', 'employee')),
    given_name TEXT NOT NULL,
    surname TEXT NOT NULL,
    fiscal_code TEXT,
    email TEXT,
    scope TEXT COLLATE "C",
    class TEXT,
    school_year TEXT,
    PRIMARY KEY (desk_id, id)
);

CREATE UNIQUE INDEX register_record_external ON register_record (desk_id, external_id);

-- Codes by their hash (R14); the random bits go when the code is used or withdrawn.
CREATE TABLE code (
    desk_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    bits BYTEA CHECK (length(bits) = 16),
    hash TEXT COLLATE "C" NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    PRIMARY KEY (desk_id, id),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id),
    CHECK ((bits IS NOT NULL) = (used_at IS NULL AND revoked_at IS NULL)),
    CHECK (used_at IS NULL OR revoked_at IS NULL)
);

CREATE UNIQUE INDEX code_hash ON code (desk_id, hash);
CREATE INDEX code_account ON code (desk_id, account_id);
CREATE INDEX code_open ON code (desk_id, account_id) WHERE used_at IS NULL AND revoked_at IS NULL;
CREATE INDEX code_ends ON code (desk_id, expires_at, account_id) WHERE used_at IS NULL AND revoked_at IS NULL;

-- Sends that count against the limits (R17).
CREATE TABLE send (
    desk_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    sent_at TIMESTAMPTZ NOT NULL,
    member_id BIGINT NOT NULL,
    -- sends of the same instant
    times BIGINT NOT NULL CHECK (times > 0),
    PRIMARY KEY (desk_id, account_id, sent_at, member_id),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id)
);

CREATE INDEX send_member ON send (desk_id, member_id, sent_at);
CREATE INDEX send_age ON send (sent_at);

CREATE TABLE letter (
    desk_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    identity TEXT COLLATE "C" NOT NULL,
    account_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- to the address that this change replaced; else to the one on record when it leaves
    replaced_by BIGINT,
    -- to the contact mailbox, about this request
    request_id BIGINT,
    tells_unlock BOOLEAN NOT NULL,
    written_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'recipient-refused', 'dead', 'void')),
    settled_at TIMESTAMPTZ,
    PRIMARY KEY (desk_id, id),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id),
    FOREIGN KEY (desk_id, replaced_by) REFERENCES address_change (desk_id, id),
    CHECK ((state = 'waiting') = (settled_at IS NULL))
);

CREATE UNIQUE INDEX letter_identity ON letter (desk_id, identity);
CREATE INDEX letter_account ON letter (desk_id, account_id, written_at, id);
CREATE INDEX letter_replaced ON letter (desk_id, replaced_by) WHERE replaced_by IS NOT NULL;
CREATE INDEX letter_request ON letter (desk_id, request_id) WHERE request_id IS NOT NULL;

CREATE TABLE letter_code (
    desk_id BIGINT NOT NULL,
    letter_id BIGINT NOT NULL,
    place BIGINT NOT NULL,
    code_id BIGINT NOT NULL,
    PRIMARY KEY (desk_id, letter_id, place),
    FOREIGN KEY (desk_id, letter_id) REFERENCES letter (desk_id, id),
    FOREIGN KEY (desk_id, code_id) REFERENCES code (desk_id, id)
);

CREATE INDEX letter_code_code ON letter_code (desk_id, code_id);

-- What to deliver after the change: ids, never texts. A row that is settled goes; a dead one stays. One row for each
-- thing to deliver, so that it never runs twice at once.
CREATE TABLE outbox (
    desk_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('letter', 'card', 'reminder', 'answer')),
    -- the letter's id, or the request's
    subject BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'dead')),
    attempts BIGINT NOT NULL,
    next_attempt_at TIMESTAMPTZ NOT NULL,
    -- rises with each claim
    lease_token BIGINT NOT NULL,
    lease_until TIMESTAMPTZ,
    -- since when it may have been delivered without our knowing
    first_claimed_at TIMESTAMPTZ,
    -- whether it has to be delivered once more when the lease ends
    again BOOLEAN NOT NULL DEFAULT FALSE,
    problem TEXT,
    PRIMARY KEY (desk_id, kind, subject)
);

CREATE INDEX outbox_due ON outbox (kind, (COALESCE(lease_until, next_attempt_at)), subject) WHERE state = 'waiting';

-- The last number given to people, such as "request 42".
CREATE TABLE counter (
    desk_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    value BIGINT NOT NULL CHECK (value >= 0),
    PRIMARY KEY (desk_id, kind)
);

-- Actions that wait for a decision, or did.
CREATE TABLE request (
    desk_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    number BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    requester_id BIGINT,
    requester_role BIGINT,
    -- the action as data, and the values that it replaces
    action JSONB NOT NULL,
    old JSONB NOT NULL,
    rule TEXT NOT NULL,
    flags JSONB NOT NULL,
    asked_in BIGINT,
    state TEXT NOT NULL CHECK (state IN
        ('requested', 'approved', 'denied', 'expired', 'cancelled', 'void', 'executed', 'failed')),
    failure TEXT,
    requested_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ,
    reminded_at TIMESTAMPTZ,
    mailed_at TIMESTAMPTZ,
    -- when something is due while nobody decides
    next_step_at TIMESTAMPTZ,
    message_channel BIGINT,
    message_id BIGINT,
    card_problem TEXT,
    PRIMARY KEY (desk_id, id),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id),
    CHECK ((state = 'requested') = (settled_at IS NULL)),
    CHECK ((state = 'requested') = (next_step_at IS NOT NULL)),
    CHECK ((message_channel IS NULL) = (message_id IS NULL))
);

CREATE UNIQUE INDEX request_number ON request (desk_id, number);
CREATE INDEX request_state ON request (desk_id, state, number);
CREATE INDEX request_account ON request (desk_id, account_id, requested_at);
CREATE INDEX request_requester ON request (desk_id, requester_id, requested_at, account_id);
CREATE INDEX request_due ON request (next_step_at) WHERE state = 'requested';

ALTER TABLE letter ADD FOREIGN KEY (desk_id, request_id) REFERENCES request (desk_id, id);

-- What members decided, one row for each of them.
CREATE TABLE decisions (
    desk_id BIGINT NOT NULL,
    request_id BIGINT NOT NULL,
    decider_id BIGINT NOT NULL,
    role_id BIGINT,
    approves BOOLEAN NOT NULL,
    reason JSONB,
    decided_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (desk_id, request_id, decider_id),
    FOREIGN KEY (desk_id, request_id) REFERENCES request (desk_id, id)
);

-- Helpers who may do nothing (R39).
CREATE TABLE frozen_member (
    desk_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    frozen_by BIGINT NOT NULL,
    frozen_at TIMESTAMPTZ NOT NULL,
    reason JSONB NOT NULL,
    PRIMARY KEY (desk_id, member_id)
);

CREATE TABLE draft (
    desk_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    created_at TIMESTAMPTZ NOT NULL,
    dialog JSONB NOT NULL,
    PRIMARY KEY (desk_id, id)
);

CREATE INDEX draft_age ON draft (created_at);

CREATE TABLE interaction (
    desk_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (desk_id, id)
);

CREATE INDEX interaction_age ON interaction (created_at);

-- The end of each desk's chain: number and hash of its last row.
CREATE TABLE audit_head (
    desk_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hash BYTEA NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (desk_id)
);

-- The trail (R30, R31): rows are added, never changed or deleted.
CREATE TABLE audit (
    desk_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    interaction_id BIGINT,
    member_id BIGINT,
    role_id BIGINT,
    approver_id BIGINT,
    action TEXT NOT NULL,
    account_id BIGINT,
    verification TEXT,
    result TEXT NOT NULL,
    failure TEXT,
    version BIGINT,
    commitment BYTEA NOT NULL CHECK (length(commitment) = 32),
    hash BYTEA NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (desk_id, number)
);

CREATE INDEX audit_account ON audit (desk_id, account_id, number) WHERE account_id IS NOT NULL;

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Salt and text that a row is committed to: the only part of the trail that a purge may delete (R32).
CREATE TABLE audit_detail (
    desk_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    salt BYTEA NOT NULL CHECK (length(salt) = 16),
    detail TEXT NOT NULL,
    PRIMARY KEY (desk_id, number),
    FOREIGN KEY (desk_id, number) REFERENCES audit (desk_id, number)
);

CREATE TRIGGER audit_detail_no_update BEFORE UPDATE ON audit_detail
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Search: words and scopes of an account, and hashes of its grams (src/store/search.rs).
CREATE TABLE account_search (
    desk_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    words TEXT COLLATE "C" NOT NULL,
    scopes TEXT[] COLLATE "C" NOT NULL,
    grams INT4[] NOT NULL,
    PRIMARY KEY (desk_id, account_id),
    FOREIGN KEY (desk_id, account_id) REFERENCES account (desk_id, id)
);
ALTER TABLE account_search ALTER grams SET STORAGE EXTERNAL;

-- no list of pending entries: every search would read it from end to end
CREATE INDEX account_gram ON account_search USING gin (grams) WITH (fastupdate = off);
