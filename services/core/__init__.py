"""What every area stands on: transactions, idempotency, jobs, schedules, the vault, the audit log and errors."""
