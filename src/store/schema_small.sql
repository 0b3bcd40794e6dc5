-- The tables of fetch.db and portal.db; schema.sql says how blocks are written.

-- database: fetch
-- version: 1
CREATE TABLE receipts (
    account TEXT NOT NULL,
    receipt TEXT NOT NULL,
    entry TEXT NOT NULL,
    received INTEGER NOT NULL,
    PRIMARY KEY (account, receipt)
) STRICT, WITHOUT ROWID;
CREATE TABLE accounts (
    account TEXT PRIMARY KEY,
    cursor TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '',
    last_good INTEGER,
    last_try INTEGER,
    taken INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;

-- database: portal
-- version: 1
CREATE TABLE items (
    ref TEXT NOT NULL,
    version INTEGER NOT NULL,
    category TEXT NOT NULL,
    kind_label TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    unit_name TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    published INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    reason TEXT NOT NULL,
    PRIMARY KEY (ref, version)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;

-- version: 2
-- What an item's hash covers beside title and body.
ALTER TABLE items ADD COLUMN extra TEXT NOT NULL DEFAULT '';
PRAGMA user_version = 2;

-- version: 3
-- When the consultation on a draft is open.
CREATE TABLE windows (
    ref TEXT PRIMARY KEY,
    opens INTEGER NOT NULL,
    closes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 3;

-- version: 4
-- Which campaign an item is part of, and where in it.
CREATE TABLE places (
    ref TEXT PRIMARY KEY,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    number INTEGER NOT NULL,
    section TEXT NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 4;
