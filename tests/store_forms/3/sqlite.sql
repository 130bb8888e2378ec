CREATE TABLE store_schema (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
CREATE TABLE run_epoch (
	epoch INTEGER NOT NULL, 
	holder TEXT, 
	PRIMARY KEY (epoch)
);
CREATE TABLE runs (
	seq INTEGER NOT NULL, 
	run_id TEXT NOT NULL, 
	as_of DATE NOT NULL, 
	revision INTEGER NOT NULL, 
	published_at TEXT NOT NULL, 
	base_run TEXT, 
	inputs_hash TEXT NOT NULL, 
	manifest_sha256 TEXT NOT NULL, 
	backfill BOOLEAN NOT NULL, 
	state TEXT NOT NULL, 
	summary TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (run_id)
);
CREATE INDEX ix_runs_as_of ON runs (as_of);
CREATE TABLE task_acts (
	id INTEGER NOT NULL, 
	task_key TEXT NOT NULL, 
	action TEXT NOT NULL, 
	acted_on DATE NOT NULL, 
	until DATE, 
	author TEXT NOT NULL, 
	note TEXT, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_task_acts_task_key ON task_acts (task_key);
CREATE TABLE activities (
	id INTEGER NOT NULL, 
	account_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	done_on DATE NOT NULL, 
	author TEXT NOT NULL, 
	note TEXT, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_activities_account_id ON activities (account_id);
CREATE TABLE overrides (
	id INTEGER NOT NULL, 
	account_id TEXT NOT NULL, 
	card TEXT NOT NULL, 
	status TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	author TEXT NOT NULL, 
	set_on DATE NOT NULL, 
	expires_on DATE NOT NULL, 
	cleared_on DATE, 
	cleared_by TEXT, 
	clear_reason TEXT, 
	PRIMARY KEY (id)
);
CREATE INDEX ix_overrides_account_id ON overrides (account_id);
CREATE TABLE events (
	event_key TEXT NOT NULL, 
	as_of DATE NOT NULL, 
	run_id TEXT NOT NULL, 
	account_id TEXT, 
	kind TEXT NOT NULL, 
	card TEXT, 
	subject TEXT, 
	old TEXT, 
	new TEXT, 
	value FLOAT, 
	sentence TEXT, 
	PRIMARY KEY (event_key, as_of), 
	FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
CREATE INDEX ix_events_account_id ON events (account_id);
CREATE TABLE tasks (
	task_key TEXT NOT NULL, 
	as_of DATE NOT NULL, 
	run_id TEXT NOT NULL, 
	account_id TEXT, 
	kind TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	title TEXT, 
	role TEXT, 
	member TEXT, 
	opened_on DATE, 
	due_on DATE, 
	state TEXT NOT NULL, 
	done_on DATE, 
	PRIMARY KEY (task_key, as_of), 
	FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
CREATE INDEX ix_tasks_account_id ON tasks (account_id);
CREATE TABLE moves (
	id INTEGER NOT NULL, 
	account_id TEXT NOT NULL, 
	action TEXT NOT NULL, 
	stage TEXT, 
	until DATE, 
	reason TEXT NOT NULL, 
	author TEXT NOT NULL, 
	made_on DATE NOT NULL, 
	used_by_run TEXT, 
	used_as_of DATE, 
	PRIMARY KEY (id), 
	FOREIGN KEY(used_by_run) REFERENCES runs (run_id)
);
CREATE INDEX ix_moves_account_id ON moves (account_id);
CREATE TABLE plans (
	account_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	as_of DATE NOT NULL, 
	run_id TEXT NOT NULL, 
	made_on DATE NOT NULL, 
	title TEXT, 
	strategies TEXT NOT NULL, 
	markdown TEXT, 
	content_hash TEXT NOT NULL, 
	approval TEXT, 
	state TEXT NOT NULL, 
	decision TEXT, 
	decided_by TEXT, 
	decided_on DATE, 
	decision_reason TEXT, 
	PRIMARY KEY (account_id, version), 
	FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
CREATE TABLE outbox (
	notice_key TEXT NOT NULL, 
	run_id TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	address TEXT, 
	subject TEXT, 
	text TEXT, 
	html TEXT, 
	accounts TEXT NOT NULL, 
	events TEXT NOT NULL, 
	decided_on DATE NOT NULL, 
	state TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_at TEXT, 
	last_error TEXT, 
	created_at TEXT NOT NULL, 
	settled_at TEXT, 
	PRIMARY KEY (notice_key), 
	FOREIGN KEY(run_id) REFERENCES runs (run_id)
);
CREATE INDEX outbox_due ON outbox (state, next_at);
