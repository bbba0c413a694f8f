"""Transfers counted by day and kind: how many, and how many coins they minted, burned and moved."""

DAYS = """
INSERT INTO economy_days (guild_id, day, kind, transfers, coins, minted, burned)
SELECT t.guild_id, (t.created_at AT TIME ZONE 'UTC')::date, t.kind, count(DISTINCT t.id),
       coalesce(sum(p.amount) FILTER (WHERE p.amount > 0), 0),
       coalesce(-sum(p.amount) FILTER (WHERE e.kind = 'mint'), 0),
       coalesce(sum(p.amount) FILTER (WHERE e.kind = 'sink'), 0)
  FROM transfers t
  JOIN postings p ON p.guild_id = t.guild_id AND p.transfer_id = t.id
  JOIN user_economy e ON e.id = p.account_id
 WHERE t.id > $1 AND t.id <= $2 GROUP BY 1, 2, 3
ON CONFLICT (guild_id, day, kind) DO UPDATE
   SET transfers = economy_days.transfers + excluded.transfers, coins = economy_days.coins + excluded.coins,
       minted = economy_days.minted + excluded.minted, burned = economy_days.burned + excluded.burned"""
