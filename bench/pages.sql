-- One very busy server: a million members, five million transfers of two postings each, ten million uses of commands.
-- Its id is 1000000; its owner, who looks at the pages, is the first of the members.

INSERT INTO guilds (discord_id, name, owner_id, member_count, told_at, config_version, updated_at, created_at, prefix, config)
VALUES (1000000, 'The Harbour', 1000000000001, 1000000, now(), 2000, now(), now(), '/', '{}');

INSERT INTO user_guild_data (guild_id, user_id, name, level, experience, last_seen_at)
SELECT 1000000, 1000000000000 + n, left(md5(n::text), 3 + n % 12), 0, 0, now() - random() * interval '400 days'
  FROM generate_series(1, 1000000) n;
INSERT INTO users (discord_id, username) SELECT user_id, name FROM user_guild_data;

INSERT INTO user_economy (id, guild_id, kind, user_id, balance)
SELECT n, 1000000, 'wallet', 1000000000000 + n, floor(exp(random() * 11))::bigint FROM generate_series(1, 1000000) n;
INSERT INTO user_economy (id, guild_id, kind, user_id, balance)
SELECT 1000000 + place, 1000000, kind, 0, CASE kind WHEN 'mint' THEN -50000000 ELSE 0 END
  FROM unnest(ARRAY['mint', 'sink', 'treasury', 'escrow']) WITH ORDINALITY AS house (kind, place);

INSERT INTO transfers (id, guild_id, key, kind, actor_id, reason, details, created_at)
SELECT n, 1000000, n::text, (ARRAY['daily', 'work', 'pay', 'buy', 'grant'])[1 + n % 5], 1000000000000 + n % 999, '', '{}',
       now() - (5000000 - n) * interval '3 seconds'
  FROM generate_series(1, 5000000) n;
-- Of every fifty transfers one is the first member's, who therefore has a long ledger.
INSERT INTO postings (guild_id, transfer_id, account_id, amount, seq, balance_after)
SELECT 1000000, n, leg.account, leg.amount, n, abs(leg.amount)
  FROM generate_series(1, 5000000) n,
       LATERAL (VALUES (1000001, -10), (CASE WHEN n % 50 = 0 THEN 1 ELSE 2 + n % 999998 END, 10)) AS leg (account, amount);

INSERT INTO command_usage (guild_id, user_id, command_name, milliseconds, outcome, timestamp)
SELECT 1000000, 1000000000001 + n % 1000000, 'command ' || n % 60, n % 900, 'answered',
       now() - (10000000 - n) * interval '1 second'
  FROM generate_series(1, 10000000) n;
INSERT INTO member_days (guild_id, user_id, day, uses, newcomer)
SELECT 1000000, 1000000000000 + n, current_date - n % 100, 1 + n % 9, false FROM generate_series(1, 1000000) n;

INSERT INTO change_sets (guild_id, number, actor_id, source, changes, request_id, created_at)
SELECT 1000000, n, 1000000000001, 'dashboard', '{"economy.daily": {"before": 200, "after": 300}}', '', now()
  FROM generate_series(1, 2000) n;
INSERT INTO audit_log (guild_id, actor_id, action, target, details, request_id, created_at)
SELECT 1000000, 1000000000001, 'settings.changed', '#' || n, '{}', '', now() FROM generate_series(1, 200000) n;
INSERT INTO shop_items (guild_id, name, description, price, effect, created_at)
SELECT 1000000, 'Thing ' || n, 'A thing', 10 * n, 'none', now() FROM generate_series(1, 40) n;
